from __future__ import annotations

from putthrough.audit.facts import Fact

BEGUN = Fact("batch.begun", "{by} chose {count} conversations at once: {verb}")
UNDONE = Fact("batch.undone", "{by} took back what was done at once: {verb}")
