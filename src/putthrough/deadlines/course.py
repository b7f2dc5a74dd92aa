"""A clock that runs: how an extension or a pause moves its end, and never further than its regime allows. Pure.

What has been counted stays counted: a change goes on from the end as it is, so that a calendar or a table that has
changed since never rewrites a clock that runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from putthrough.deadlines.calendar import Calendar, Counted, Skipped, counted, next_working_day
from putthrough.deadlines.regimes import Unit

_ROLLS = (Unit.DAYS, Unit.MONTHS)


class Refused(ValueError):
    """The regime does not allow it; ``str(error)`` says what it does allow."""


@dataclass(frozen=True, slots=True)
class Course:
    """From ``start`` to ``due``, without the days ``skipped`` and the periods ``still`` (first and last day).

    ``latest`` is how far it may be extended, None where it may not.
    """

    unit: Unit
    start: date
    due: date
    latest: date | None = None
    skipped: tuple[Skipped, ...] = ()
    still: tuple[tuple[date, date], ...] = ()


def extended(course: Course, to: date, on: Calendar) -> Course:
    """Ends on ``to``. Raises Refused when that is beyond the regime, or no extension."""
    if course.latest is None:
        raise Refused("This cannot be extended: the regime allows no extension.")
    if course.latest <= course.due:
        raise Refused("This has been extended as far as the regime allows.")
    if not course.due < to <= course.latest:
        raise Refused(f"Choose a day after {_day(course.due)} and not later than {_day(course.latest)}.")
    more = tuple(Skipped(d, n) for d in _days(course.due + timedelta(1), to) if d.weekday() < 5 and (n := on.name(d)))
    return replace(course, due=to, skipped=(*course.skipped, *more))


def stood_still(course: Course, first: date, last: date, on: Calendar) -> Course:
    """The days from ``first`` to ``last`` do not count: as many come after the end. No day is given back twice, and a
    pause that begins after the end gives nothing."""
    if first > course.due:
        return course
    given = {day for one in course.still for day in _days(*one)}
    still = [day for day in _days(first, last) if course.start < day and day not in given]
    if course.unit not in _ROLLS:
        still = [day for day in still if on.is_working_day(day)]
    end = _later(course, course.due, len(still), on)
    latest = _later(replace(course, skipped=()), course.latest, len(still), on).due if course.latest else None
    return replace(course, due=end.due, skipped=end.skipped, latest=latest, still=(*course.still, (first, last)))


def _later(course: Course, day: date, days: int, on: Calendar) -> Counted:
    """An end so many days later, with all that is skipped on the whole way."""
    if course.unit in _ROLLS:
        return next_working_day(day - timedelta(days=len(course.skipped)) + timedelta(days=days), on)
    more = counted(day, days, on)
    return Counted(more.due, (*course.skipped, *more.skipped))


def counts(course: Course, day: date) -> bool:
    """Whether a day on the way is one of those that are counted."""
    if any(first <= day <= last for first, last in course.still):
        return False
    weekend = course.unit == Unit.WORKING_DAYS and day.weekday() > 4
    return not weekend and all(skipped.day != day for skipped in course.skipped)


def reached(course: Course, today: date) -> int:
    """How many days have counted by the end of ``today``: 0 on the day of receipt. Days after the end count as well."""
    return sum(counts(course, day) for day in _days(course.start + timedelta(1), today))


def length(course: Course) -> int:
    """How many days count from start to end."""
    return reached(course, course.due)


@dataclass(frozen=True, slots=True)
class Day:
    """A day on the way: the ``number`` it counted as, or 0 and ``why`` it did not."""

    day: date
    number: int
    why: str = ""


def days(course: Course) -> Iterator[Day]:
    """Each day from the first after the start to the end."""
    names = {skipped.day: skipped.name for skipped in course.skipped}
    number = 0
    for day in _days(course.start + timedelta(1), course.due):
        if counts(course, day):
            number += 1
            yield Day(day, number)
        elif any(first <= day <= last for first, last in course.still):
            yield Day(day, 0, "The clock stood still")
        else:
            yield Day(day, 0, names.get(day) or "Weekend")


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
