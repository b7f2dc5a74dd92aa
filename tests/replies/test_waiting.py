"""Answers that wait too long: only hours in which somebody looks count, then a reminder, then the comms lead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from putthrough.audit.models import Entry
from putthrough.kit.difference import GONE, NEW, difference
from putthrough.replies import facts, queries
from putthrough.replies.actions import send
from putthrough.replies.hours import Hours, next_open, open_minutes
from putthrough.replies.models import Policy, Reply, Trust
from putthrough.replies.policy import election_is_on
from putthrough.replies.reminding import remind
from tests.body import POTHOLE, World, build
from tests.story import written

HOURS = Hours(time(9), time(17), lambda day: day.weekday() < 5)
FRIDAY = datetime(2026, 3, 6, 16, tzinfo=UTC)  # in winter London has the same hour
moments = st.integers(0, 360 * 86400).map(lambda second: FRIDAY + timedelta(seconds=second))


def test_a_weekend_is_no_time_in_which_somebody_looks():
    assert open_minutes(HOURS, FRIDAY, FRIDAY + timedelta(days=3)) == 60 + 7 * 60
    assert next_open(HOURS, FRIDAY + timedelta(hours=2)) == datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert next_open(HOURS, FRIDAY) == FRIDAY


def test_a_body_that_never_looks_is_not_waited_for_for_ever():
    never = Hours(time(9), time(17), lambda day: False)
    assert next_open(never, FRIDAY) == FRIDAY
    assert open_minutes(never, FRIDAY, FRIDAY + timedelta(days=9)) == 0


@given(start=moments, first=st.integers(0, 9000), second=st.integers(0, 9000))
def test_open_time_adds_up_and_never_exceeds_the_clock(start: datetime, first: int, second: int):
    middle = start + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    whole = open_minutes(HOURS, start, end)
    assert 0 <= whole - open_minutes(HOURS, start, middle) - open_minutes(HOURS, middle, end) <= 1  # seconds are cut
    assert whole <= first + second


@given(before=st.text(max_size=80), after=st.text(max_size=80))
def test_a_difference_holds_both_texts(before: str, after: str):
    parts = difference(before, after)
    assert "".join(text for kind, text in parts if kind != GONE) == after
    assert "".join(text for kind, text in parts if kind != NEW) == before


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def waits(db: None, clock: time_machine.Traveller) -> Reply:
    town: World = build()
    Trust.objects.filter(user=town.people["harriet"]).update(step=Trust.Step.CHECKED)
    return send(written(f"a {POTHOLE}", private=False), "Thank you.", by=town.people["harriet"])


def said(fact: str) -> int:
    return Entry.objects.filter(verb=fact).count()


def test_who_may_look_is_reminded_once_and_later_the_comms_lead_is_asked_once(waits, clock):
    assert remind() == 0
    clock.shift(timedelta(days=2))
    assert remind() == 1, "an hour of Friday"
    assert (remind(), said(facts.REMINDED.verb), said(facts.ESCALATED.verb)) == (0, 1, 0)
    clock.move_to(datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert remind() == 1
    waits.conversation.refresh_from_db()
    assert waits.conversation.escalated_at is not None
    assert (remind(), said(facts.ESCALATED.verb)) == (0, 1)


def test_a_private_answer_that_nobody_else_may_look_at_reaches_the_comms_lead_in_the_end(waits, clock):
    world_row = waits.conversation
    world_row.private = True
    world_row.save(update_fields=["private"])
    (clem,) = type(waits.author).objects.filter(role="comms_lead")
    assert waits not in queries.waiting(clem)
    clock.move_to(datetime(2026, 3, 9, 12, tzinfo=UTC))
    remind()
    assert waits in queries.waiting(clem)


def test_what_is_decided_meanwhile_is_no_longer_waited_for(waits, clock):
    Reply.objects.update(state=Reply.State.RETURNED)
    clock.move_to(datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert remind() == 0


def test_the_time_before_an_election_has_two_ends(db: None):
    row = Policy(election_from=date(2027, 3, 25), election_to=date(2027, 5, 6))
    days = [date(2027, 3, 24), date(2027, 3, 25), date(2027, 5, 6), date(2027, 5, 7)]
    assert [election_is_on(row, day) for day in days] == [False, True, True, False]
    assert not election_is_on(Policy(), date(2027, 4, 1))
