"""Deadlines in words, and the groups in which people read a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Min, QuerySet

from putthrough.conversations.models import Conversation
from putthrough.deadlines.calendar import Calendar, DayOff, calendar, is_bank_holiday, working_days_between
from putthrough.deadlines.hours import Hours, parsed
from putthrough.deadlines.models import Deadline, Holiday, Named, Policy, Stricter
from putthrough.deadlines.regimes import Step
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
    if not access.sees(viewer, conversation):
        return []
    rows = list(Deadline.objects.filter(conversation=conversation).order_by("stopped_at", "due_at"))
    for row in rows:
        row.conversation = conversation
    return sorted(rows, key=lambda clock: clock.stopped_at is not None)


def running(viewer: User, rows: Sequence[Conversation]) -> dict[int, list[Deadline]]:
    """The running clocks of these conversations, soonest first, by conversation id; one statement for any number."""
    seen = access.visible(viewer, Conversation).filter(pk__in=[row.pk for row in rows])
    found: dict[int, list[Deadline]] = {}
    for clock in Deadline.objects.filter(conversation__in=seen, stopped_at=None).order_by("due_at"):
        found.setdefault(clock.conversation_id, []).append(clock)
    return found


def clock(viewer: User, pk: int) -> Deadline:
    """One clock of a conversation that the viewer may see. Raises access.NotVisible."""
    row = Deadline.objects.select_related("conversation").filter(pk=pk).first()
    if row is None or not access.sees(viewer, row.conversation):
        raise access.NotVisible("There is no such clock that you can see.")
    return row


def running_of(conversation: Conversation) -> QuerySet[Deadline]:
    """A conversation's running clocks, soonest first, those that stand still too. For actions, which have asked."""
    return Deadline.objects.filter(conversation=conversation, stopped_at=None).order_by("due_at", "pk")


def nearest(conversation: Conversation) -> datetime | None:
    """When the first of them ends; one that stands still ends nowhere yet."""
    moving = running_of(conversation).filter(paused_at=None)
    found: datetime | None = moving.aggregate(first=Min("due_at"))["first"]
    return found


def days_off() -> tuple[DayOff, ...]:
    """What administrators entered, by day."""
    rows = Holiday.objects.order_by("day", "pk").values_list("day", "name", "nation", "closure")
    return tuple(DayOff(*row) for row in rows)


def holidays_entered() -> list[Holiday]:
    """What administrators entered, for setting it up: the latest first."""
    return list(Holiday.objects.order_by("-day", "pk"))


def holiday(pk: int) -> Holiday | None:
    return Holiday.objects.filter(pk=pk).first()


def service_calendar(nation: str) -> Calendar:
    """What service targets count by: the nation's holidays, proclaimed days and our own closures."""
    return calendar(nation, days_off=days_off(), closures=True)


def named() -> dict[int, list[User]]:
    """Whom to tell about each team's deadlines, in their order, by team id."""
    found: dict[int, list[User]] = {}
    for link in Named.objects.select_related("user").order_by("team", "position"):
        found.setdefault(link.team_id, []).append(link.user)
    return found


def policy() -> Policy:
    return Policy.objects.get_or_create(pk=1)[0]


def policy_hours() -> Hours:
    return parsed(policy().hours)


def own_limits() -> dict[tuple[str, str], int]:
    """The organisation's own shorter spans, by regime and step."""
    return {(regime, step): n for regime, step, n in Stricter.objects.values_list("regime", "step", "number")}


def own_steps(regime: str, steps: Sequence[Step]) -> list[Step]:
    """The steps as the organisation takes them: never longer than the regime has them."""
    limits = own_limits()
    return [
        replace(step, span=replace(step.span, number=min(step.span.number, limits.get((regime, step.key), 9999))))
        for step in steps
    ]
