"""Who has it: each verb as a sentence, with the words that somebody reads when it cannot be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.directory.access import NotAllowed
from putthrough.handover import actions
from putthrough.handover.models import Handover
from putthrough.handover.states import GRAPH, may_become
from putthrough.routing.models import Decision, Stage
from tests.body import BIN, POTHOLE, World, build
from tests.story import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 3, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(clock: time_machine.Traveller) -> World:
    return build()


@pytest.fixture
def pothole(town: World) -> Conversation:
    return written(f"a {POTHOLE} in our street")


def test_a_colleague_who_is_quicker_has_it(town: World, pothole: Conversation):
    actions.claim(pothole, by=town.people["harriet"])
    with pytest.raises(CannotBeDone, match=re.escape("Harriet has just taken this in hand. Nothing was changed.")):
        actions.claim(pothole, by=town.people["hugh"])
    actions.release(pothole, by=town.people["hugh"])
    assert actions.claim(pothole, by=town.people["hugh"]).holder == town.people["hugh"]


def test_another_team_may_not_take_it(town: World, pothole: Conversation):
    with pytest.raises(NotAllowed, match="for their own teams"):
        actions.claim(pothole, by=town.people["wilf"])


def test_passing_on_gives_it_to_the_other_team_at_once_and_the_old_one_goes_on_watching(
    town: World, pothole: Conversation
):
    given = actions.pass_on(pothole, town.teams["waste"], by=town.people["harriet"], note=" Yours? ")
    pothole.refresh_from_db()
    assert (pothole.owner, given.note, given.state) == (town.teams["waste"], "Yours?", Handover.State.OFFERED)
    assert pothole.watchers.get().team == town.teams["highways"]


def test_passing_on_to_a_stricter_service_brings_the_deadline_forward_from_the_day_of_receipt(
    town: World, pothole: Conversation, clock: time_machine.Traveller
):
    clock.shift(timedelta(days=1))
    actions.pass_on(pothole, None, by=town.people["harriet"], service=town.services["bins"])
    pothole.refresh_from_db()
    assert pothole.due_at == datetime(2026, 3, 5, 23, 59, 59, 999999, tzinfo=UTC)  # two working days after 3 March


def test_passing_on_to_a_slower_service_leaves_the_deadline_where_it_was(town: World):
    missed = written(f"the {BIN} was missed")
    due = missed.due_at
    actions.pass_on(missed, None, by=town.people["wilf"], service=town.services["potholes"])
    missed.refresh_from_db()
    assert missed.due_at == due


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("highways", "Highways has this already. Choose another team or service."),
        ("comms", "Communications does not answer for services. Pass it to the service, or to triage."),
    ],
)
def test_what_goes_nowhere_new_is_refused(town: World, pothole: Conversation, to: str, words: str):
    with pytest.raises(CannotBeDone, match=words):
        actions.pass_on(pothole, town.teams[to], by=town.people["harriet"])


def test_declining_needs_a_reason_and_gives_it_back_to_who_passed_it_on(town: World, pothole: Conversation):
    actions.pass_on(pothole, town.teams["waste"], by=town.people["harriet"])
    pothole.refresh_from_db()
    with pytest.raises(CannotBeDone, match="Say in a few words why it is not yours"):
        actions.decline(pothole, by=town.people["wilf"], reason="  ")
    assert actions.decline(pothole, by=town.people["wilf"], reason="A road").owner == town.teams["highways"]


def test_what_routing_sent_is_declined_to_triage_which_can_send_nothing_back(town: World, pothole: Conversation):
    row = actions.decline(pothole, by=town.people["harriet"], reason="A private road")
    assert row.owner == town.teams["triage"]
    with pytest.raises(CannotBeDone, match="Triage cannot send a message back"):
        actions.decline(row, by=town.people["tess"], reason="Nor ours")


def round_and_round(town: World, row: Conversation) -> Conversation:
    """Three passes: then the comms lead decides."""
    for who, to in (("harriet", "waste"), ("wilf", "housing"), ("hana", "highways")):
        actions.pass_on(row, town.teams[to], by=town.people[who])
        row.refresh_from_db()
    return row


def test_after_three_passes_the_comms_lead_decides_and_nobody_else(town: World, pothole: Conversation):
    row = round_and_round(town, pothole)
    assert row.escalated_at is not None
    with pytest.raises(CannotBeDone, match="The comms lead decides where it goes next"):
        actions.pass_on(row, town.teams["waste"], by=town.people["harriet"])
    with pytest.raises(CannotBeDone, match="The comms lead decides where this goes next"):
        actions.decline(row, by=town.people["harriet"], reason="Not again")
    actions.pass_on(row, town.teams["waste"], by=town.people["clem"])
    row.refresh_from_db()
    assert (row.escalated_at, row.passes, row.owner) == (None, 0, town.teams["waste"])


def test_undo_by_the_comms_lead_brings_the_escalation_back(town: World, pothole: Conversation):
    row = round_and_round(town, pothole)
    raised = row.escalated_at
    actions.undo(actions.pass_on(row, town.teams["waste"], by=town.people["clem"]), by=town.people["clem"])
    row.refresh_from_db()
    assert (row.escalated_at, row.passes, row.owner) == (raised, 3, town.teams["highways"])


def test_undo_restores_owner_holder_service_and_teaches_routing_nothing(town: World, pothole: Conversation):
    harriet = town.people["harriet"]
    actions.claim(pothole, by=harriet)
    given = actions.pass_on(pothole, None, by=harriet, service=town.services["bins"])
    row = actions.undo(given, by=harriet)
    row.refresh_from_db()
    assert (row.owner, row.holder, row.service) == (town.teams["highways"], harriet, town.services["potholes"])
    assert not Decision.objects.filter(stage=Stage.PERSON).exists()


def test_after_undo_it_can_still_be_declined_to_who_had_passed_it_on(town: World, pothole: Conversation):
    actions.pass_on(pothole, town.teams["waste"], by=town.people["harriet"])
    pothole.refresh_from_db()
    actions.undo(actions.pass_on(pothole, town.teams["housing"], by=town.people["wilf"]), by=town.people["wilf"])
    pothole.refresh_from_db()
    assert actions.decline(pothole, by=town.people["wilf"], reason="A road").owner == town.teams["highways"]


def test_undo_is_too_late_after_the_undo_time_for_others_and_once_somebody_took_it_in_hand(
    town: World, pothole: Conversation, clock: time_machine.Traveller
):
    given = actions.pass_on(pothole, town.teams["waste"], by=town.people["harriet"])
    too_late = "It is too late to take that back: Waste has it. Ask them, or look in the history."
    with pytest.raises(CannotBeDone, match=too_late):
        actions.undo(given, by=town.people["hugh"])
    clock.shift(timedelta(seconds=11))
    with pytest.raises(CannotBeDone, match=too_late):
        actions.undo(given, by=town.people["harriet"])
    clock.shift(timedelta(seconds=-11))
    pothole.refresh_from_db()
    actions.claim(pothole, by=town.people["wilf"])
    with pytest.raises(CannotBeDone, match=too_late):
        actions.undo(given, by=town.people["harriet"])


def test_only_an_open_handover_becomes_anything():
    assert {state for state in GRAPH if any(may_become(state, end) for end in GRAPH)} == {"offered"}
