"""A decision explained in full: what each stage says, and what would have changed it."""

from __future__ import annotations

import re

import pytest

from putthrough.directory.actions import changed, save_service
from putthrough.directory.models import Organisation, Service, User
from putthrough.routing.explained import explained
from tests.body import POTHOLE, World, build
from tests.story import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("putthrough.routing.learned.encoder", lambda: None)
    monkeypatch.setattr("putthrough.routing.learned.encoder_name", lambda: "")
    return build()


def told(viewer: User, text: str):
    found = explained(viewer, written(text))
    assert found is not None
    return found


def test_each_stage_says_what_it_makes_of_it(town: World):
    found = told(town.people["harriet"], f"a {POTHOLE} in our street")
    assert [line.stage for line in found.said] == ["Rules", "Hand-overs", "Directory"]
    rules, lessons, directory = (line.words for line in found.said)
    assert rules == "“Potholes” fits."
    assert lessons == "Too little has been learnt yet."
    assert re.fullmatch(r"Potholes, \d+% sure\. It acts from 80%\.", directory)


def test_what_is_switched_off_says_so(town: World):
    Organisation.objects.update(stages_off=["rule"])
    changed()
    found = told(town.people["tess"], "something else entirely")
    assert found.said[0].words == "Switched off."


def test_without_the_stage_or_the_word_that_decided_it_would_go_elsewhere(town: World):
    save_service(Service(key="ours:ferry", name="Ferry", synonyms=["ferry tokens"], team=town.teams["idle"]))
    found = told(town.people["otto"], "where do I get ferry tokens")
    assert found.verdict.service is not None
    changes = {one.without: one.verdict.owner_name for one in found.otherwise}
    assert changes["the directory of services"] == "Triage"
    assert changes["the words “ferry tokens”"] == "Triage"


def test_who_may_not_see_it_is_told_nothing(town: World):
    row = written(f"a {POTHOLE} in our street")
    outsider = User.objects.create(email="nobody@example.org", name="Nora Body")
    assert explained(outsider, row) is None
