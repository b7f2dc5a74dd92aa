"""One thing done to many conversations: each by the ordinary rules, the rest with its reason, and all taken back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from putthrough.audit.models import Entry
from putthrough.audit.queries import verify
from putthrough.conversations.actions import CannotBeDone, add_note, close, reopen, wait_for_resident
from putthrough.conversations.models import Conversation, Message, Tag
from putthrough.conversations.queries import Filters, inbox_page, outcomes
from putthrough.conversations.queries import search as found_in
from putthrough.conversations.tagging import named, set_tags, untag
from putthrough.directory.access import NotAllowed, NotVisible
from putthrough.handover.actions import claim
from putthrough.handover.batches import actions, queries
from putthrough.handover.batches.actions import begin, undo
from putthrough.handover.batches.models import Batch, Item
from putthrough.kit.time import now
from tests.body import POTHOLE, World, build
from tests.invariants.crash import Fate, Killed, statements
from tests.story import settle, written

pytestmark = pytest.mark.django_db
Verb = Batch.Verb
SPAM = {"outcome": "no answer is wanted"}


@pytest.fixture
def town() -> World:
    return build()


def holes(number: int) -> list[Conversation]:
    """So many conversations of highways."""
    return [written(f"A {POTHOLE}, number {at}", by=f"@p{at}") for at in range(number)]


def ids(rows: Sequence[Conversation]) -> list[int]:
    return [row.pk for row in rows]


def states(batch: Batch) -> list[str]:
    return list(batch.items.values_list("state", flat=True))


def fresh(rows: Sequence[Conversation]) -> list[Conversation]:
    return list(Conversation.objects.filter(pk__in=ids(rows)).order_by("pk"))


def test_each_goes_by_the_ordinary_verb_with_a_fact_of_its_own_and_one_for_all(town: World) -> None:
    rows, harriet = holes(3), town.user("harriet")
    batch = begin(ids(rows), Verb.CLAIM, {}, by=harriet)
    assert (batch.state, states(batch)) == ("done", ["done"] * 3)
    assert {row.holder for row in fresh(rows)} == {harriet}
    assert Entry.objects.filter(verb="conversation.claimed").count() == 3
    assert Entry.objects.filter(verb="batch.begun", thing=f"batch:{batch.pk}").count() == 1
    assert verify().broken_at is None


def test_what_cannot_be_done_says_why_and_holds_up_no_other(town: World) -> None:
    rows, harriet, hugh = holes(3), town.user("harriet"), town.user("hugh")
    claim(rows[1], by=hugh)
    batch = begin(ids(rows), Verb.CLAIM, {}, by=harriet)
    assert states(batch) == ["done", "not_done", "done"]
    (left,) = queries.not_done(harriet, batch)
    assert "Hugh has just taken this in hand" in left.why


def test_nobody_reaches_what_they_do_not_see_or_have(town: World) -> None:
    rows, wilf = holes(2), town.user("wilf")
    with pytest.raises(CannotBeDone, match="Tick at least one"):
        begin(ids(rows), Verb.CLOSE, SPAM, by=wilf)
    public = written(f"A {POTHOLE} for all to see", private=False)
    batch = begin([public.pk], Verb.CLOSE, SPAM, by=town.user("tess"))
    assert states(batch) == ["not_done"]
    with pytest.raises(NotAllowed):
        begin(ids(rows), Verb.CLAIM, {}, by=town.user("ivy"))
    with pytest.raises(NotVisible):
        queries.batch(wilf, batch.pk)


def test_what_may_be_a_risk_to_life_is_never_closed_among_others(town: World) -> None:
    plain, marked, plea = holes(3)
    Conversation.objects.filter(pk=marked.pk).update(at_risk=True)
    Message.objects.filter(conversation=plea).update(text="My nan has collapsed and cannot breathe")
    batch = begin(ids([plain, marked, plea]), Verb.CLOSE, SPAM, by=town.user("harriet"))
    assert states(batch) == ["done", "not_done", "not_done"]
    assert all("risk to life" in item.why for item in queries.not_done(town.user("harriet"), batch))
    assert [row.state for row in fresh([plain, marked, plea])] == ["closed", "open", "open"]


def test_closing_keeps_what_came_of_it_until_it_is_open_again(town: World) -> None:
    rows, harriet = holes(2), town.user("harriet")
    begin(ids(rows), Verb.CLOSE, SPAM, by=harriet)
    assert outcomes(harriet) == {"no answer is wanted": 2}
    filters = Filters(state="closed", outcome="no answer is wanted")
    assert len(inbox_page(harriet, filters=filters).rows) == 2
    assert reopen(rows[0], by=harriet).outcome == ""
    said = written(f"A {POTHOLE} for all to see", private=False)
    begin([said.pk], Verb.CLOSE, SPAM, by=harriet)
    again = written("and another", private=False, parent=said.messages.get().message_id)
    assert (again.pk, again.state, again.outcome) == (said.pk, "open", "")


@pytest.mark.parametrize("verb", list(Verb))
def test_taking_back_leaves_everything_as_it_was(town: World, verb: Batch.Verb) -> None:
    rows, harriet = holes(3), town.user("harriet")
    wait_for_resident(rows[2], by=harriet)
    what = {"team": town.teams["waste"].pk, "tag": Tag.objects.create(name="Flood").pk, **SPAM}
    before = [_of(row) for row in fresh(rows)]
    batch = begin(ids(rows), verb, what, by=harriet)
    assert [_of(row) for row in fresh(rows)] != before
    assert undo(batch, by=harriet).state == "undone"
    assert states(batch) == ["back"] * 3
    assert [_of(row) for row in fresh(rows)] == before
    with pytest.raises(CannotBeDone, match="taken back already"):
        undo(batch, by=harriet)


def _of(row: Conversation) -> tuple[object, ...]:
    clocks = tuple(row.deadlines.values_list("due_at", "stopped_at"))
    tags = tuple(row.taggings.values_list("tag", flat=True))
    return row.owner_id, row.holder_id, row.state, row.unanswered, row.due_at, row.outcome, row.passes, clocks, tags


def test_only_what_it_did_is_taken_back_and_only_where_nothing_has_happened_since(town: World) -> None:
    rows, harriet = holes(3), town.user("harriet")
    claim(rows[0], by=harriet)
    batch = begin(ids(rows), Verb.CLAIM, {}, by=harriet)
    assert states(batch) == ["same", "done", "done"]
    add_note(rows[1], "She rang as well.", by=harriet)
    undo(batch, by=harriet)
    assert states(batch) == ["same", "stays", "back"]
    assert [row.holder for row in fresh(rows)] == [harriet, harriet, None]
    (stays,) = queries.not_done(harriet, batch)
    assert "Something has happened since: Harriet wrote a note" in stays.why


def test_what_somebody_has_taken_in_hand_since_is_not_taken_from_them(town: World) -> None:
    rows, harriet = holes(2), town.user("harriet")
    batch = begin(ids(rows), Verb.PASS_ON, {"team": town.teams["waste"].pk, "note": "Yours?"}, by=harriet)
    claim(Conversation.objects.get(pk=rows[0].pk), by=town.user("wilf"))
    undo(batch, by=harriet)
    assert states(batch) == ["stays", "back"]
    assert [row.owner.key for row in fresh(rows)] == ["waste", "highways"]


def test_it_is_taken_back_by_whoever_did_it_within_a_day(town: World) -> None:
    rows = holes(1)
    batch = begin(ids(rows), Verb.CLAIM, {}, by=town.user("harriet"))
    with pytest.raises(NotAllowed):
        undo(batch, by=town.user("hugh"))
    with time_machine.travel(now() + timedelta(days=2)), pytest.raises(CannotBeDone, match="more than a day"):
        undo(batch, by=town.user("harriet"))


def test_many_go_on_in_the_background_and_too_many_are_refused(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, harriet = holes(5), town.user("harriet")
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    monkeypatch.setattr(actions, "MOST", 5)
    batch = begin(ids(rows), Verb.CLAIM, {}, by=harriet)
    assert (batch.state, queries.numbers(harriet, batch)) == ("running", {"done": 2, "waiting": 3})
    with pytest.raises(CannotBeDone, match="not finished yet"):
        undo(batch, by=harriet)
    settle()
    batch.refresh_from_db()
    assert (batch.state, states(batch)) == ("done", ["done"] * 5)
    with pytest.raises(CannotBeDone, match="more than 5"):
        begin([*ids(rows), 10**6], Verb.CLAIM, {}, by=harriet)


def test_whatever_dies_half_way_each_is_done_once(town: World) -> None:
    rows, harriet = holes(3), town.user("harriet")
    for at in range(0, 60, 10):
        Item.objects.all().delete()
        Batch.objects.all().delete()
        Conversation.objects.update(holder=None)
        claimed = Entry.objects.filter(verb="conversation.claimed").count()
        with suppress(Killed), statements(Fate(at)), transaction.atomic():
            begin(ids(rows), Verb.CLAIM, {}, by=harriet)
        settle()
        done = Item.objects.filter(state="done").count()
        assert Entry.objects.filter(verb="conversation.claimed").count() == claimed + done
        assert not Item.objects.exclude(state="done").exists()


def test_tags_are_a_few_words_of_the_bodys_own(town: World) -> None:
    row, harriet, tess = holes(1)[0], town.user("harriet"), town.user("tess")
    with pytest.raises(CannotBeDone, match="There is no tag “Flood” yet"):
        set_tags(row, [], "Flood", by=harriet)
    flood = named("  Flood ", by=tess)
    assert named("flood", by=harriet) == flood
    batch = begin([row.pk], Verb.TAG, {"tag": flood.pk}, by=harriet)
    assert states(batch) == ["done"]
    assert states(begin([row.pk], Verb.TAG, {"tag": flood.pk}, by=harriet)) == ["same"]
    assert [one.pk for one in inbox_page(harriet, filters=Filters(tag=flood.pk)).rows] == [row.pk]
    other = written(f"A {POTHOLE} elsewhere", by="@other")
    assert {one.conversation_id for one in found_in(harriet, POTHOLE)} == {row.pk, other.pk}
    assert [one.conversation_id for one in found_in(harriet, POTHOLE, tag=flood.pk)] == [row.pk]
    assert untag(row, flood, by=harriet)
    undo(batch, by=harriet)
    assert states(batch) == ["stays"]
    with pytest.raises(NotAllowed):
        set_tags(row, [flood], "", by=town.user("wilf"))


def test_what_was_closed_already_stays_closed(town: World) -> None:
    rows, harriet = holes(2), town.user("harriet")
    close(rows[0], by=harriet)
    batch = begin(ids(rows), Verb.CLOSE, SPAM, by=harriet)
    assert states(batch) == ["same", "done"]
    undo(batch, by=harriet)
    assert [row.state for row in fresh(rows)] == ["closed", "open"]
