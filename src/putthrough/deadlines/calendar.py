"""Working days of each nation. Pure: no database, so that every rule can be tested by properties.

Bank holidays come from the ``holidays`` package by subdivision. England and Wales share theirs; asking for GB without
a subdivision would give only what all nations have in common, which is nobody's calendar.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

import holidays

_SUBDIVISION = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "ni": "NIR"}
IsHoliday = Callable[[date], bool]


@lru_cache(maxsize=512)
def bank_holidays(nation: str, year: int) -> frozenset[date]:
    """The bank holidays of a nation in a year. Raises KeyError for a nation that is not one of the four."""
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISION[nation], years=year))


def is_bank_holiday(nation: str) -> IsHoliday:
    return lambda day: day in bank_holidays(nation, day.year)


def is_working_day(day: date, is_holiday: IsHoliday) -> bool:
    return day.weekday() < 5 and not is_holiday(day)


def add_working_days(day: date, days: int, is_holiday: IsHoliday) -> date:
    """The working day that is ``days`` working days after ``day``; the day itself is never counted."""
    while days > 0:
        day += timedelta(days=1)
        if is_working_day(day, is_holiday):
            days -= 1
    return day


def working_days_between(first: date, last: date, is_holiday: IsHoliday) -> int:
    """How many working days follow ``first`` up to and including ``last``; negative when ``last`` is earlier."""
    if last < first:
        return -working_days_between(last, first, is_holiday)
    days = ((first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    return sum(is_working_day(day, is_holiday) for day in days)


@lru_cache(maxsize=4096)
def target_day(received: date, days: int, nation: str) -> date:
    """The last day of a service target of so many working days after the day of receipt."""
    return add_working_days(received, days, is_bank_holiday(nation))
