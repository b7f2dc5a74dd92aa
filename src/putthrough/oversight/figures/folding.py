"""What an audit entry changes in the course of its conversation, and what a course adds to the days' numbers.

The numbers are sums over courses and nothing else: so a figure always has exactly the list behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from putthrough.conversations import facts as conversation
from putthrough.handover import facts as handover
from putthrough.kit.time import local_day

FIGURES = ("opened", "answered", "passes", "finding", "waiting", "closed")
"""Conversations opened, first answered and closed; up to the first answer how often they were passed on, and the
seconds until the team that answered had them and until it answered."""

Key = tuple[date, int, str, str, str]
"""Day, team, channel, figure, word."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An audit entry as it concerns a conversation; ``team`` is the id of the team that it names, 0 for none."""

    conversation: int
    verb: str
    at: datetime
    team: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """The fields of ``models.Course``."""

    conversation: int
    channel: str
    opened_at: datetime
    opened_on: date
    first_team: int
    team: int
    here_since: datetime
    here_before: datetime
    passes: int = 0
    answered_on: date | None = None
    answer_team: int = 0
    answer_passes: int = 0
    finding: int = 0
    waiting: int = 0
    closed_on: date | None = None
    close_team: int = 0
    outcome: str = ""


def begun(one: Happened) -> Progress:
    day, channel = local_day(one.at), str(one.data.get("channel", ""))
    return Progress(one.conversation, channel, one.at, day, one.team, one.team, one.at, one.at)


def split_from(one: Happened, whole: Progress) -> Progress:
    """A conversation of its own from now, with the team that has the one that it was part of."""
    return begun(replace(one, team=whole.team, data={"channel": whole.channel}))


def gone_on(before: Progress, one: Happened) -> Progress:
    """The same course one entry later; as it was where the entry changes nothing that is counted."""
    change = _CHANGES.get(one.verb)
    return change(before, one) if change else before


def _passed(before: Progress, one: Happened) -> Progress:
    moved = replace(before, team=one.team, passes=before.passes + 1)
    return replace(moved, here_before=before.here_since, here_since=one.at)


def _taken_back(before: Progress, one: Happened) -> Progress:
    passes = max(0, before.passes - 1)
    return replace(before, team=one.team, passes=passes, here_since=before.here_before)


def _answered(before: Progress, one: Happened) -> Progress:
    if before.answered_on is not None:
        return before
    return replace(
        before,
        answered_on=local_day(one.at),
        answer_team=before.team,
        answer_passes=before.passes,
        finding=_seconds(before.opened_at, before.here_since),
        waiting=_seconds(before.opened_at, one.at),
    )


def _closed(before: Progress, one: Happened) -> Progress:
    outcome = str(one.data.get("outcome", ""))[:60]
    return replace(before, closed_on=local_day(one.at), close_team=before.team, outcome=outcome)


def _open_again(before: Progress, one: Happened) -> Progress:
    return replace(before, closed_on=None, close_team=0, outcome="")


def _seconds(since: datetime, until: datetime) -> int:
    return max(0, int((until - since).total_seconds()))


_CHANGES: Mapping[str, Callable[[Progress, Happened], Progress]] = {
    handover.PASSED_ON.verb: _passed,
    handover.DECLINED.verb: _passed,
    handover.UNDONE.verb: _taken_back,
    conversation.ANSWERED.verb: _answered,
    conversation.CLOSED.verb: _closed,
    conversation.OPENED_AGAIN.verb: _open_again,
    conversation.REOPENED.verb: _open_again,
}
COUNTED = frozenset({conversation.OPENED.verb, conversation.SPLIT_FROM.verb, *_CHANGES})


def numbers(course: Progress | None) -> Counter[Key]:
    """What this one course adds to the days."""
    if course is None:
        return Counter()
    found: Counter[Key] = Counter({(course.opened_on, course.first_team, course.channel, "opened", ""): 1})
    if course.answered_on is not None:
        at = (course.answered_on, course.answer_team, course.channel)
        found[(*at, "answered", "")] = 1
        found[(*at, "passes", "")] = course.answer_passes
        found[(*at, "finding", "")] = course.finding
        found[(*at, "waiting", "")] = course.waiting
    if course.closed_on is not None:
        found[(course.closed_on, course.close_team, course.channel, "closed", course.outcome)] = 1
    return found
