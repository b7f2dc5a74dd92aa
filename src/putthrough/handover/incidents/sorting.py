"""Of many messages at once: in which incident each is, and whether the bulk reply may answer it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from putthrough.handover.incidents.gathering import Gatherer, Said
from putthrough.handover.incidents.humans import reason, speaks_of_a_person

DIRECT = "direct message: confirm on its own"
UNUSUAL = "speaks of a person, and not as the others do: read it first"
ALONE = "about nothing that others write about now"
PLAIN = "says what the others say"


@dataclass(frozen=True, slots=True)
class Sorted:
    """``incident`` is empty for none. ``bulk`` is whether the bulk reply may answer it, ``why`` says why or why not."""

    id: str
    incident: str
    bulk: bool
    why: str


def sort(messages: Sequence[Said], private: Iterable[bool], gatherer: Gatherer | None = None) -> Iterator[Sorted]:
    """One for each message, in their order; they are gathered in the order of their times."""
    gatherer = gatherer or Gatherer()
    for one in sorted(messages, key=lambda said: said.at):
        gatherer.take(one)
    gatherer.tidy(last=True)
    needing = {one.by: one for one in messages if one.by and reason(one.text) is not None}
    for one, is_private in zip(messages, private, strict=True):
        key = gatherer.incident_of(one.id)
        why = _why_not(one, gatherer, is_private=is_private) or _of_another(one, needing.get(one.by))
        if not key:
            yield Sorted(one.id, "", False, why if why and why != DIRECT else ALONE)
        else:
            yield Sorted(one.id, key, why is None, why or PLAIN)


def _why_not(one: Said, gatherer: Gatherer, *, is_private: bool) -> str | None:
    needed = reason(one.text)
    if needed is None and speaks_of_a_person(one.text) and gatherer.is_unusual(one.id):
        needed = UNUSUAL
    return needed or (DIRECT if is_private else None)


def _of_another(one: Said, other: Said | None) -> str | None:
    """What the same person wrote in another message counts for this one too."""
    return f"the same person wrote message {other.id}: {reason(other.text)}" if other and other.id != one.id else None
