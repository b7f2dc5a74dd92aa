"""Office hours, several spans a day. Pure. Some procedures register what comes after hours on the next working day.

Written as people write them, a day a line: ``Monday 09:00-12:30 13:30-17:00``. A day without a line is closed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from putthrough.deadlines.calendar import Calendar, next_working_day
from putthrough.kit.time import local

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Span = tuple[time, time]
Hours = Mapping[int, tuple[Span, ...]]
"""The spans of each weekday (0 is Monday), in order, without overlap."""

USUAL: Hours = {day: ((time(9), time(17)),) for day in range(5)}
_SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|to)\s*(\d{1,2})[:.](\d{2})")


def parsed(text: str) -> Hours:
    """Raises ValueError in plain words, naming the line that cannot be read."""
    found: dict[int, tuple[Span, ...]] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, _, rest = line.partition(" ")
        day = next((n for n, full in enumerate(DAYS) if full.lower().startswith(name.strip(":").lower()[:3])), None)
        if day is None or len(name) < 3:
            raise ValueError(f"“{line}” does not begin with a weekday. Write a day a line: Monday 09:00-17:00.")
        if day in found:
            raise ValueError(f"{DAYS[day]} stands there twice. Write all its hours in one line.")
        found[day] = _spans(line, rest)
    return found


def _spans(line: str, rest: str) -> tuple[Span, ...]:
    left = _SPAN.sub("", rest).replace(",", " ").replace("and", " ").strip()
    try:
        spans = tuple(
            (time(int(a), int(b)), time(int(c), int(d))) for a, b, c, d in (m.groups() for m in _SPAN.finditer(rest))
        )
    except ValueError:
        raise ValueError(f"“{line}” has a time that does not exist. Write times as 09:00-17:00.") from None
    in_order = all(a < b for a, b in spans) and all(one[1] <= other[0] for one, other in pairwise(spans))
    if left or not spans or not in_order:
        raise ValueError(f"“{line}” cannot be read. Write times in order: Monday 09:00-12:30 13:30-17:00.")
    return spans


def written(hours: Hours) -> str:
    """As ``parsed`` reads them."""
    return "\n".join(
        " ".join([DAYS[day], *(f"{a:%H:%M}-{b:%H:%M}" for a, b in spans)]) for day, spans in sorted(hours.items())
    )


def registered(moment: datetime, hours: Hours, on: Calendar) -> date:
    """The day on which what arrives is registered: after hours, or on a day off, it is the next working day."""
    here = local(moment)
    spans = hours.get(here.weekday(), ())
    after = not spans or here.time() >= spans[-1][1]
    return next_working_day(here.date() + timedelta(days=1) if after else here.date(), on).due
