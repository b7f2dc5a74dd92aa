from __future__ import annotations

from putthrough.audit.facts import Fact

SET_ASIDE = Fact("arrival.set_aside", "An arrival was set aside in triage: {reason}")
TRIED_AGAIN = Fact("arrival.tried_again", "{by} asked for a set-aside arrival to be read once more")
