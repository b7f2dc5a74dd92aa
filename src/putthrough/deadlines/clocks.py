"""A conversation's clocks as it moves: started with it, tightened, copied, joined, stopped, and let run on.

Nothing here moves a clock later or starts one anew: that is for people, with a reason (``actions.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from putthrough.audit.actions import record, thing
from putthrough.audit.queries import happened
from putthrough.conversations.facts import ANSWERED
from putthrough.conversations.models import Conversation
from putthrough.deadlines import facts
from putthrough.deadlines.calendar import Calendar, Skipped, counted
from putthrough.deadlines.models import TARGET, Deadline
from putthrough.deadlines.queries import nearest, running_of, service_calendar
from putthrough.deadlines.wording import name
from putthrough.directory.queries import organisation
from putthrough.kit.time import end_of, in_words, local_day, now

_Ended = Deadline.Ended


@dataclass(frozen=True, slots=True)
class Clock:
    """A service target to start on a conversation: so many working days from the instant of receipt."""

    conversation: Conversation
    days: int
    started_at: datetime
    due_at: datetime


def due(received_at: datetime, days: int, on: Calendar) -> datetime:
    """The last instant (UTC) of a target of ``days`` working days from the day of receipt in London."""
    return end_of(counted(local_day(received_at), days, on).due)


def start(clocks: Sequence[Clock], on: Calendar) -> None:
    """Start the service target of conversations that have none running. Call it inside ``writing``."""
    Deadline.objects.bulk_create(
        [
            Deadline(
                conversation_id=clock.conversation.pk,
                days=clock.days,
                started_at=clock.started_at,
                due_at=clock.due_at,
                skipped=listed(counted(local_day(clock.started_at), clock.days, on).skipped),
            )
            for clock in clocks
        ],
        ignore_conflicts=True,
    )


def listed(skipped: Sequence[Skipped]) -> list[list[str]]:
    """Days that did not count as the row keeps them."""
    return [[one.day.isoformat(), one.name] for one in skipped]


def follow(conversation: Conversation) -> datetime | None:
    """Write the nearest running deadline to a locked conversation, and return it."""
    conversation.due_at = nearest(conversation)
    conversation.save(update_fields=["due_at"])
    return conversation.due_at


def tighten(conversation: Conversation, days: int | None) -> None:
    """The new owner's target applies if it ends earlier; it still counts from the day of receipt.

    Call it with the conversation locked, inside ``writing``.
    """
    clock = _target(conversation)
    if clock is None or days is None:
        return
    on = service_calendar(organisation().nation)
    earlier = due(clock.started_at, days, on)
    if earlier < clock.due_at:
        skipped = listed(counted(local_day(clock.started_at), days, on).skipped)
        Deadline.objects.filter(pk=clock.pk).update(due_at=earlier, days=days, skipped=skipped)
        follow(conversation)
        record(facts.TIGHTENED, thing(conversation), due=in_words(local_day(earlier)))


def _target(conversation: Conversation) -> Deadline | None:
    return running_of(conversation).filter(regime=TARGET).first()


def copy(conversation: Conversation, other: Conversation) -> None:
    """The other was split off from a conversation: the same clocks run on it, with the same starts and ends."""
    clocks = list(running_of(conversation))
    for clock in clocks:
        clock.pk, clock.conversation = None, other
        clock._state.adding = True
    Deadline.objects.bulk_create(clocks, ignore_conflicts=True)


def merge(conversation: Conversation, gone: Conversation) -> None:
    """Two conversations became one: of two clocks of a kind the one that ends first goes on, on the first conversation;
    every other clock of the second goes on there as well."""
    own = {(clock.regime, clock.step): clock for clock in running_of(conversation)}
    for other in running_of(gone):
        clock = own.get((other.regime, other.step))
        if clock is not None and _urgency(other) < _urgency(clock):
            Deadline.objects.filter(pk=clock.pk).delete()
        if clock is None or _urgency(other) < _urgency(clock):
            Deadline.objects.filter(pk=other.pk).update(conversation=conversation)
    stop(gone)


def _urgency(clock: Deadline) -> tuple[bool, datetime]:
    """One that stands still ends nowhere yet."""
    return clock.paused_at is not None, clock.due_at


def met(conversation: Conversation) -> datetime | None:
    """It was answered: its service target stops, in time or late. A clock of law runs on until somebody records what
    was done, for not every answer is *the* answer. Returns when the nearest ends. Call it inside ``writing``."""
    _end(conversation, running_of(conversation).filter(regime=TARGET), _Ended.MET)
    return nearest(conversation)


def stop(conversation: Conversation) -> None:
    """It was closed: all its clocks stop, in time or late. Call it inside ``writing``."""
    _end(conversation, running_of(conversation), _Ended.CLOSED)


def _end(conversation: Conversation, clocks: QuerySet[Deadline], ended: Deadline.Ended) -> None:
    moment = now()
    for clock in clocks:
        outcome = "in time" if moment <= clock.due_at or clock.paused_at is not None else "late"
        ending = Deadline.objects.filter(pk=clock.pk, stopped_at=None)
        ending.update(stopped_at=moment, ended=ended, outcome=outcome)
        record(facts.STOPPED, thing(conversation), clock=name(clock), outcome=outcome)


def resume(conversation: Conversation) -> tuple[bool, datetime | None]:
    """It was closed and is open again: the clocks that the closing stopped run on as if it had not been; a service
    target that an answer met stays met. Returns whether a service target runs, and when the nearest clock ends."""
    closed = Deadline.objects.filter(conversation=conversation, ended=_Ended.CLOSED).exclude(regime=TARGET)
    last = closed.aggregate(last=Max("stopped_at"))["last"]
    ran = {(clock.regime, clock.step) for clock in running_of(conversation)}
    for clock in closed.filter(stopped_at=last) if last else ():
        if (clock.regime, clock.step) not in ran:
            _run_on(clock)
    _resume_target(conversation, unmet=False)
    return _target(conversation) is not None, nearest(conversation)


def unmet(conversation: Conversation) -> datetime | None:
    """The answer that met the service target did not arrive: it runs on, unless one runs for something newer. Returns
    when the nearest clock ends."""
    _resume_target(conversation, unmet=True)
    return nearest(conversation)


def _resume_target(conversation: Conversation, *, unmet: bool) -> None:
    rows = Deadline.objects.filter(conversation=conversation, regime=TARGET).order_by("-started_at", "-pk")
    clock = rows.first()
    if clock is None or _target(conversation) is not None:
        return
    if unmet or not happened(ANSWERED, thing(conversation), since=clock.started_at):
        _run_on(clock)


def _run_on(clock: Deadline) -> None:
    Deadline.objects.filter(pk=clock.pk).update(stopped_at=None, ended="", outcome="")


def target(conversation: Conversation) -> dict[str, Any] | None:
    """The running service target as JSON values, for ``restore``."""
    clock = _target(conversation)
    if clock is None:
        return None
    return {"clock": clock.pk, "days": clock.days, "due_at": clock.due_at.isoformat(), "skipped": clock.skipped}


def restore(conversation: Conversation, before: dict[str, Any] | None) -> None:
    """A passing on was taken back within seconds: the target that it tightened is what it was. A clock that has
    stopped since stays stopped. Call it with the conversation locked, inside ``writing``."""
    if before is None:
        return
    due_at = datetime.fromisoformat(before["due_at"])
    clock = Deadline.objects.filter(pk=before["clock"], stopped_at=None)
    if clock.update(days=before["days"], due_at=due_at, skipped=before.get("skipped", [])):
        follow(conversation)
