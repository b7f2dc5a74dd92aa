"""Working days in each nation, and in all four at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.deadlines.calendar import (
    Calendar,
    DayOff,
    Skipped,
    UnknownYear,
    add_working_days,
    bank_holidays,
    calendar,
    counted,
    is_working_day,
    next_working_day,
    working_days_between,
)
from putthrough.deadlines.hours import USUAL, parsed, registered, written
from putthrough.kit.time import local_day

TABLE = Path(__file__).parent.parent / "data" / "bank_holidays.txt"
LETTERS = {"E": "england", "W": "wales", "S": "scotland", "N": "ni"}
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
HOLIDAYS = st.frozensets(DAYS, max_size=40)
ENGLAND = calendar("england")


def table() -> Iterator[tuple[date, str, str]]:
    for line in TABLE.read_text().splitlines():
        if not line.startswith("#"):
            day, nations, name = line.split(maxsplit=2)
            yield from ((date.fromisoformat(day), LETTERS[letter], name) for letter in nations)


@pytest.mark.parametrize("nation", LETTERS.values())
def test_the_bank_holidays_of_ten_years_are_those_of_our_own_table(nation: str) -> None:
    ours = {day: name for day, where, name in table() if where == nation}
    theirs = {
        day: name
        for year in range(2019, 2029)
        for day, name in bank_holidays(nation, year).items()
        if day.weekday() < 5
    }
    assert theirs == ours
    assert len(ours) >= 83


@pytest.mark.parametrize(
    ("nation", "received", "days", "due"),
    [
        ("scotland", date(2026, 11, 27), 5, date(2026, 12, 7)),  # St Andrew's Day, 30 November
        ("england", date(2026, 11, 27), 5, date(2026, 12, 4)),
        ("ni", date(2026, 7, 8), 5, date(2026, 7, 16)),  # 13 July
        ("england", date(2026, 7, 8), 5, date(2026, 7, 15)),
        ("scotland", date(2026, 3, 27), 20, date(2026, 4, 27)),  # no Easter Monday in Scotland
        ("england", date(2026, 12, 24), 3, date(2026, 12, 31)),  # Christmas, and Boxing Day's substitute
        ("england", date(2026, 12, 18), 5, date(2026, 12, 29)),
        ("scotland", date(2026, 6, 12), 1, date(2026, 6, 16)),  # a holiday of this year alone, 15 June
        ("england", date(2028, 2, 28), 1, date(2028, 2, 29)),
        ("wales", date(2022, 9, 16), 1, date(2022, 9, 20)),  # the Queen's funeral
    ],
)
def test_a_count_ends_on_that_nations_working_day(nation: str, received: date, days: int, due: date) -> None:
    assert counted(received, days, calendar(nation)).due == due


def test_there_is_no_calendar_of_another_nation() -> None:
    with pytest.raises(KeyError):
        calendar("atlantis")


@pytest.mark.parametrize("year", [1977, 2101])
def test_a_year_whose_holidays_nobody_knows_is_refused_not_guessed(year: int) -> None:
    with pytest.raises(UnknownYear, match="1978 to 2100"):
        counted(date(year, 6, 1), 1, ENGLAND)


def test_the_days_that_were_left_out_are_named_once_each() -> None:
    found = counted(date(2026, 11, 20), 20, calendar("england", of_uk=True))
    assert found.skipped == (Skipped(date(2026, 11, 30), "St Andrew's Day"),)


def test_the_union_leaves_out_what_any_nation_has() -> None:
    union = calendar("england", of_uk=True)
    each = {day for nation in LETTERS.values() for day in bank_holidays(nation, 2026)}
    assert {d for n in range(365) if union.is_holiday(d := date(2026, 1, 1) + timedelta(n))} == each


def test_a_proclaimed_day_counts_for_its_nation_and_the_union() -> None:
    jubilee = [DayOff(date(2029, 6, 4), "Jubilee", "scotland")]
    day = date(2029, 6, 1)
    assert counted(day, 1, calendar("scotland", days_off=jubilee)).due == date(2029, 6, 5)
    assert counted(day, 1, calendar("england", days_off=jubilee)).due == date(2029, 6, 4)
    assert counted(day, 1, calendar("england", of_uk=True, days_off=jubilee)).due == date(2029, 6, 5)


def test_a_closure_of_our_own_counts_only_where_it_is_asked_for() -> None:
    shut = [DayOff(date(2026, 12, 29), "Shut between the years", closure=True)]
    assert counted(date(2026, 12, 24), 1, calendar("england", days_off=shut)).due == date(2026, 12, 29)
    assert counted(date(2026, 12, 24), 1, calendar("england", days_off=shut, closures=True)).due == date(2026, 12, 30)


def test_half_past_eleven_at_night_in_greenwich_is_tomorrow_in_a_london_summer() -> None:
    assert local_day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)
    assert local_day(datetime(2026, 12, 30, 23, 30, tzinfo=UTC)) == date(2026, 12, 30)


@given(DAYS, st.integers(0, 30), HOLIDAYS, HOLIDAYS)
def test_more_holidays_never_mean_an_earlier_deadline(
    day: date, days: int, some: frozenset[date], more: frozenset[date]
) -> None:
    assert add_working_days(day, days, (some | more).__contains__) >= add_working_days(day, days, some.__contains__)


@given(DAYS, st.integers(1, 30), HOLIDAYS)
def test_a_deadline_is_a_working_day_with_as_many_working_days_up_to_it(
    day: date, days: int, off: frozenset[date]
) -> None:
    due = add_working_days(day, days, off.__contains__)
    assert is_working_day(due, off.__contains__)
    assert working_days_between(day, due, off.__contains__) == days
    assert working_days_between(due, day, off.__contains__) == -days


@given(DAYS, st.integers(0, 30), st.sampled_from([*LETTERS.values()]))
def test_every_weekday_on_the_way_either_counted_or_is_named(day: date, days: int, nation: str) -> None:
    found = counted(day, days, calendar(nation))
    weekdays = sum((day + timedelta(n)).weekday() < 5 for n in range(1, (found.due - day).days + 1))
    assert weekdays == days + len(found.skipped)


@given(DAYS, st.sampled_from([*LETTERS.values()]))
def test_the_next_working_day_names_all_that_it_passed_over(day: date, nation: str) -> None:
    found = next_working_day(day, calendar(nation))
    assert [skipped.day for skipped in found.skipped] == [day + timedelta(n) for n in range((found.due - day).days)]
    assert all(skipped.name for skipped in found.skipped)


WITH_LUNCH = "Monday 09:00-12:30 13:30-17:00\nTuesday 09:00-17:00"


def test_office_hours_have_several_spans_a_day() -> None:
    hours = parsed("mon 9.00 to 12.30 and 13:30–17:00\nTuesday 09:00-17:00")
    assert [len(spans) for spans in hours.values()] == [2, 1]
    assert written(hours) == WITH_LUNCH


@pytest.mark.parametrize(
    "text",
    [
        "Someday 09:00-17:00",
        "Monday",
        "Monday 9 to 5",
        "Monday 17:00-09:00",
        "Monday 09:00-25:00",
        "Mon 09:00-10:00\nMon 11:00-12:00",
    ],
)
def test_hours_that_cannot_be_read_say_how_to_write_them(text: str) -> None:
    with pytest.raises(ValueError, match=r"Write"):
        parsed(text)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 8, 15, 59, tzinfo=UTC), date(2026, 7, 8)),
        (datetime(2026, 7, 8, 16, 0, tzinfo=UTC), date(2026, 7, 9)),  # five o'clock in summer
        (datetime(2026, 7, 10, 18, 0, tzinfo=UTC), date(2026, 7, 14)),  # Friday evening; Monday is a holiday
        (datetime(2026, 7, 11, 10, 0, tzinfo=UTC), date(2026, 7, 14)),
        (datetime(2026, 7, 8, 3, 0, tzinfo=UTC), date(2026, 7, 8)),  # before the office opens
    ],
)
def test_what_comes_after_hours_is_registered_on_the_next_working_day(moment: datetime, day: date) -> None:
    assert registered(moment, USUAL, calendar("ni")) == day


@given(st.dictionaries(st.integers(0, 6), st.just(((time(9), time(12)), (time(13), time(17)))), min_size=1))
def test_hours_are_read_as_they_are_written(hours: dict[int, tuple[tuple[time, time], ...]]) -> None:
    assert parsed(written(hours)) == hours


def test_a_calendar_is_the_same_as_another_of_the_same_days() -> None:
    assert calendar("wales") == Calendar(("wales",))
