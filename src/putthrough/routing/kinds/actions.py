"""Noting what kinds of message a conversation has: suggested as a message is filed, confirmed or rejected by people.

Nothing here answers or closes anything. What may mean that a life is at risk puts its conversation on top of every
list until a named person says that it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from putthrough.audit.actions import SYSTEM, record, thing, writing
from putthrough.conversations.actions import CannotBeDone, lock_for
from putthrough.conversations.models import Conversation, Message, Watcher
from putthrough.conversations.standing import asked_at
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.kit.time import now
from putthrough.routing import facts
from putthrough.routing.kinds.detect import Guess, Kind, kinds
from putthrough.routing.kinds.following import tell
from putthrough.routing.models import KindFound

INFORMATION = (Kind.FOI_EIR, Kind.SAR, Kind.DP_COMPLAINT)
"""What the information-governance team is shown the same day (ICO: valid on any channel, to anybody)."""
EVERYDAY = (Kind.ENQUIRY, Kind.SERVICE_REQUEST, Kind.COMPLIMENT)
"""Kinds that ask nothing of anybody besides an answer: no line in the history for them."""
_READ_BEFORE = 200  # earlier messages of a batch's conversations
_State = KindFound.State
_Known = Mapping[tuple[int, str], KindFound]


@dataclass(frozen=True, slots=True)
class _Heard:
    conversation: Conversation
    message: Message
    guess: Guess


def by_words(text: str) -> Mapping[str, float]:
    """What an encoder makes of the text, where there is none: nothing."""
    return {}


def suggest(
    said: Sequence[tuple[Conversation, Message]], told: Callable[[str], Mapping[str, float]] = by_words
) -> list[KindFound]:
    """Note of which kinds these stored messages may be. What a person rejected stays so, but for a life at risk: a new
    message is asked about anew. ``told`` gives what an encoder makes of a text. Call it inside ``writing``."""
    if not said:
        return []
    heard = list(_heard(said, told))
    known = _known({one.conversation.pk for one in heard})
    new = {(one.conversation.pk, str(one.guess.kind)): one for one in heard if _is_news(one, known)}
    again = [row for key in new if (row := known.get(key)) is not None]
    for row in again:
        row.state, row.by, row.at = _State.SUGGESTED, "", now()
    KindFound.objects.bulk_update(again, ["state", "by", "at"])
    rows = KindFound.objects.bulk_create([_row(one) for key, one in new.items() if key not in known])
    for one in new.values():
        _note(one)
    _put_on_top(new.values())
    _show_to_information(new.values())
    return rows


def _heard(
    said: Sequence[tuple[Conversation, Message]], told: Callable[[str], Mapping[str, float]]
) -> Iterator[_Heard]:
    before = _before(said)
    for conversation, message in said:
        text = f"{message.subject}\n{message.text}" if message.subject else message.text
        for guess in kinds(text, before=before.get(conversation.pk, ()), told=told(text)):
            yield _Heard(conversation, message, guess)
        before.setdefault(conversation.pk, []).insert(0, message.text)


def _before(said: Sequence[tuple[Conversation, Message]]) -> dict[int, list[str]]:
    """What residents wrote earlier in these conversations, newest first, by conversation id."""
    going_on = {row.pk for row, message in said if row.opened_at != message.received_at}
    found: dict[int, list[str]] = {}
    if going_on:
        rows = Message.objects.filter(conversation__in=going_on, direction=Message.Direction.IN)
        new = [message.pk for _, message in said]
        for pk, text in rows.exclude(pk__in=new).order_by("-pk").values_list("conversation", "text")[:_READ_BEFORE]:
            found.setdefault(pk, []).append(text)
    return found


def _known(conversations: Iterable[int]) -> _Known:
    rows = KindFound.objects.filter(conversation__in=list(conversations))
    return {(row.conversation_id, row.kind): row for row in rows}


def _is_news(one: _Heard, known: _Known) -> bool:
    row = known.get((one.conversation.pk, str(one.guess.kind)))
    return row is None or (row.state == _State.REJECTED and one.guess.kind == Kind.RISK_TO_LIFE)


def _row(one: _Heard) -> KindFound:
    return KindFound(
        conversation=one.conversation,
        message=one.message,
        kind=one.guess.kind,
        confidence=one.guess.confidence,
        words=list(one.guess.words),
        received_at=one.message.received_at,
        at=now(),
    )


def _note(one: _Heard) -> None:
    kind = one.guess.kind
    if kind not in EVERYDAY:
        record(facts.KIND_SUGGESTED, thing(one.conversation), kind=_words(kind), sure=round(one.guess.confidence, 2))
    tell(one.conversation, str(kind), _State.SUGGESTED, by=SYSTEM, received_at=one.message.received_at)


def _put_on_top(new: Iterable[_Heard]) -> None:
    rows = [one.conversation for one in new if one.guess.kind == Kind.RISK_TO_LIFE]
    for row in rows:
        row.at_risk = True
    if rows:
        Conversation.objects.filter(pk__in=[row.pk for row in rows]).update(at_risk=True)


def _show_to_information(new: Iterable[_Heard]) -> None:
    rows = {one.conversation.pk for one in new if one.guess.kind in INFORMATION}
    team = organisation().information_team_id if rows else None
    if team is not None:
        watchers = [Watcher(conversation_id=pk, team_id=team) for pk in sorted(rows)]
        Watcher.objects.bulk_create(watchers, ignore_conflicts=True)


def copy(conversation: Conversation, other: Conversation) -> None:
    """The other was split off: whatever was said of the whole may be true of either. Call it inside ``writing``."""
    rows = list(KindFound.objects.filter(conversation=conversation).exclude(state=_State.REJECTED))
    for row in rows:
        row.pk, row._state.adding, row.conversation = None, True, other
    KindFound.objects.bulk_create(rows)
    _stand(other)


def move(conversation: Conversation, gone: Conversation) -> None:
    """All that the second said is now in the first: so is what it may be. Call it inside ``writing``."""
    known = KindFound.objects.filter(conversation=conversation).exclude(state=_State.REJECTED).values_list("kind")
    rows = KindFound.objects.filter(conversation=gone).exclude(state=_State.REJECTED).exclude(kind__in=known)
    moving = list(rows)
    KindFound.objects.filter(conversation=conversation, kind__in=[row.kind for row in moving]).delete()
    KindFound.objects.filter(pk__in=[row.pk for row in moving]).update(conversation=conversation)
    KindFound.objects.filter(conversation=gone).delete()
    _stand(conversation)
    _stand(gone)


def _stand(row: Conversation) -> None:
    """On top, or no longer, as its kinds have it."""
    found = KindFound.objects.filter(conversation=row, kind=Kind.RISK_TO_LIFE).exclude(state=_State.REJECTED)
    row.at_risk = found.exists()
    Conversation.objects.filter(pk=row.pk).update(at_risk=row.at_risk)


def settle(conversation: Conversation, kind: str, *, confirmed: bool, by: User) -> KindFound:
    """A person says that it is of this kind, suggested or not, or that it is not. Raises CannotBeDone for a kind that
    there is not."""
    access.require(by, "note", conversation)
    if kind not in list(Kind):
        raise CannotBeDone("Choose one of the kinds in the list.")
    state = _State.CONFIRMED if confirmed else _State.REJECTED
    with writing():
        row = lock_for(conversation, "note", by=by)
        found = _settled(row, kind, state, by=by)
        if kind == Kind.RISK_TO_LIFE:
            Conversation.objects.filter(pk=row.pk).update(at_risk=confirmed)
        fact = facts.KIND_CONFIRMED if confirmed else facts.KIND_REJECTED
        record(fact, thing(row), by=by.name, kind=_words(Kind(kind)))
        tell(row, kind, state, by=by.name, received_at=found.received_at)
    return found


def _settled(row: Conversation, kind: str, state: str, *, by: User) -> KindFound:
    said = {"state": state, "by": by.name, "at": now()}
    new = {**said, "confidence": 1.0, "received_at": asked_at(row)}
    found, created = KindFound.objects.get_or_create(conversation=row, kind=kind, defaults=new)
    if not created:
        for name, value in said.items():
            setattr(found, name, value)
        found.save(update_fields=list(said))
    return found


def _words(kind: Kind) -> str:
    return str(KindFound.Kind(kind).label).lower()
