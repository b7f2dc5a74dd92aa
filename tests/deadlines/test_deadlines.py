"""Working days in each nation, and the groups in which people read a list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.deadlines.calendar import add_working_days, is_working_day, target_day, working_days_between
from putthrough.deadlines.queries import group_of, groups

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
SECONDS = int(timedelta(days=12 * 365).total_seconds())
MOMENTS = st.integers(0, SECONDS).map(lambda n: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(seconds=n))
HOLIDAYS = st.frozensets(DAYS, max_size=40)


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
    ],
)
def test_a_target_ends_on_that_nations_working_day(nation: str, received: date, days: int, due: date):
    assert target_day(received, days, nation) == due


def test_there_is_no_calendar_of_another_nation():
    with pytest.raises(KeyError):
        target_day(date(2026, 1, 5), 1, "atlantis")


@given(DAYS, st.integers(0, 30), HOLIDAYS, HOLIDAYS)
def test_more_holidays_never_mean_an_earlier_deadline(
    day: date, days: int, some: frozenset[date], more: frozenset[date]
):
    assert add_working_days(day, days, (some | more).__contains__) >= add_working_days(day, days, some.__contains__)


@given(DAYS, st.integers(1, 30), HOLIDAYS)
def test_a_deadline_is_a_working_day_with_as_many_working_days_up_to_it(day: date, days: int, off: frozenset[date]):
    due = add_working_days(day, days, off.__contains__)
    assert is_working_day(due, off.__contains__)
    assert working_days_between(day, due, off.__contains__) == days
    assert working_days_between(due, day, off.__contains__) == -days


@given(DAYS, MOMENTS)
def test_every_deadline_stands_in_exactly_one_group(today: date, due: datetime):
    among = groups(today)
    dated = among[:-1]
    holding = [g for g in dated if (g.first is None or due > g.first) and (g.end is None or due <= g.end)]
    assert holding == [group_of(due, among)]
    assert all(one.end == following.first for one, following in pairwise(dated))


def test_what_is_due_at_the_end_of_today_is_due_today_and_a_moment_later_it_is_not():
    today = date(2026, 6, 30)
    tonight = datetime(2026, 6, 30, 22, 59, 59, 999999, tzinfo=UTC)  # summer time: midnight in London
    assert group_of(tonight, groups(today)).key == "today"
    assert group_of(tonight + timedelta(microseconds=1), groups(today)).key == "week"
    assert group_of(tonight - timedelta(days=1), groups(today)).key == "overdue"
    assert group_of(None, groups(today)).key == "none"
