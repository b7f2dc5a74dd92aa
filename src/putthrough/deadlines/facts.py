from __future__ import annotations

from putthrough.audit.facts import Fact

TIGHTENED = Fact("deadline.tightened", "The new team's target ends earlier: due {due}")
STOPPED = Fact("deadline.stopped", "The service target ended {outcome}")
