"""What may become of a reply, and of the step of trust that somebody is on, as declared graphs; checked when imported.

A reply leaves only from *held*, and *held* is reached through the gate in ``clearing.py`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

REPLIES: Mapping[str, Set[str]] = {
    "draft": {"submitted", "held", "sent"},  # sent at once: given by hand on the network itself
    "submitted": {"held", "returned", "draft", "practised"},
    "returned": {"draft"},
    "held": {"leaving", "draft", "returned", "submitted", "failed"},  # returned: its writer has begun another draft
    "leaving": {"sent", "failed", "unsure"},
    "unsure": {"sent", "leaving", "failed"},
    "failed": {"held", "leaving", "sent"},
    "sent": {"failed"},  # it came back
    "practised": set(),
}
STEPS: Mapping[str, Set[str]] = {
    "rehearsal": {"checked"},
    "checked": {"trusted", "rehearsal"},
    "trusted": {"checked", "rehearsal"},
}
UP: Mapping[str, str] = {"rehearsal": "checked", "checked": "trusted"}
"""The next step up; there is no leap from rehearsal to trusted."""


def check(graph: Mapping[str, Set[str]], begins: str) -> None:
    """Raises ValueError for a graph that names what it does not declare, or has what can never be reached."""
    if unknown := {state for ends in graph.values() for state in ends} - set(graph):
        raise ValueError(f"the graph names states that it does not declare: {unknown}")
    reached, before = {begins}, set[str]()
    while reached != before:
        before = reached
        reached = before | {end for state in before for end in graph[state]}
    if lost := set(graph) - reached:
        raise ValueError(f"nothing leads from {begins} to {lost}")


check(REPLIES, "draft")
check(STEPS, "rehearsal")


def before(state: str) -> list[str]:
    """The states from which a reply may become ``state``."""
    return [one for one, ends in REPLIES.items() if state in ends]
