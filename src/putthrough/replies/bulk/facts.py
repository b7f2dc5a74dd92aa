from __future__ import annotations

from putthrough.audit.facts import Fact

STARTED = Fact(
    "bulk.started", "{by} began to answer {count} conversations with the agreed line; {left_out} are left out"
)
PAUSED = Fact("bulk.paused", "{by} paused the answers")
WENT_ON = Fact("bulk.went_on", "{by} let the answers go on")
STOPPED = Fact("bulk.stopped", "{by} stopped the answers; {count} were not written any more")
UNDONE = Fact("bulk.undone", "{by} took back {count} answers that had not left")
RETRIED = Fact("bulk.retried", "{by} had {count} answers tried again")
