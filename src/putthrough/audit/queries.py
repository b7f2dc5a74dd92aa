"""Reading what happened, and proving that nobody changed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from putthrough.audit import chain
from putthrough.audit.facts import Fact
from putthrough.audit.models import Entry, Head


@dataclass(frozen=True, slots=True)
class Verdict:
    """``entries`` were checked; ``broken_at`` is the number of the first that does not fit, None if all do."""

    entries: int
    broken_at: int | None
    words: str


def timeline(things: Sequence[str], *, newest: int = 200) -> list[Entry]:
    """The latest entries about these things, newest first. The caller has asked ``access`` before."""
    return list(Entry.objects.filter(thing__in=things).order_by("-number")[:newest])


def happened(fact: Fact, what: str, *, since: datetime) -> bool:
    """Whether ``fact`` happened to ``what`` (see ``actions.thing``) at or after an instant."""
    return Entry.objects.filter(thing=what, verb=fact.verb, at__gte=since).exists()


def happened_since(what: str, moment: datetime) -> Entry | None:
    """The first thing that happened to ``what`` after an instant, None where nothing has."""
    return Entry.objects.filter(thing=what, at__gt=moment).order_by("number").first()


def after(number: int, *, limit: int) -> list[Entry]:
    """What was recorded after an entry's number, oldest first. Numbers are given as transactions end, so that whoever
    goes on from the last one misses none."""
    return list(Entry.objects.filter(number__gt=number).order_by("number")[:limit])


def newest_number() -> int:
    """The number of the last entry; 0 when there is none."""
    return Head.objects.filter(pk=1).values_list("count", flat=True).first() or 0


def verify(entries: Iterable[Entry] | None = None) -> Verdict:
    """Walk the whole chain. A changed, removed, added or moved entry is found, the last one included.

    What is recorded while it walks is walked as well: a verdict on a busy system is no false alarm.
    """
    before, number = chain.GENESIS, 0
    while True:
        start = number
        for entry in _after(number) if entries is None else entries:
            number += 1
            if entry.number != number or entry.hash != _expected(before, entry):
                return _broken(number)
            before = entry.hash
        head = Head.objects.filter(pk=1).first()
        if head is None or head.count <= number or number == start or entries is not None:
            break
    if (head.count, head.hash) != (number, before) if head else number:
        return _broken(number + 1)
    return Verdict(number, None, f"The chain is whole: {number} entries, none changed.")


def _after(number: int) -> Iterable[Entry]:
    """All of them at first, whatever their numbers; then those that came since."""
    rows = Entry.objects.filter(number__gt=number) if number else Entry.objects.all()
    return rows.order_by("number").iterator(chunk_size=2000)


def _expected(before: str, entry: Entry) -> str:
    return chain.link(before, entry.number, entry.at, entry.by, entry.verb, entry.thing, entry.sentence, entry.data)


def _broken(number: int) -> Verdict:
    words = (
        f"The chain breaks at entry {number}: that entry was changed, removed or put in by hand. "
        "Compare it with a backup, and tell information governance."
    )
    return Verdict(number - 1, number, words)
