"""Reading what happened, and proving that nobody changed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
            if entry.number != number or not _follows(before, entry):
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


def _follows(before: str, entry: Entry) -> bool:
    words = entry.words()
    return entry.hash in (chain.link(before, chain.digest(words)), chain.joined(before, words))


def proof(things: Sequence[str], *, until: int) -> Iterator[dict[str, Any]]:
    """The chain from the first entry about these things to entry ``until``, as ``bundle_check`` reads it: their own
    entries in full, of those between no more than digests. The caller has asked ``access`` before."""
    first = Entry.objects.filter(thing__in=things).order_by("number").values_list("number", flat=True).first()
    if first is None:
        return
    yield {"from": first, "before": _hash_of(first - 1)}
    hash, own = "", frozenset(things)
    for entry in Entry.objects.filter(number__gte=first, number__lte=until).order_by("number").iterator(2000):
        words, before, hash = entry.words(), hash or _hash_of(first - 1), entry.hash
        new = entry.hash == chain.link(before, chain.digest(words))
        if entry.thing in own:
            yield {"entry": words.listed(), **({} if new else {"joined": True})}
        else:
            yield {"number": entry.number, **({"digest": chain.digest(words)} if new else {"hash": entry.hash})}
    yield {"until": until, "hash": hash}


def _hash_of(number: int) -> str:
    found = Entry.objects.filter(number=number).values_list("hash", flat=True).first()
    return found or chain.GENESIS


def end() -> tuple[int, str]:
    """The number of the last entry and its hash: kept elsewhere, they show later that nothing before was rewritten."""
    head = Head.objects.filter(pk=1).first()
    return (head.count, head.hash) if head else (0, chain.GENESIS)


def holds(number: int, hash: str) -> bool:
    """Whether the entry with this number still has the hash that was written down for it."""
    return _hash_of(number) == hash


def _broken(number: int) -> Verdict:
    words = (
        f"The chain breaks at entry {number}: that entry was changed, removed or put in by hand. "
        "Compare it with a backup, and tell information governance."
    )
    return Verdict(number - 1, number, words)
