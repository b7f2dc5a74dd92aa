"""Working days of each nation. Pure: no database, so that every rule can be tested by properties.

Bank holidays come from the ``holidays`` package by subdivision. England and Wales share theirs; asking for GB without
a subdivision would give only what all nations have in common, which is nobody's calendar. The Freedom of Information
Act leaves out what is a bank holiday in any part of the United Kingdom (section 10(6)): the union of the four.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

NATIONS: Mapping[str, str] = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "ni": "NIR"}
FIRST_YEAR, LAST_YEAR = 1978, 2100  # the early May holiday began in 1978; ``holidays`` ends with 2100
IsHoliday = Callable[[date], bool]

# What GOV.UK calls them, by the package's names.
_CALLED = {
    "New Year Holiday": "2nd January",
    "Saint Patrick's Day": "St Patrick's Day",
    "Saint Andrew's Day": "St Andrew's Day",
    "Battle of the Boyne": "Battle of the Boyne (Orangemen's Day)",
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Summer Bank Holiday": "Summer bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Scotland's participation in the FIFA World Cup final": "World Cup bank holiday",
    "Platinum Jubilee of Elizabeth II": "Platinum Jubilee bank holiday",
    "State Funeral of Queen Elizabeth II": "Bank Holiday for the State Funeral of Queen Elizabeth II",
    "Coronation of Charles III": "Bank holiday for the coronation of King Charles III",
}


class UnknownYear(ValueError):
    """Nobody knows the bank holidays of that year; ``str(error)`` says which are known."""

    def __init__(self, year: int) -> None:
        super().__init__(f"Bank holidays are known from {FIRST_YEAR} to {LAST_YEAR}, not for {year}. Check the date.")


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that an administrator entered: proclaimed as a bank holiday in a nation (in all: ``nation`` empty), or a
    ``closure`` of the body's own, on which its service targets stand still and the law does not."""

    day: date
    name: str
    nation: str = ""
    closure: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that did not count, and what it is called."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Where a count ended, and the weekdays that it left out; weekends only where they moved the end itself."""

    due: date
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that are no working days where any of ``nations`` has a holiday, or one was ``added``."""

    nations: tuple[str, ...]
    added: tuple[DayOff, ...] = ()

    def name(self, day: date) -> str:
        """What the holiday is called, empty for a day that is none. Raises UnknownYear."""
        names = (bank_holidays(nation, day.year).get(day) for nation in self.nations)
        return next((name for name in names if name), "") or next((o.name for o in self.added if o.day == day), "")

    def is_holiday(self, day: date) -> bool:
        return bool(self.name(day))

    def is_working_day(self, day: date) -> bool:
        return is_working_day(day, self.is_holiday)


def calendar(nation: str, *, of_uk: bool = False, days_off: Iterable[DayOff] = (), closures: bool = False) -> Calendar:
    """A nation's calendar, or the union of all four, with the days that somebody entered. Raises KeyError."""
    nations = tuple(NATIONS) if of_uk else (nation,)
    if nation not in NATIONS:
        raise KeyError(nation)
    added = (o for o in days_off if (closures if o.closure else o.nation in ("", *nations)))
    return Calendar(nations, tuple(added))


@lru_cache(maxsize=512)
def bank_holidays(nation: str, year: int) -> Mapping[date, str]:
    """The bank holidays of a nation in a year with their names, those on a weekend too.

    Raises KeyError for a nation that is not one of the four, UnknownYear.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnknownYear(year)
    found = holidays.country_holidays("GB", subdiv=NATIONS[nation], years=year)
    return {day: _called(names) for day, names in sorted(found.items())}


def _called(names: str) -> str:
    """As GOV.UK calls it; where a substitute falls on another holiday, that is the day's name."""
    name = names.split("; ")[-1]
    plain = name.removesuffix(" (observed)")
    called = _CALLED.get(plain, plain)
    return called if plain == name else f"{called} (substitute day)"


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
def counted(start: date, days: int, on: Calendar) -> Counted:
    """So many working days after a day, with the holidays that fell between."""
    due = add_working_days(start, days, on.is_holiday)
    between = (start + timedelta(days=n) for n in range(1, (due - start).days + 1))
    return Counted(due, tuple(Skipped(d, name) for d in between if d.weekday() < 5 and (name := on.name(d))))


def next_working_day(day: date, on: Calendar) -> Counted:
    """The day itself if it is one, else the next that is, with every day that was passed over."""
    skipped = []
    while not on.is_working_day(day):
        skipped.append(Skipped(day, on.name(day) or f"{day:%A}"))
        day += timedelta(days=1)
    return Counted(day, tuple(skipped))
