"""What may become of a handover, as a declared graph; checked when it is imported."""

from __future__ import annotations

from collections.abc import Mapping, Set

GRAPH: Mapping[str, Set[str]] = {
    "offered": {"accepted", "declined", "undone"},
    "accepted": set(),
    "declined": set(),
    "undone": set(),
}
# After so many passes without an answer the comms lead is told, and decides where it goes next.
PASSES_BEFORE_ESCALATION = 3

if unknown := {state for ends in GRAPH.values() for state in ends} - set(GRAPH):
    raise ValueError(f"the graph of handovers names states that it does not declare: {unknown}")


def may_become(state: str, new: str) -> bool:
    return new in GRAPH[state]
