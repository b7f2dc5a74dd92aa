"""Drafts that nobody else touches, and ten seconds to think again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.directory.access import NotAllowed
from putthrough.handover.actions import pass_on
from putthrough.replies.actions import save_draft, send, take_back
from putthrough.replies.models import Reply
from putthrough.replies.queries import own_words
from tests.body import POTHOLE, World, build
from tests.doubles.scripted import FORBIDDEN, NETWORK
from tests.story import filed, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 3, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(clock: time_machine.Traveller) -> World:
    return build()


@pytest.fixture
def row(town: World) -> Conversation:
    return written(f"a {POTHOLE}")


def test_each_person_has_one_draft_which_survives_a_change_of_owner(town: World, row: Conversation):
    harriet, hugh = town.people["harriet"], town.people["hugh"]
    save_draft(row, "Dear", by=harriet)
    save_draft(row, "Hello", by=hugh)
    save_draft(row, "Dear writer", by=harriet)
    pass_on(row, town.teams["waste"], by=harriet)
    kept = [found.text for who in (harriet, hugh) if (found := own_words(who, row))]
    assert kept == ["Dear writer", "Hello"]


@pytest.mark.parametrize(
    ("text", "words"),
    [(" ", "Write the answer first: there is nothing in it."), (FORBIDDEN, "The network would not take this.")],
)
def test_what_cannot_leave_says_why(town: World, row: Conversation, text: str, words: str):
    with pytest.raises(CannotBeDone, match=words):
        send(row, text, by=town.people["harriet"])


def test_only_the_team_that_has_it_answers(town: World, row: Conversation):
    with pytest.raises(NotAllowed):
        send(row, "Not ours", by=town.people["wilf"])


def test_pressing_send_twice_is_one_answer(town: World, row: Conversation, clock: time_machine.Traveller):
    send(row, "Thank you.", by=town.people["harriet"])
    with pytest.raises(
        CannotBeDone, match=re.escape("You have just sent exactly this. It was not sent a second time.")
    ):
        send(row, "Thank you.", by=town.people["harriet"])
    clock.shift(timedelta(seconds=11))
    filed()
    assert len(NETWORK.texts) == 1


def test_what_is_taken_back_in_time_is_a_draft_again_and_does_not_leave(
    town: World, row: Conversation, clock: time_machine.Traveller
):
    held = send(row, "Thank you.", by=town.people["harriet"])
    with pytest.raises(NotAllowed, match="Only the person who pressed send can take it back"):
        take_back(held, by=town.people["hugh"])
    assert take_back(held, by=town.people["harriet"]).state == Reply.State.DRAFT
    clock.shift(timedelta(seconds=11))
    filed()
    assert NETWORK.texts == []


def test_when_it_has_left_it_is_too_late(town: World, row: Conversation, clock: time_machine.Traveller):
    held = send(row, "Thank you.", by=town.people["harriet"])
    clock.shift(timedelta(seconds=11))
    filed()
    with pytest.raises(CannotBeDone, match="It is too late: the answer has left"):
        take_back(held, by=town.people["harriet"])


def test_taking_back_never_overwrites_another_draft(town: World, row: Conversation):
    held = send(row, "Thank you.", by=town.people["harriet"])
    save_draft(row, "One more thing", by=town.people["harriet"])
    with pytest.raises(CannotBeDone, match=re.escape("You have begun another draft here. Send or empty it first.")):
        take_back(held, by=town.people["harriet"])
    save_draft(row, " ", by=town.people["harriet"])
    assert take_back(held, by=town.people["harriet"]).text == "Thank you."
