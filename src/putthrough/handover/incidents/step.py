"""A step of the sweep: new conversations are gathered as they arrive, and what is a burst is suggested.

What was read of the last hours is kept in memory, a gatherer for each pool, and read again after a start: rows alone
say what was suggested and what people decided, so two workers that gather the same write it once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.models import Conversation, Message
from putthrough.handover.incidents import facts
from putthrough.handover.incidents.gathering import Gatherer, Said
from putthrough.handover.incidents.humans import reason, speaks_of_a_person
from putthrough.handover.incidents.models import Incident, Membership
from putthrough.handover.incidents.pools import pool_of
from putthrough.handover.incidents.sorting import UNUSUAL
from putthrough.kit.time import now

_BATCH = 500
_LOOK_BACK = timedelta(hours=12)
_MOST_READ_AGAIN = 5_000  # messages
_State, _How = Incident.State, Membership.How
_OVER = (_State.DISMISSED, _State.CLOSED)


@dataclass
class _Memory:
    """What this process has read. ``newest`` is a message id; -1 before anything was read."""

    newest: int = -1
    pools: defaultdict[str, Gatherer] = field(default_factory=lambda: defaultdict(Gatherer))
    texts: dict[int, str] = field(default_factory=dict)


_memory = _Memory()


def forget() -> None:
    """As after a start."""
    global _memory
    _memory = _Memory()


def gather() -> int:
    """Read one batch of new messages and write what they mean. Returns how many were read."""
    if _memory.newest < 0 or not Message.objects.filter(pk=_memory.newest).exists():
        forget()
        _memory.newest = _start()
    rows = _unread()
    try:
        for row in rows:
            _take(row)
        for pool, gatherer in _memory.pools.items():
            moved, joined = gatherer.changes()
            if moved or joined:
                with writing():
                    _write(pool, gatherer, moved, joined)
    except Exception:
        forget()  # what was read but not written is read again
        raise
    return len(rows)


def _start() -> int:
    """The message after which reading begins."""
    since = Message.objects.filter(received_at__gte=now() - _LOOK_BACK)
    oldest = list(since.order_by("-pk").values_list("pk", flat=True)[:_MOST_READ_AGAIN])[-1:]
    return oldest[0] - 1 if oldest else 0


def _unread() -> list[Message]:
    rows = Message.objects.filter(pk__gt=_memory.newest, direction=Message.Direction.IN, automatic="")
    fresh = rows.exclude(arrival__history=True).select_related("conversation__owner")
    return list(fresh.defer("html", "folded").order_by("pk")[:_BATCH])


def _take(row: Message) -> None:
    """The first message of a conversation says what it is about; what is written later may still need a person."""
    _memory.newest = row.pk
    gatherer, key = _memory.pools[pool_of(row.conversation.owner)], str(row.conversation_id)
    if row.conversation_id not in _memory.texts:
        text = f"{row.subject}\n{row.text}"
        gatherer.take(Said(key, text, row.received_at.timestamp(), str(row.conversation.contact_id)))
    _memory.texts[row.conversation_id] = f"{_memory.texts.get(row.conversation_id, '')}\n{row.text}"[-4000:]
    if len(_memory.texts) > 4 * _MOST_READ_AGAIN:
        _memory.texts.pop(next(iter(_memory.texts)))


def _write(pool: str, gatherer: Gatherer, moved: dict[str, str], joined: Iterable[tuple[str, str]]) -> None:
    for gone, goes_on in joined:
        _join(gone, goes_on)
    rows = {row.key: row for row in Incident.objects.filter(key__in=set(moved.values()))}
    missing = [key for key in dict.fromkeys(moved.values()) if key and key not in rows and key in gatherer.incidents]
    known = {key: _known_as(key, moved) for key in missing}
    for key, row in known.items():
        rows[key] = row or _suggest(pool, key, gatherer)
    belongs = {int(pk): rows[key] for pk, key in moved.items() if key in rows}
    _move_out({int(pk) for pk in moved}, belongs)
    _move_in(gatherer, belongs, new={rows[key].pk for key, row in known.items() if row is None})


def _known_as(key: str, moved: dict[str, str]) -> Incident | None:
    """After a start an incident may be found by another message: it is the one that most of these belong to."""
    those = [int(pk) for pk, where in moved.items() if where == key]
    before = Membership.objects.filter(conversation__in=those).values_list("incident", flat=True)
    votes = Counter(before).most_common(1)
    if not votes or 2 * votes[0][1] < len(those):
        return None
    Incident.objects.filter(pk=votes[0][0]).update(key=key)
    return Incident.objects.get(pk=votes[0][0])


def _suggest(pool: str, key: str, gatherer: Gatherer) -> Incident:
    began = datetime.fromtimestamp(gatherer.incidents[key].began, tz=UTC)
    title = gatherer.title_of(key)[:120] or "Several people write about the same"
    values = {"pool": pool, "title": title, "opened_at": began, "last_at": now()}
    return Incident.objects.get_or_create(key=key, defaults=values)[0]


def _join(gone: str, goes_on: str) -> None:
    """Two that were suggested are one. What a person has confirmed goes on under the name that it is gathered by."""
    rows = {row.key: row for row in Incident.objects.select_for_update().filter(key__in=(gone, goes_on))}
    lost, kept = rows.get(gone), rows.get(goes_on)
    if lost is None or lost.state in _OVER:
        return
    if kept is None:
        Incident.objects.filter(pk=lost.pk).update(key=goes_on)
    elif kept.state in _OVER:
        _exchange(lost, kept)
    elif lost.state == _State.SUGGESTED:
        _dissolve(lost)
    elif kept.state == _State.SUGGESTED:
        _dissolve(kept)
        Incident.objects.filter(pk=lost.pk).update(key=goes_on)


def _exchange(lost: Incident, kept: Incident) -> None:
    """What is over gathers nothing more: the other one goes on under its key."""
    goes_on, gone = kept.key, lost.key
    Incident.objects.filter(pk=kept.pk).update(key=f"over {kept.pk}")
    Incident.objects.filter(pk=lost.pk).update(key=goes_on)
    Incident.objects.filter(pk=kept.pk).update(key=gone)


def _dissolve(suggested: Incident) -> None:
    Membership.objects.filter(incident=suggested).exclude(how=_How.REMOVED).delete()
    suggested.delete()


def _move_out(moved: set[int], belongs: dict[int, Incident]) -> None:
    """What was only suggested for another incident, or for none any more, leaves it."""
    gathered = Membership.objects.filter(conversation__in=moved, how=_How.GATHERED, incident__state=_State.SUGGESTED)
    stays = {(pk, row.pk) for pk, row in belongs.items()}
    leaving = [one.pk for one in gathered if (one.conversation_id, one.incident_id) not in stays]
    Membership.objects.filter(pk__in=leaving).delete()


def _move_in(gatherer: Gatherer, belongs: dict[int, Incident], *, new: set[int]) -> None:
    before = Membership.objects.filter(conversation__in=belongs).values_list("conversation", "incident", "how")
    taken = {conversation for conversation, _, how in before if how != _How.REMOVED}
    out = {(conversation, incident) for conversation, incident, how in before if how == _How.REMOVED}
    there = set(Conversation.objects.filter(pk__in=belongs).values_list("pk", flat=True))
    rows = [
        Membership(incident=row, conversation_id=pk, why=_why(gatherer, pk), at=now())
        for pk, row in belongs.items()
        if pk in there and pk not in taken and (pk, row.pk) not in out and row.state not in _OVER
    ]
    Membership.objects.bulk_create(rows, ignore_conflicts=True)
    _note(rows, new)


def _note(rows: Sequence[Membership], new: set[int]) -> None:
    grown: defaultdict[int, list[Membership]] = defaultdict(list)
    for row in rows:
        grown[row.incident_id].append(row)
    Incident.objects.filter(pk__in=grown).update(last_at=now())
    for pk, those in grown.items():
        record(facts.SUGGESTED if pk in new else facts.GREW, thing(those[0].incident), count=len(those))


def _why(gatherer: Gatherer, pk: int) -> str:
    text = _memory.texts.get(pk, "")
    needed = reason(text)
    if needed is None and speaks_of_a_person(text) and gatherer.is_unusual(str(pk)):
        needed = UNUSUAL
    return needed or ""
