from __future__ import annotations

from putthrough.audit.facts import Fact

RULE_SAVED = Fact("rule.saved", "{by} saved the rule {name}")
VERSION_IN_USE = Fact("routing.version", "Routing goes by what {lessons} messages taught (version {number})")
ROLLED_BACK = Fact("routing.version_chosen", "{by} chose version {number} of what was learnt")
CAUTION = Fact("routing.caution", "Routing by itself was right {right} times of {n} lately, so it is more careful now")
TAUGHT = Fact("routing.taught", "{n} messages that were sorted before were taken in to learn from")
ROUTING_SAVED = Fact("routing.saved", "{by} changed how messages are routed")
RULE_DELETED = Fact("rule.deleted", "{by} deleted the rule {name}")
KIND_SUGGESTED = Fact("kind.suggested", "This may be: {kind}")
KIND_CONFIRMED = Fact("kind.confirmed", "{by} confirmed what this is: {kind}")
KIND_REJECTED = Fact("kind.rejected", "{by} said what this is not: {kind}")
