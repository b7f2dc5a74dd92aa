from __future__ import annotations

from putthrough.audit.facts import Fact

HELD = Fact("reply.held", "{by} pressed send; the answer leaves in {seconds} seconds")
TAKEN_BACK = Fact("reply.taken_back", "{by} took the answer back before it left")
