from __future__ import annotations

from putthrough.audit.facts import Fact

SAVED = Fact("account.saved", "{by} saved the account {name}")
FAILED = Fact("account.failed", "{name} cannot be reached: {words}")
STOPPED = Fact("account.stopped", "{name} has stopped: {words}")
RECOVERED = Fact("account.recovered", "{name} works again")
