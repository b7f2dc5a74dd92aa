"""Starting, tightening and stopping clocks. Nothing moves a running one later, but for taking a tightening back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from putthrough.audit.actions import record, thing
from putthrough.audit.queries import happened
from putthrough.conversations.facts import ANSWERED
from putthrough.conversations.models import Conversation
from putthrough.deadlines import facts
from putthrough.deadlines.calendar import calendar, counted
from putthrough.deadlines.models import Deadline
from putthrough.directory.queries import organisation
from putthrough.kit.time import end_of, in_words, local_day, now

TARGET = "target"


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock to start on a conversation: so many working days from the instant of receipt."""

    conversation: Conversation
    days: int
    started_at: datetime
    due_at: datetime


def due(received_at: datetime, days: int, nation: str) -> datetime:
    """The last instant (UTC) of a target of ``days`` working days from the day of receipt in London."""
    return end_of(counted(local_day(received_at), days, calendar(nation)).due)


def start(clocks: Sequence[Clock]) -> None:
    """Start the service target of conversations that have none running. Call it inside ``writing``."""
    Deadline.objects.bulk_create(
        [
            Deadline(
                conversation_id=clock.conversation.pk,
                regime=TARGET,
                days=clock.days,
                started_at=clock.started_at,
                due_at=clock.due_at,
            )
            for clock in clocks
        ],
        ignore_conflicts=True,
    )


def tighten(conversation: Conversation, days: int | None) -> None:
    """The new owner's target applies if it ends earlier; it still counts from the day of receipt.

    Call it with the conversation locked, inside ``writing``.
    """
    clock = _running(conversation)
    if clock is None or days is None:
        return
    earlier = due(clock.started_at, days, organisation().nation)
    if earlier < clock.due_at:
        Deadline.objects.filter(pk=clock.pk).update(due_at=earlier, days=days)
        conversation.due_at = earlier if conversation.due_at is None else min(earlier, conversation.due_at)
        conversation.save(update_fields=["due_at"])
        record(facts.TIGHTENED, thing(conversation), due=in_words(local_day(earlier)))


def _running(conversation: Conversation) -> Deadline | None:
    return Deadline.objects.filter(conversation=conversation, regime=TARGET, stopped_at=None).first()


def copy(conversation: Conversation, other: Conversation) -> None:
    """The other was split off from a conversation: a clock with the same start and end runs on it."""
    clock = _running(conversation)
    if clock is not None:
        start([Clock(other, clock.days, clock.started_at, clock.due_at)])


def merge(conversation: Conversation, gone: Conversation) -> None:
    """Two conversations became one: of their clocks the one that ends first goes on, on the first conversation."""
    own, other = _running(conversation), _running(gone)
    if other is None:
        return
    if own is None:
        Deadline.objects.filter(pk=other.pk).update(conversation=conversation)
    else:
        Deadline.objects.filter(pk=own.pk).update(due_at=min(own.due_at, other.due_at))
        stop(gone)


def resume(conversation: Conversation, *, unmet: bool = False) -> datetime | None:
    """The clock that ran until a conversation was closed runs on as if it had not been; one that an answer met
    stays met, unless that answer did not arrive (``unmet``). Returns its end, None when none runs on."""
    clock = Deadline.objects.filter(conversation=conversation, regime=TARGET).order_by("-started_at", "-pk").first()
    if clock is None or (not unmet and happened(ANSWERED, thing(conversation), since=clock.started_at)):
        return None
    Deadline.objects.filter(pk=clock.pk).update(stopped_at=None, outcome="")
    return clock.due_at


def stop(conversation: Conversation) -> None:
    """It was answered or closed: its clocks stop, in time or late. Call it inside ``writing``."""
    moment = now()
    for clock in Deadline.objects.filter(conversation=conversation, stopped_at=None):
        outcome = "in time" if moment <= clock.due_at else "late"
        Deadline.objects.filter(pk=clock.pk, stopped_at=None).update(stopped_at=moment, outcome=outcome)
        record(facts.STOPPED, thing(conversation), outcome=outcome)


def target(conversation: Conversation) -> dict[str, Any] | None:
    """The running service target as JSON values, for ``restore``."""
    clock = _running(conversation)
    return {"clock": clock.pk, "days": clock.days, "due_at": clock.due_at.isoformat()} if clock else None


def restore(conversation: Conversation, before: dict[str, Any] | None) -> None:
    """A passing on was taken back within seconds: the target that it tightened is what it was. A clock that has
    stopped since stays stopped. Call it with the conversation locked, inside ``writing``."""
    if before is None:
        return
    due_at = datetime.fromisoformat(before["due_at"])
    clock = Deadline.objects.filter(pk=before["clock"], stopped_at=None)
    if clock.update(days=before["days"], due_at=due_at):
        conversation.due_at = due_at
        conversation.save(update_fields=["due_at"])
