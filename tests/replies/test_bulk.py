"""A bulk reply: each person once, whatever crashes or comes late; who needs a person is left out and listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.actions import close as closed
from putthrough.conversations.models import Conversation
from putthrough.handover.incidents import step as gather_step
from putthrough.handover.incidents.actions import agree, confirm
from putthrough.handover.incidents.humans import DANGER
from putthrough.handover.incidents.models import Incident
from putthrough.replies.actions import save_draft
from putthrough.replies.bulk import rules
from putthrough.replies.bulk import step as bulk_step
from putthrough.replies.bulk.actions import go_on, pause, retry, start, stop, undo
from putthrough.replies.bulk.models import Bulk, Item
from putthrough.replies.bulk.queries import plan, progress
from putthrough.replies.models import Reply, Trust
from tests.body import World, build
from tests.handover.test_incidents import NO_WATER, burst
from tests.story import settle, written

pytestmark = pytest.mark.django_db
LINES = ["Hello {name}, the main is being mended; back by 4pm.", "{name}: back by 4pm, the main is being mended."]


@pytest.fixture
def town() -> World:
    return build()


@pytest.fixture
def incident(town: World) -> Incident:
    row = burst()
    row = confirm(row, by=town.user("tess"), owner=town.teams["triage"])
    return agree(row, LINES, by=town.user("tess"))


def all_leaves() -> None:
    for _ in range(6):
        Reply.objects.filter(state=Reply.State.HELD).update(send_at="2020-01-01T00:00Z")
        settle()


def told() -> Counter[str]:
    """Whom the network carried an answer to, and how often."""
    return Counter(reply.conversation.contact.handles.get().address for reply in Reply.objects.filter(state="sent"))


def test_everybody_is_told_once_in_their_own_wording(town: World, incident: Incident) -> None:
    bulk = start(incident, by=town.user("tess"))
    all_leaves()
    assert told() == Counter({f"@w{number}": 1 for number in range(len(NO_WATER))})
    assert len({reply.text.partition("Hello")[1] for reply in Reply.objects.all()}) == 2
    assert not any("{" in reply.text for reply in Reply.objects.all())
    assert (progress(bulk.by, bulk).sent, progress(bulk.by, bulk).waiting) == (len(NO_WATER), 0)


def test_nothing_goes_before_a_person_confirmed_and_agreed(town: World) -> None:
    row, tess = burst(), town.user("tess")
    with pytest.raises(CannotBeDone, match="Confirm"):
        start(row, by=tess)
    row = confirm(row, by=tess, owner=town.teams["triage"])
    with pytest.raises(CannotBeDone, match="Agree the line"):
        start(row, by=tess)
    start(agree(row, LINES, by=tess), by=tess)
    with pytest.raises(CannotBeDone, match="already"):
        start(row, by=tess)


def test_who_needs_a_person_is_left_out_with_the_reason(town: World, incident: Incident) -> None:
    tess = town.user("tess")
    plea = written("My nan is trapped in the flooded cellar in Mill Lane, no water either", by="@plea", private=False)
    complaint = written("No water in Mill Lane. I want to make a formal complaint.", by="@cross", private=False)
    begun = Conversation.objects.get(contact__handles__address="@w1")
    save_draft(begun, "Dear Sam,", by=tess)
    over = closed(Conversation.objects.get(contact__handles__address="@w2"), by=tess)
    why = {item.conversation_id: item.why for item in plan(tess, incident)}
    assert why[plea.pk] == DANGER
    assert why[complaint.pk] == "a complaint"
    assert (why[begun.pk], why[over.pk]) == (rules.DRAFT, rules.CLOSED)
    start(incident, by=tess)
    all_leaves()
    assert not {"@plea", "@cross", "@w1", "@w2"} & told().keys()
    assert Reply.objects.get(conversation=begun).text == "Dear Sam,"


def test_a_plea_that_comes_while_the_line_waits_takes_them_out(town: World, incident: Incident) -> None:
    bulk = start(incident, by=town.user("tess"))
    pause(bulk, by=town.user("tess"))
    row = Conversation.objects.get(contact__handles__address="@w3")
    last = row.messages.latest("pk")
    last.text = "and now my dad cannot breathe"
    last.save()
    go_on(bulk, by=town.user("tess"))
    all_leaves()
    assert "@w3" not in told()
    assert Item.objects.get(conversation=row).why == DANGER


def test_a_direct_message_gets_a_draft_to_confirm(town: World, incident: Incident) -> None:
    direct = written("no water in Mill Lane", by="@dm", private=True)
    start(incident, by=town.user("tess"))
    all_leaves()
    reply = Reply.objects.get(conversation=direct)
    assert (reply.state, reply.author) == ("draft", town.people["tess"])
    assert "@dm" not in told()


def test_who_wrote_twice_is_answered_once(town: World, incident: Incident) -> None:
    written("still no water in Mill Lane", by="@w0", private=False)
    start(incident, by=town.user("tess"))
    all_leaves()
    assert told()["@w0"] == 1


def test_who_comes_late_gets_the_line_or_waits_as_was_chosen(town: World, incident: Incident) -> None:
    bulk = start(incident, by=town.user("tess"), late=True)
    all_leaves()
    written("mill lane here too, no water", by="@late", private=False)
    all_leaves()
    assert told()["@late"] == 1
    Bulk.objects.filter(pk=bulk.pk).update(late=False)
    written("mill lane, no water for us as well", by="@later", private=False)
    all_leaves()
    assert told()["@later"] == 0


def test_it_is_stopped_and_what_has_not_left_is_taken_back(town: World, incident: Incident) -> None:
    tess = town.user("tess")
    bulk = start(incident, by=tess)
    bulk_step.answer()
    assert undo(bulk, by=tess) == len(NO_WATER)
    all_leaves()
    assert not told()
    assert not Reply.objects.exists()
    assert progress(bulk.by, bulk).back == len(NO_WATER)


def test_a_pause_holds_what_waits(town: World, incident: Incident) -> None:
    tess = town.user("tess")
    bulk = pause(start(incident, by=tess), by=tess)
    all_leaves()
    assert not told()
    go_on(bulk, by=tess)
    all_leaves()
    assert sum(told().values()) == len(NO_WATER)
    stop(bulk, by=tess)


def test_what_could_not_be_written_is_listed_and_tried_again(
    town: World, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    tess = town.user("tess")
    bulk = start(incident, by=tess)
    with monkeypatch.context() as broken:
        broken.setattr(bulk_step, "send", _refused)
        settle()
    assert progress(bulk.by, bulk).failed == len(NO_WATER)
    assert retry(bulk, by=tess) == len(NO_WATER)
    all_leaves()
    assert set(told().values()) == {1}


def _refused(*_: object, **__: object) -> Reply:
    raise CannotBeDone("Today's budget is used up.")


def test_who_has_had_the_line_does_not_get_it_in_a_second_round(town: World, incident: Incident) -> None:
    tess = town.user("tess")
    stop(start(incident, by=tess), by=tess)
    stop(_sent(incident, town), by=tess)
    start(incident, by=tess)
    all_leaves()
    assert set(told().values()) == {1}


def _sent(incident: Incident, town: World) -> Bulk:
    bulk = start(incident, by=town.user("tess"))
    all_leaves()
    return bulk


class Crash(BaseException):
    """The process is killed."""


@settings(max_examples=12)
@given(
    crashes=st.lists(st.integers(0, 12), max_size=5),
    verbs=st.lists(st.sampled_from(["late", "pause", "go_on", "retry", "twice", "restart"]), max_size=6),
)
def test_nobody_is_told_twice_whatever_happens(crashes: list[int], verbs: list[str]) -> None:
    with transaction.atomic():
        gather_step.forget()
        _history(crashes, verbs)
        transaction.set_rollback(True)


def _history(crashes: list[int], verbs: list[str]) -> None:
    town = build()
    tess = town.user("tess")
    row = confirm(burst(), by=tess, owner=town.teams["triage"])
    bulk = start(agree(row, LINES, by=tess), by=tess, late=True)
    with pytest.MonkeyPatch.context() as dying:
        dying.setattr(bulk_step, "send", _crashing(crashes))
        for number, verb in enumerate([*verbs, "go_on", "retry"]):
            _happens(verb, number, bulk, town)
            _swept()
    all_leaves()
    assert set(told().values()) <= {1}
    assert {f"@w{number}" for number in range(len(NO_WATER))} <= told().keys()


def _crashing(crashes: list[int]) -> Callable[..., Reply]:
    """Sends, and is killed before that is committed, now and then."""
    countdown, real = list(crashes), bulk_step.send

    def dying(*args: Any, **kwargs: Any) -> Reply:
        reply = real(*args, **kwargs)
        if countdown and countdown.pop() % 3 == 0:
            raise Crash
        return reply

    return dying


def _happens(verb: str, number: int, bulk: Bulk, town: World) -> None:
    tess = town.user("tess")
    bulk.refresh_from_db()
    with suppress(CannotBeDone, Crash):
        if verb == "late":
            written("no water in Mill Lane here as well", by=f"@late{number}", private=False)
        elif verb == "twice":
            written("STILL no water in Mill Lane", by="@w1", private=False)
        elif verb == "restart":
            stop(bulk, by=tess)
            start(bulk.incident, by=tess, late=True)
        else:
            {"pause": pause, "go_on": go_on, "retry": retry}[verb](bulk, by=tess)


def _swept() -> None:
    for _ in range(4):
        with suppress(Crash):
            bulk_step.answer()


def test_whoever_may_be_at_risk_is_answered_by_a_person(town: World, incident: Incident) -> None:
    """Filing or a person said so, whatever the words are."""
    row = Conversation.objects.get(contact__handles__address="@w4")
    Conversation.objects.filter(pk=row.pk).update(at_risk=True)
    start(incident, by=town.user("tess"))
    all_leaves()
    assert "@w4" not in told()
    assert Item.objects.get(conversation=row).why == DANGER


def test_a_plea_elsewhere_takes_the_same_person_s_first_message_out(town: World, incident: Incident) -> None:
    tess = town.user("tess")
    bulk = pause(start(incident, by=tess), by=tess)
    written("my dad cannot breathe, and no water in Mill Lane", by="@w5", private=True)
    go_on(bulk, by=tess)
    all_leaves()
    assert "@w5" not in told()


def test_what_waits_to_be_looked_at_is_taken_back_by_whoever_undoes(town: World, incident: Incident) -> None:
    tess = town.user("tess")
    Trust.objects.filter(user=tess).update(step=Trust.Step.CHECKED)
    bulk = start(incident, by=tess)
    bulk_step.answer()
    assert set(Reply.objects.values_list("state", flat=True)) == {Reply.State.SUBMITTED}
    assert undo(bulk, by=town.user("clem")) == len(NO_WATER)
    assert not Reply.objects.exists()
    assert {item.why for item in bulk.items.all()} == {"taken back by Clem"}
