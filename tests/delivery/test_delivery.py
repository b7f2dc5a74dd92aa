"""An answer leaves once, and what went wrong is said in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import DEFAULT, patch

import pytest
import time_machine

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.delivery.actions import settle
from putthrough.delivery.models import Delivery
from putthrough.directory.access import NotAllowed
from putthrough.replies.actions import send
from putthrough.replies.models import Reply
from putthrough.replies.preview import outgoing
from tests import laws
from tests.body import POTHOLE, World, build
from tests.doubles.scripted import NETWORK, Order
from tests.story import filed, written

ANSWER = "We will look at it."
pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 3, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(clock: time_machine.Traveller) -> Iterator[World]:
    built = build()
    yield built
    filed()
    built.cleared |= dict(Reply.objects.exclude(cleared_by=None).values_list("text", "cleared_by"))
    laws.at_rest(built)


def pothole(where: str = "@alpha") -> Conversation:
    return written(f"a {POTHOLE}", to=where)


def after(clock: time_machine.Traveller, seconds: int) -> Delivery:
    clock.shift(timedelta(seconds=seconds))
    filed()
    return Delivery.objects.get()


def sent() -> list[str]:
    return NETWORK.texts


def test_it_leaves_when_the_undo_time_is_over_and_the_clock_stops(town: World, clock: time_machine.Traveller):
    row = pothole()
    send(row, ANSWER, by=town.people["harriet"])
    clock.shift(timedelta(seconds=9))
    filed()
    assert sent() == []
    assert after(clock, 2).state == Delivery.State.SENT
    row.refresh_from_db()
    assert (sent(), row.state, row.unanswered, row.due_at) == ([ANSWER], Conversation.State.WAITING, False, None)
    assert row.deadlines.get().outcome == "in time"


def test_a_passing_fault_is_tried_again_later(town: World, clock: time_machine.Traveller):
    send(pothole(), ANSWER, by=town.people["harriet"])
    NETWORK.orders.append(Order.TEMPORARY)
    assert (after(clock, 11).state, sent()) == (Delivery.State.DUE, [])
    assert (after(clock, 60).state, sent()) == (Delivery.State.SENT, [ANSWER])


def test_a_refusal_is_final_until_a_person_sends_it_again(town: World, clock: time_machine.Traveller):
    send(pothole(), ANSWER, by=town.people["harriet"])
    NETWORK.orders.append(Order.PERMANENT)
    failed = after(clock, 11)
    assert failed.state == Delivery.State.FAILED
    assert failed.words == "The network does not know this person. Check the name."
    with pytest.raises(NotAllowed):
        settle(failed, arrived=False, by=town.people["wilf"])
    settle(failed, arrived=False, by=town.people["harriet"])
    assert (after(clock, 1).state, sent()) == (Delivery.State.SENT, [ANSWER])


@pytest.mark.parametrize("fault", [Order.LOST_BEFORE, Order.LOST_AFTER, Order.BREAKS_BEFORE, Order.BREAKS_AFTER])
def test_a_lost_answer_of_the_network_is_read_back_before_anything_is_sent(
    town: World, clock: time_machine.Traveller, fault: Order
):
    send(pothole(), ANSWER, by=town.people["harriet"])
    NETWORK.orders.append(fault)
    NETWORK.reads_back = False
    assert after(clock, 11).state == Delivery.State.UNCERTAIN
    NETWORK.reads_back = True
    after(clock, 400)
    assert (after(clock, 1).state, sent()) == (Delivery.State.SENT, [ANSWER])


def test_a_person_may_say_that_it_arrived_but_only_while_it_is_in_doubt(town: World, clock: time_machine.Traveller):
    send(pothole("@mute"), ANSWER, by=town.people["harriet"])
    NETWORK.orders.append(Order.LOST_BEFORE)
    doubtful = after(clock, 11)
    settle(doubtful, arrived=False, by=town.people["harriet"])
    certain = after(clock, 1)
    with pytest.raises(CannotBeDone, match="There is nothing to decide about this answer any more"):
        settle(certain, arrived=True, by=town.people["harriet"])


def test_an_answer_that_cannot_be_prepared_fails_alone(town: World, clock: time_machine.Traveller):
    send(pothole("@alpha"), ANSWER, by=town.people["harriet"])
    send(written(f"another {POTHOLE}", to="@mute"), "Thank you.", by=town.people["hugh"])
    broken = [KeyError("a fault of ours"), *[DEFAULT] * 9]
    with patch("putthrough.delivery.actions.outgoing", wraps=outgoing, side_effect=broken):
        clock.shift(timedelta(seconds=11))
        filed()
    failed = Reply.objects.get(text=ANSWER)
    assert (failed.state, sent()) == (Reply.State.FAILED, ["Thank you."])
    assert failed.deliveries.get().words.startswith("It could not be prepared (KeyError).")
    with pytest.raises(CannotBeDone, match="It never left"):
        settle(failed.deliveries.get(), arrived=True, by=town.people["harriet"])
    settle(failed.deliveries.get(), arrived=False, by=town.people["harriet"])
    filed()
    assert sorted(sent()) == sorted([ANSWER, "Thank you."])


def test_what_the_resident_wrote_while_an_answer_was_leaving_is_not_answered_by_it(
    town: World, clock: time_machine.Traveller
):
    row = pothole()
    due = row.due_at
    send(row, ANSWER, by=town.people["harriet"])

    def meanwhile(moment: str) -> None:
        if moment == "after":
            NETWORK.around_send = None
            written("and another thing")

    clock.shift(timedelta(seconds=11))
    NETWORK.around_send = meanwhile
    filed()
    row.refresh_from_db()
    assert (row.unanswered, row.due_at, row.state) == (True, due, Conversation.State.OPEN)
