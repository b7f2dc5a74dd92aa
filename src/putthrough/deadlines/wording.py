"""Clocks as people say them: ``FOI: due Mon 21 Dec, day 12 of 20, St Andrew's Day skipped``."""

from __future__ import annotations

from datetime import date, datetime

from putthrough.deadlines.calendar import Skipped
from putthrough.deadlines.course import Course, length, reached
from putthrough.deadlines.models import TARGET, Deadline
from putthrough.deadlines.regimes import Unit
from putthrough.deadlines.table import REGIMES
from putthrough.kit.time import local, local_day


def course_of(clock: Deadline) -> Course:
    """What the row holds, as ``course`` counts with it."""
    return Course(
        Unit(clock.unit),
        local_day(clock.started_at),
        local_day(clock.due_at),
        clock.latest,
        tuple(Skipped(date.fromisoformat(day), name) for day, name in clock.skipped),
        tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last, _ in clock.pauses),
    )


def short_name(clock: Deadline) -> str:
    """``FOI``; ``Our own target``."""
    return "Our own target" if clock.regime == TARGET else REGIMES[clock.regime].short


def step_name(clock: Deadline) -> str:
    """``Stage 1 answer``; empty for a service target."""
    if clock.regime == TARGET:
        return ""
    return REGIMES[clock.regime].version(clock.version).step(clock.step).label


def name(clock: Deadline) -> str:
    """``FOI, answer``; ``Our own target``."""
    step = step_name(clock)
    return f"{short_name(clock)}, {step[0].lower()}{step[1:]}" if step else short_name(clock)


def day_words(day: date, today: date) -> str:
    """``Mon 21 Dec``, with the year when it is another one."""
    return f"{day:%a} {day.day} {day:%b}" + ("" if day.year == today.year else f" {day.year}")


def due_words(clock: Deadline, today: date) -> str:
    """``due Mon 21 Dec``, ``due Sun 25 Oct 09:00``."""
    at = f" {local(clock.due_at):%H:%M}" if clock.unit == Unit.HOURS else ""
    return f"due {day_words(local_day(clock.due_at), today)}{at}"


def progress(clock: Deadline, moment: datetime) -> tuple[int, int]:
    """Which day, or hour, of how many it is: (12, 20)."""
    if clock.unit == Unit.HOURS:
        return int((moment - clock.started_at).total_seconds() // 3600), clock.days
    course = course_of(clock)
    return reached(course, local_day(moment)), length(course)


def progress_words(clock: Deadline, moment: datetime) -> str:
    """``day 12 of 20``; ``3 days over``."""
    unit = "hour" if clock.unit == Unit.HOURS else "day"
    at, of = progress(clock, moment)
    if at <= of:
        return f"{unit} {at} of {of}"
    over, unit = (at - of, unit) if unit == "day" or at - of < 48 else ((at - of) // 24, "day")
    return f"{over} {unit}{'' if over == 1 else 's'} over"


def skipped_words(clock: Deadline) -> str:
    """``St Andrew's Day skipped``; empty when nothing was."""
    names = dict.fromkeys(str(name).removesuffix(" (substitute day)") for _, name in clock.skipped)
    return f"{', '.join(names)} skipped" if names else ""


def sentence(clock: Deadline, moment: datetime) -> str:
    """The whole clock in one line."""
    if clock.paused_at is not None:
        return f"{short_name(clock)}: paused since {day_words(local_day(clock.paused_at), local_day(moment))}"
    parts = (due_words(clock, local_day(moment)), progress_words(clock, moment), skipped_words(clock))
    return f"{short_name(clock)}: {', '.join(part for part in parts if part)}"
