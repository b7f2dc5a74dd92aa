"""Where a conversation begins and ends, and what people do with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from putthrough.conversations.actions import CannotBeDone, add_note, close, join, reopen, split
from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.queries import search
from putthrough.directory.access import NotAllowed
from putthrough.handover.actions import pass_on
from tests import laws
from tests.body import BIN, DAMP, POTHOLE, PUBLIC, World, build
from tests.story import filed, posted, written

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
    laws.at_rest(built)


def said(text: str, **post: object) -> Conversation:
    return written(text, **post)


def test_a_direct_message_goes_on_with_the_open_exchange(town: World):
    assert said(f"a {POTHOLE}") == said("it is deep")


def test_after_the_quiet_days_it_begins_anew(town: World, clock: time_machine.Traveller):
    first = said(f"a {POTHOLE}")
    clock.shift(timedelta(days=14))
    assert said("still there") == first
    clock.shift(timedelta(days=14, seconds=1))
    assert said("hello again") != first


def test_after_it_was_closed_a_direct_message_begins_anew(town: World):
    first = said(f"a {POTHOLE}")
    close(first, by=town.people["harriet"])
    assert said("hello again") != first


def test_another_person_and_another_account_have_conversations_of_their_own(town: World):
    first = said(f"a {POTHOLE}")
    assert first not in (said("me too", by="@pat"), said("here also", to="@beta"))


def test_an_answer_in_a_thread_stays_with_it_and_opens_it_again(town: World):
    first = said(f"a {POTHOLE}", private=False, id="top")
    close(first, by=town.people["harriet"])
    again = said("still there", private=False, parent="top")
    assert (again, again.state, again.unanswered) == (first, Conversation.State.OPEN, True)
    assert again.due_at is not None


def test_each_public_post_that_answers_nothing_is_a_conversation(town: World):
    assert said(f"a {POTHOLE}", private=False) != said(f"another {POTHOLE}", private=False)


def test_what_is_said_in_private_never_joins_a_public_thread(town: World):
    public = said(f"a {POTHOLE}", private=False, id="top")
    private = said("my address is 1 High Street", parent="top")
    assert (private != public, private.private) == (True, True)


def test_two_answers_in_one_batch_count_the_deadline_from_the_first(town: World, clock: time_machine.Traveller):
    first = said(f"a {POTHOLE}", id="one", private=False)
    said("and here", id="two", parent="one", private=False)
    close(first, by=town.people["harriet"])
    for parent in ("one", "two"):
        posted(f"answer to {parent}", parent=parent, private=False)
    filed()
    assert first.deadlines.filter(stopped_at=None).count() == 1


def test_what_a_rule_closes_has_no_deadline(town: World):
    row = said("advertising of ours")
    assert (row.state, row.due_at, row.deadlines.count()) == (Conversation.State.CLOSED, None, 0)


def test_what_a_rule_closed_wrongly_is_due_from_the_day_of_receipt(town: World, clock: time_machine.Traveller):
    row = said("advertising of ours")
    due_at = said("words that nobody knows", by="@ned").due_at
    clock.shift(timedelta(days=4))
    again = reopen(row, by=town.people["tess"])
    assert (again.unanswered, again.due_at) == (True, due_at)


def test_our_own_words_that_come_back_are_no_message(town: World):
    posted("We are open on Monday", by=PUBLIC, private=False)
    filed()
    assert not Message.objects.exists()


def test_an_empty_note_is_refused_and_a_written_one_found_by_the_team(town: World):
    row = said(f"a {POTHOLE}")
    with pytest.raises(CannotBeDone, match="Write the note first"):
        add_note(row, " ", by=town.people["harriet"])
    note = add_note(row, "I know the place", by=town.people["harriet"])
    assert search(town.people["hugh"], "place") == [note]
    assert search(town.people["wilf"], "place") == []


def test_a_note_written_just_after_a_pass_is_found_by_who_has_it_now(town: World):
    stale = said(f"a {POTHOLE}")
    pass_on(Conversation.objects.get(pk=stale.pk), town.teams["waste"], by=town.people["harriet"])
    note = add_note(stale, "For the record", by=town.people["harriet"])
    assert search(town.people["wilf"], "record") == [note]


def test_closing_and_opening_again_are_for_the_team_that_has_it(town: World):
    row = said(f"a {POTHOLE}")
    with pytest.raises(NotAllowed):
        close(row, by=town.people["wilf"])
    assert close(row, by=town.people["harriet"]).state == Conversation.State.CLOSED
    assert reopen(row, by=town.people["harriet"]).state == Conversation.State.OPEN


def test_what_is_split_off_keeps_its_owner_and_its_clock(town: World, clock: time_machine.Traveller):
    row = said(f"a {POTHOLE}")
    clock.shift(timedelta(days=1))
    said("and my lamp")
    other = split(row, [row.messages.latest("pk").pk], by=town.people["harriet"])
    both = [one.deadlines.get() for one in (row, other)]
    assert other.owner_id == row.owner_id
    assert both[0].started_at == both[1].started_at
    assert both[0].due_at == both[1].due_at == other.due_at


def test_splitting_leaves_a_message_on_either_side(town: World):
    row = said(f"a {POTHOLE}")
    for chosen in ([], [row.messages.get().pk]):
        with pytest.raises(CannotBeDone, match="Choose at least one message to split off"):
            split(row, chosen, by=town.people["harriet"])


def test_joining_keeps_the_earlier_deadline_with_its_clock_and_opens_what_was_closed(town: World):
    first = said(f"a {DAMP}", private=False)
    close(first, by=town.people["hana"])
    second = said(f"more {DAMP}", private=False)
    row = join(first, second, by=town.people["hana"])
    assert (row.state, row.due_at) == (Conversation.State.OPEN, second.due_at)
    assert row.deadlines.get(stopped_at=None).due_at == second.due_at
    assert row.messages.count() == 2


@pytest.mark.parametrize(
    ("post", "words"),
    [
        ({"by": "@pat", "private": False}, "Only two conversations of the same person on the same account"),
        ({"private": True}, "One of the two is public"),
    ],
)
def test_joining_what_does_not_belong_together_is_refused(town: World, post: dict[str, object], words: str):
    first, second = said(f"my {BIN}", private=False), said(f"that {BIN}", **post)
    with pytest.raises(CannotBeDone, match=words):
        join(first, second, by=town.people["wilf"])
