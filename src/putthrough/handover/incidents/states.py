"""What may become of an incident, as a declared graph; checked when it is imported."""

from __future__ import annotations

from collections.abc import Mapping, Set

GRAPH: Mapping[str, Set[str]] = {
    "suggested": {"open", "dismissed"},
    "open": {"closed"},
    "closed": {"open"},
    "dismissed": {"open"},
}

if unknown := {state for ends in GRAPH.values() for state in ends} - set(GRAPH):
    raise ValueError(f"the graph of incidents names states that it does not declare: {unknown}")


def may_become(state: str, new: str) -> bool:
    return new in GRAPH[state]
