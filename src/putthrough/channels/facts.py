from __future__ import annotations

from putthrough.audit.facts import Fact

SAVED = Fact("account.saved", "{by} saved the account {name}")
FAILED = Fact("account.failed", "{name} cannot be reached: {words}")
STOPPED = Fact("account.stopped", "{name} has stopped: {words}")
RECOVERED = Fact("account.recovered", "{name} works again")
SIGNED_IN = Fact("account.signed_in", "{by} signed in to the account {name} at its network")
SWITCHED_ON = Fact("account.switched_on", "{by} switched the account {name} on")
SWITCHED_OFF = Fact("account.switched_off", "{by} switched the account {name} off")
SEALED_ANEW = Fact("accounts.sealed_anew", "The credentials of {number} accounts were sealed with another key")
TRIED = Fact("account.tried", "{by} had the account {name} tried again at once")
