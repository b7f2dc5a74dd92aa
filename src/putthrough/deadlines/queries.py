"""Deadlines in words, and the groups in which people read a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from putthrough.conversations.models import Conversation
from putthrough.deadlines.calendar import is_bank_holiday, working_days_between
from putthrough.deadlines.models import Deadline
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.time import end_of, in_words, local_day, now


@dataclass(frozen=True, slots=True)
class Group:
    """One part of a list: due at or after ``first`` and before ``end`` (either None: open), in that order."""

    key: str
    name: str
    first: datetime | None
    end: datetime | None


def groups(today: date) -> list[Group]:
    """Overdue, Due today, This week, Later; what has no deadline comes last, under its own name."""
    yesterday, sunday = end_of(today - timedelta(days=1)), end_of(today + timedelta(days=6 - today.weekday()))
    tonight = end_of(today)
    return [
        Group("overdue", "Overdue", None, yesterday),
        Group("today", "Due today", yesterday, tonight),
        Group("week", "This week", tonight, max(sunday, tonight)),
        Group("later", "Later", max(sunday, tonight), None),
        Group("none", "No deadline", None, None),
    ]


def group_of(due_at: datetime | None, among: list[Group]) -> Group:
    """The group in which a deadline stands; every deadline has exactly one."""
    if due_at is None:
        return among[-1]
    for group in among[:-1]:
        if group.end is None or due_at <= group.end:
            return group
    raise AssertionError("the last dated group is open-ended")


def in_words_due(due_at: datetime, nation: str) -> str:
    """``due Friday 27 November (4 working days)``, ``due today``, ``2 working days late``."""
    today, day = local_day(now()), local_day(due_at)
    days = working_days_between(today, day, is_bank_holiday(nation))
    if day == today:
        return "due today"
    unit = "working day" if abs(days) == 1 else "working days"
    if day < today:
        return f"{abs(days)} {unit} late, was due {in_words(day)}" if days else f"late, was due {in_words(day)}"
    return f"due {in_words(day)} ({days} {unit})"


def clocks(viewer: User, conversation: Conversation) -> list[Deadline]:
    """All clocks of a conversation that the viewer may see, running ones first."""
    seen = access.sees(viewer, conversation)
    rows = Deadline.objects.filter(conversation=conversation).order_by("stopped_at", "due_at")
    return sorted(rows, key=lambda clock: clock.stopped_at is not None) if seen else []


def running(viewer: User, rows: Sequence[Conversation]) -> dict[int, list[Deadline]]:
    """The running clocks of these conversations, soonest first, by conversation id; one statement for any number."""
    seen = access.visible(viewer, Conversation).filter(pk__in=[row.pk for row in rows])
    found: dict[int, list[Deadline]] = {}
    for clock in Deadline.objects.filter(conversation__in=seen, stopped_at=None).order_by("due_at"):
        found.setdefault(clock.conversation_id, []).append(clock)
    return found


def day_of(clock: Deadline, nation: str) -> int:
    """Which working day of its clock today is: 0 on the day of receipt, more than ``clock.days`` when it is late."""
    return working_days_between(local_day(clock.started_at), local_day(now()), is_bank_holiday(nation))
