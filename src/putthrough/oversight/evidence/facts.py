from __future__ import annotations

from putthrough.audit.bundle_check import MADE as VERB
from putthrough.audit.facts import Fact

MADE = Fact(VERB, "{by} made an evidence bundle of this {whole}")
