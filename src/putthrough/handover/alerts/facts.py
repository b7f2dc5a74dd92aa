from __future__ import annotations

from putthrough.audit.facts import Fact

RAISED = Fact("alert.raised", "A life may be at risk: people are told one after the other until somebody has it")
NOBODY = Fact("alert.nobody", "A life may be at risk, and there is nobody who can be told: {why}")
TOLD = Fact("alert.told", "{who} was told by {way} that a life may be at risk")
NOT_TOLD = Fact("alert.not_told", "{who} could not be told by {way} that a life may be at risk: {why}")
AGAIN = Fact("alert.again", "Nobody has said that they have it, so all are told again (round {number})")
ACKNOWLEDGED = Fact("alert.acknowledged", "{by} has it: a life may be at risk")
SAW = Fact("alert.saw", "{by} opened this while nobody had said that they have it")
OVER = Fact("alert.over", "The alert is over: {why}")
ON_CALL_SAVED = Fact("on_call.saved", "{by} saved when {who} is told for {team}")
ON_CALL_DELETED = Fact("on_call.deleted", "{by} took {who} out of those who are told for {team}")
SETTINGS_SAVED = Fact("alerts.saved", "{by} saved how it is told that a life may be at risk")
TESTED = Fact("alerts.tested", "{by} had a test alert sent to themselves")
