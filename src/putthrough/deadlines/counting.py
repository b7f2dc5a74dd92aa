"""From a regime and a receipt to dates, with every day that was left out. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from putthrough.deadlines.calendar import (
    LAST_YEAR,
    Calendar,
    Counted,
    DayOff,
    Skipped,
    UnknownYear,
    calendar,
    counted,
    next_working_day,
)
from putthrough.deadlines.hours import USUAL, Hours, registered
from putthrough.deadlines.regimes import RECEIVED, Regime, Span, Step, Unit
from putthrough.kit.time import LONDON, end_of, local_day

Moment = date | datetime
"""A day, or an aware instant."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A step with the moment it counts from and the one it ends at: an instant where it counts hours, else a day.

    ``latest`` is how far it may be extended, None where it may not.
    """

    step: Step
    start: Moment
    due: Moment
    skipped: tuple[Skipped, ...]
    latest: date | None = None

    @property
    def due_at(self) -> datetime:
        """The last instant (UTC): a day ends with its last moment in London."""
        return instant(self.due, last=True)


def day_of(moment: Moment) -> date:
    """The calendar day in London."""
    return local_day(moment) if isinstance(moment, datetime) else moment


def instant(moment: Moment, *, last: bool = False) -> datetime:
    """In UTC. A day without a time of day is its first instant, so that hours counted from it end early, never late."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return end_of(moment) if last else datetime.combine(moment, time.min, LONDON).astimezone(UTC)


def calendar_of(regime: Regime, nation: str, days_off: Iterable[DayOff] = ()) -> Calendar:
    """The law's calendar: proclaimed days count, the body's own closures do not."""
    return calendar(nation, of_uk=regime.of_uk, days_off=days_off)


def start_of(regime: Regime, received: Moment, on: Calendar, hours: Hours = USUAL) -> Moment:
    """The moment of receipt as the regime takes it. A day without a time of day was within hours."""
    if not regime.registers:
        return received
    if isinstance(received, datetime):
        day = registered(received, hours, on)
        return received if day == day_of(received) else day
    return next_working_day(received, on).due


def months_later(day: date, months: int) -> date:
    """The corresponding date, or the last day of a month that is too short for it. Raises UnknownYear."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > LAST_YEAR:
        raise UnknownYear(year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def span_end(start: date, span: Span, on: Calendar) -> Counted:
    """Where a span of days that counts from a day ends. Hours are ``reckon``'s business."""
    return _COUNTS[span.unit](start, span.number, on)


_COUNTS: Mapping[Unit, Callable[[date, int, Calendar], Counted]] = {
    Unit.WORKING_DAYS: counted,
    Unit.DAYS: lambda start, n, on: next_working_day(start + timedelta(days=n), on),
    Unit.WEEKS: lambda start, n, on: Counted(start + timedelta(weeks=n)),
    Unit.MONTHS: lambda start, n, on: next_working_day(months_later(start, n), on),
    Unit.WHOLE_MONTHS: lambda start, n, on: Counted(months_later(start, n) - timedelta(days=1)),
}


def reckon(step: Step, start: Moment, on: Calendar) -> Reckoned:
    """When a step ends that counts from this moment."""
    if step.span.unit == Unit.HOURS:
        after = instant(start) + timedelta(hours=step.span.number)
        return Reckoned(step, start, after.astimezone(LONDON), ())
    end = span_end(day_of(start), step.span, on)
    return Reckoned(step, start, end.due, end.skipped, latest(step, day_of(start), end.due, on))


def latest(step: Step, start: date, due: date, on: Calendar) -> date | None:
    """How far a step that was to end on ``due`` may be extended, None where it may not."""
    if step.extension is None:
        return None
    if step.extension.latest is not None:
        return max(due, span_end(start, step.extension.latest, on).due)
    return span_end(due, step.extension.most, on).due


def plan(
    regime: Regime, received: Moment, nation: str, *, happened: Mapping[str, Moment] | None = None
) -> list[Reckoned]:
    """Every step in order. One that follows an earlier one counts from when that was done, as ``happened`` says by
    the step's key, or else from when it is due. Raises UnknownYear."""
    on, known = calendar_of(regime, nation), dict(happened or {})
    known[RECEIVED] = start_of(regime, received, on)
    steps = []
    for step in regime.version_on(day_of(received)).steps:
        done = reckon(step, known.get(step.after) or known[step.supposed], on)
        known.setdefault(step.key, done.due)
        steps.append(done)
    return steps
