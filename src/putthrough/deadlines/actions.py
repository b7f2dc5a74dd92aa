"""Starting, tightening and stopping clocks. There is no action that moves a running one later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from putthrough.audit.actions import record, thing, writing
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


def stop_met() -> int:
    """Stop the clocks of conversations that were answered or closed; returns how many. A step of the journey."""
    with writing():
        running = Deadline.objects.filter(stopped_at=None, conversation__due_at=None)
        moment, stopped = now(), 0
        for clock in running.select_related("conversation")[:200]:
            met = moment <= clock.due_at
            stopped += Deadline.objects.filter(pk=clock.pk, stopped_at=None).update(
                stopped_at=moment, outcome="in time" if met else "late"
            )
            record(facts.STOPPED, thing(clock.conversation), outcome="in time" if met else "late")
    return stopped
