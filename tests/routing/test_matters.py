"""A message about two matters is seen and can be divided between their teams; one about one matter is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation, Message
from putthrough.handover import actions as handover
from putthrough.intake.models import Arrival
from putthrough.routing.known import of_starter
from putthrough.routing.matters import matters, parts, second
from putthrough.routing.models import Lesson
from tests import laws
from tests.body import POTHOLE, World, build
from tests.story import written

STARTER = of_starter()
BOTH = "There is a pothole outside 4 Mill Lane. Also my recycling bin was not emptied on Tuesday."


def test_each_part_is_plainly_about_a_service():
    assert [(one.service.key, one.said) for one in matters(BOTH, STARTER)] == [
        ("lgsl:557", "There is a pothole outside 4 Mill Lane."),
        ("lgsl:533", "Also my recycling bin was not emptied on Tuesday."),
    ]


def test_the_second_is_whatever_the_owner_is_not_responsible_for():
    roads, bins = (one.service for one in matters(BOTH, STARTER))
    for owner, other in ((roads.team_id, bins), (bins.team_id, roads), (STARTER.triage_id, bins)):
        found = second(BOTH, STARTER, owner)
        assert found is not None
        assert found.service == other


@pytest.mark.parametrize(
    "text",
    [
        "The streetlight outside number 9 flickers all night. Please fix it.",
        "There is a pothole on Mill Lane. The pothole is deep. Mend the pothole!",
        "Good morning. Thank you for all you do. Have a nice day.",
    ],
)
def test_one_matter_is_one(text: str):
    assert len(matters(text, STARTER)) < 2


def test_hardly_any_message_about_one_matter_is_taken_for_two():
    lines = (Path(__file__).parent.parent / "data" / "residents.jsonl").read_text().splitlines()
    taken = [line for line in lines if len(matters(json.loads(line)["text"], STARTER)) > 1]
    assert len(taken) <= len(lines) // 100


@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str):
    assert len(parts(text)) <= 12
    second(text, STARTER, 1)


@pytest.mark.django_db
class TestDividing:
    @pytest.fixture
    def town(self) -> World:
        return build()

    @pytest.fixture
    def row(self, town: World) -> Conversation:
        return written(f"a {POTHOLE} in our street. And the lamp is dark.")

    def test_the_part_goes_to_its_own_team_with_a_clock_no_later(self, town: World, row: Conversation):
        given = handover.divide(row, town.services["bins"], "And the lamp is dark.", by=town.people["harriet"])
        other = given.conversation
        row.refresh_from_db()
        assert (row.owner, other.owner) == (town.teams["highways"], town.teams["waste"])
        assert other.contact == row.contact
        assert row.due_at is not None
        assert other.due_at is not None
        assert other.due_at <= row.due_at
        assert other.opened_at == row.opened_at
        assert "And the lamp is dark." in given.note
        laws.hold(town)

    def test_what_arrived_is_still_kept_once(self, town: World, row: Conversation):
        handover.divide(row, town.services["bins"], "And the lamp is dark.", by=town.people["harriet"])
        arrival = Arrival.objects.get()
        assert Message.objects.filter(arrival=arrival).count() == 1
        assert Message.objects.get(arrival=arrival).conversation == row

    def test_two_who_press_at_once_divide_it_once(self, town: World, row: Conversation):
        handover.divide(row, town.services["bins"], "And the lamp is dark.", by=town.people["harriet"])
        with pytest.raises(CannotBeDone, match="has just divided this"):
            handover.divide(row, town.services["damp"], "And the lamp is dark.", by=town.people["hugh"])
        assert Conversation.objects.count() == 2

    def test_when_it_cannot_be_passed_on_nothing_is_divided(self, town: World, row: Conversation):
        with pytest.raises(CannotBeDone, match="has this already"):
            handover.divide(row, town.services["lamps"], "And the lamp is dark.", by=town.people["harriet"])
        assert Conversation.objects.count() == 1

    def test_the_divided_message_is_no_example_to_learn_from(self, town: World, row: Conversation):
        from putthrough.routing.refit import lessons

        given = handover.divide(row, town.services["bins"], "And the lamp is dark.", by=town.people["harriet"])
        assert Lesson.objects.filter(conversation=given.conversation).exists()
        assert lessons() == []
