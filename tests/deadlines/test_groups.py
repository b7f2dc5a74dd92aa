"""The groups in which people read a list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from putthrough.deadlines.queries import group_of, groups

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
SECONDS = int(timedelta(days=12 * 365).total_seconds())
MOMENTS = st.integers(0, SECONDS).map(lambda n: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(seconds=n))


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
