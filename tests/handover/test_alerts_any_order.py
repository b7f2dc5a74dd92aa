"""Alerts in any order of events: somebody is told until somebody has it, and no word of the message leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from putthrough.channels.contract import ChannelError
from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.alerts import actions, sending
from putthrough.handover.alerts.models import Alert
from putthrough.handover.alerts.order import Person, following, in_order
from putthrough.routing.kinds.actions import settle
from tests.cast import Cast, raise_the_curtain, resident_writes
from tests.handover.test_alerts import DESPAIR, PHONE, THURSDAY_NIGHT, at_risk, on_call, rest

people_on_call = st.lists(
    st.builds(
        Person,
        st.integers(1, 9),
        st.integers(1, 5),
        st.sampled_from(["always", "hours", "outside"]),
        st.none() | st.just((date(2026, 12, 1), date(2026, 12, 3))),
    ),
    max_size=6,
    unique_by=lambda one: one.user,
)


@given(people=people_on_call, day=st.dates(date(2026, 11, 28), date(2026, 12, 6)), in_hours=st.booleans())
def test_there_is_always_somebody_and_nobody_twice(people: list[Person], day: date, *, in_hours: bool) -> None:
    order = in_order(people, day=day, in_hours=in_hours)
    assert len(order) == len(set(order))
    assert bool(order) == bool(people)
    told: list[int] = []
    while (user := following(order, told)) is not None:
        told.append(user)
    assert told == order


class Killed(BaseException):
    """The process is gone."""


verbs = st.lists(
    st.tuples(st.sampled_from(["minutes", "runs", "dies", "refuses", "takes", "none", "writes"]), st.integers(1, 12)),
    max_size=12,
)


@pytest.mark.django_db
@settings(max_examples=12)
@given(history=verbs)
def test_in_any_history_somebody_is_told_until_somebody_has_it(history: list[tuple[str, int]]) -> None:
    with time_machine.travel(THURSDAY_NIGHT, tick=False) as clock, transaction.atomic():
        _history(history, clock)
        transaction.set_rollback(True)


def _history(history: list[tuple[str, int]], clock: time_machine.Traveller) -> None:
    cast, left = raise_the_curtain(), []
    duty = on_call(cast, [("Noor Ives", "always", ""), ("Bram Oake", "always", PHONE)])
    row = at_risk(private=False)
    with pytest.MonkeyPatch.context() as patch:
        for what, number in history:
            patch.setattr(sending, "leave", _leaving(what, left))
            _happens(what, number, row, cast, duty, clock)
        patch.setattr(sending, "leave", _leaving("runs", left))
        clock.shift(timedelta(minutes=3))
        rest()
        _holds(row)
    assert all("tablets" not in text for text in left)


def _leaving(what: str, left: list[str]) -> Callable[..., None]:
    def leave(way: str, address: str, name: str, subject: str, text: str, reference: str) -> None:
        if what == "refuses":
            raise ChannelError("It is not taken.")
        left.append(text)
        if what == "dies":
            raise Killed

    return leave


def _happens(
    what: str, number: int, row: Conversation, cast: Cast, duty: list[User], clock: time_machine.Traveller
) -> None:
    if what == "minutes":
        clock.shift(timedelta(minutes=number))
    elif what == "takes" and number > 9 and Alert.objects.exclude(state="over").exists():
        actions.take(row, by=duty[number % 2])
    elif what == "none" and number > 9:
        settle(row, "risk_to_life", confirmed=False, by=cast.tess) if access.may(cast.tess, "note", row) else None
    elif what == "writes":
        resident_writes(f"{DESPAIR} {number}", private=False)
    try:
        rest()
    except Killed:
        return


def _holds(row: Conversation) -> None:
    row.refresh_from_db()
    live = Alert.objects.filter(conversation=row).exclude(state="over")
    assert live.exists() == row.at_risk
    for found in live:
        if found.state == "taken":
            assert not found.tellings.filter(state="due").exists()
            continue
        assert found.next_at is not None
        assert found.next_at <= datetime.now(UTC) + timedelta(hours=1 if found.round > 6 else 0, minutes=10)
        assert found.tellings.filter(state="sent").exists()
