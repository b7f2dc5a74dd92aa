"""Instants are stored in UTC and shown in the time of the place where the public body is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same instant on a clock in London (summer time included)."""
    return moment.astimezone(LONDON)


def local_day(moment: datetime) -> date:
    """The calendar day in London: 23:30Z on 30 June is already 1 July there."""
    return local(moment).date()


def end_of(day: date) -> datetime:
    """The last instant of a day in London, in UTC: what is due that day is late only after it."""
    return datetime.combine(day, time.max, LONDON).astimezone(UTC)


def in_words(day: date) -> str:
    """``Friday 27 November``, as staff read dates; the year only when it is not the current one."""
    words = f"{day:%A} {day.day} {day:%B}"
    return words if day.year == local_day(now()).year else f"{words} {day.year}"


def age_in_words(moment: datetime, *, since: datetime | None = None) -> str:
    """How long ago: ``just now``, ``5 min``, ``3 h``, ``2 days``."""
    seconds = ((since or now()) - moment) / timedelta(seconds=1)
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h"
    days = int(seconds // 86400)
    return f"{days} day" if days == 1 else f"{days} days"
