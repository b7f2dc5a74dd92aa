from __future__ import annotations

from putthrough.audit.facts import Fact

RULE_SAVED = Fact("rule.saved", "{by} saved the rule {name}")
RULE_DELETED = Fact("rule.deleted", "{by} deleted the rule {name}")
