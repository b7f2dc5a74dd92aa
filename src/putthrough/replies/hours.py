"""Time in which somebody looks at answers: working days, from one hour to another, in London. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from putthrough.kit.time import LONDON, local_day

IsOpen = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Hours:
    """``works`` says which days are; ``opens`` comes before ``shuts``."""

    opens: time
    shuts: time
    works: IsOpen

    def of(self, day: date) -> tuple[datetime, datetime]:
        return _at(day, self.opens), _at(day, self.shuts)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, LONDON).astimezone(UTC)


def open_minutes(hours: Hours, start: datetime, end: datetime) -> int:
    """The whole minutes between the two in which somebody looks; 0 where ``end`` comes first."""
    passed = timedelta()
    for day in _days(local_day(start), local_day(end)):
        if hours.works(day):
            opens, shuts = hours.of(day)
            passed += max(timedelta(), min(end, shuts) - max(start, opens))
    return int(passed / timedelta(minutes=1))


def next_open(hours: Hours, moment: datetime) -> datetime:
    """``moment`` itself while somebody looks, else when they begin again; ``moment`` where no day of the next month is
    a working one."""
    for day in _days(local_day(moment), local_day(moment) + timedelta(days=31)):
        if hours.works(day):
            opens, shuts = hours.of(day)
            if moment < shuts:
                return max(moment, opens)
    return moment


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
