from __future__ import annotations

from putthrough.audit.facts import Fact

CLAIMED = Fact("conversation.claimed", "{by} took this in hand for {team}")
RELEASED = Fact("conversation.released", "{by} put this back for anybody in {team}")
PASSED_ON = Fact("conversation.passed_on", "{by} passed this on from {origin} to {to}")
DECLINED = Fact("conversation.declined", "{by} sent this back from {origin} to {to}")
UNDONE = Fact("conversation.pass_undone", "{by} took back the passing on; {to} has it again")
ESCALATED = Fact("conversation.escalated", "It has been passed on {passes} times: the comms lead decides where it goes")
