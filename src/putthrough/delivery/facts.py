from __future__ import annotations

from putthrough.audit.facts import Fact

SENT = Fact("delivery.sent", "The answer of {by} was delivered to the network")
RETRIED = Fact("delivery.retried", "Sending failed and will be tried again: {words}")
FAILED = Fact("delivery.failed", "The answer of {by} could not be sent: {words}")
UNCERTAIN = Fact("delivery.uncertain", "Nobody can tell whether the answer of {by} was delivered: {words}")
BY_HAND = Fact("delivery.by_hand", "{by} answered on the network itself: {url}")
SETTLED = Fact("delivery.settled", "{by} said of an uncertain answer: {outcome}")
BOUNCED = Fact("delivery.bounced", "The answer of {by} came back: {words}")
