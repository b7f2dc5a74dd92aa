"""Starting, tightening and stopping clocks. There is no action that moves a running one later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from putthrough.audit.actions import record, thing
from putthrough.conversations.models import Conversation
from putthrough.deadlines import facts
from putthrough.deadlines.calendar import target_day
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
    return end_of(target_day(local_day(received_at), days, nation))


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
    clock = Deadline.objects.filter(conversation=conversation, regime=TARGET, stopped_at=None).first()
    if clock is None or days is None:
        return
    earlier = due(clock.started_at, days, organisation().nation)
    if earlier < clock.due_at:
        Deadline.objects.filter(pk=clock.pk).update(due_at=earlier, days=days)
        conversation.due_at = earlier if conversation.due_at is None else min(earlier, conversation.due_at)
        conversation.save(update_fields=["due_at"])
        record(facts.TIGHTENED, thing(conversation), due=in_words(local_day(earlier)))


def match(conversation: Conversation) -> None:
    """No clock of a conversation runs longer than the conversation says (two of them were joined)."""
    running = Deadline.objects.filter(conversation=conversation, stopped_at=None)
    if conversation.due_at is not None:
        running.filter(due_at__gt=conversation.due_at).update(due_at=conversation.due_at)


def stop(conversation: Conversation) -> None:
    """It was answered or closed: its clocks stop, in time or late. Call it inside ``writing``."""
    moment = now()
    for clock in Deadline.objects.filter(conversation=conversation, stopped_at=None):
        outcome = "in time" if moment <= clock.due_at else "late"
        Deadline.objects.filter(pk=clock.pk, stopped_at=None).update(stopped_at=moment, outcome=outcome)
        record(facts.STOPPED, thing(conversation), outcome=outcome)
