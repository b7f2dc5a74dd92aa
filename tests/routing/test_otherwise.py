"""A decision explained in full: what each stage says, and what would have changed it."""

from __future__ import annotations

import pytest

from putthrough.directory.models import User
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
    assert lessons == "Too little has been learnt yet."
    assert "sure" in directory
    assert "fit" in rules or "none" in rules


def test_without_what_decided_it_would_go_elsewhere(town: World):
    found = told(town.people["harriet"], f"a {POTHOLE} in our street")
    assert found.verdict.service is not None
    assert all(one.verdict.owner_name for one in found.otherwise)
    assert {one.without for one in found.otherwise} & {"rules", "the directory of services"}


def test_a_word_that_decided_is_named(town: World):
    found = told(town.people["harriet"], f"a {POTHOLE} in our street")
    by_words = [one for one in found.otherwise if one.without.startswith("the words")]
    assert all(one.verdict.service is None or one.verdict.service != found.verdict.service for one in by_words)


def test_who_may_not_see_it_is_told_nothing(town: World):
    row = written(f"a {POTHOLE} in our street")
    outsider = User.objects.create(email="nobody@example.org", name="Nora Body")
    assert explained(outsider, row) is None
