"""A service that several teams provide goes to the one of the place; the place itself picks no service."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from putthrough.conversations.placing import Matter
from putthrough.directory.actions import changed, save_service, save_team
from putthrough.directory.models import Place, Service, Team
from putthrough.directory.places import save_area_teams, save_place
from putthrough.handover import actions as handover
from putthrough.routing.areas import only_there
from putthrough.routing.decide import decide
from putthrough.routing.explained import explained
from putthrough.routing.known import known
from putthrough.routing.lexical import Candidate
from putthrough.routing.models import Decision, Lesson, Stage
from putthrough.routing.placer import Router
from putthrough.routing.queries import team_for
from putthrough.routing.rules import Asked
from tests.body import POTHOLE, World, build
from tests.story import written

pytestmark = pytest.mark.django_db

FERRY = "where do I get ferry tokens"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> World:
    """Potholes and ferries have a team of their own in the north."""
    monkeypatch.setattr("putthrough.routing.learned.encoder", lambda: None)
    monkeypatch.setattr("putthrough.routing.learned.encoder_name", lambda: "")
    town = build()
    town.teams["north"] = save_team(Team(key="north", name="North team"))
    ferry = Service(key="ours:ferry", name="Ferry", synonyms=["ferry tokens"], team=town.teams["idle"])
    town.services["ferry"] = save_service(ferry)
    for key in ("ferry", "potholes"):
        save_area_teams(town.services[key], {"North": town.teams["north"]})
    for name, ward, area in (
        ("Mill Lane", "Eastfield", "North"),
        ("Larch Road", "Westgate", "South"),
        ("Church Road", "Eastfield", "North"),
        ("Church Road", "Westgate", "South"),
    ):
        save_place(Place(name=name, ward=ward, area=area))
    return town


def lesson_of(row) -> tuple[str, str | None, bool | None]:
    one = Lesson.objects.select_related("service").get(conversation=row)
    return one.how, one.service.key if one.service else None, one.right


def test_the_team_of_the_place_gets_it_and_the_sentence_says_so(town: World):
    row = written(f"{FERRY} in Mill Lane")
    decision = Decision.objects.get(conversation=row)
    assert (row.owner, row.service, decision.stage) == (town.teams["north"], town.services["ferry"], Stage.DIRECTORY)
    assert decision.sentence.endswith(" Mill Lane is in the area North, which North team looks after.")
    assert decision.candidates[0]["team"] == "North team"


@pytest.mark.parametrize("text", [f"{FERRY} in Larch Road", FERRY, f"{FERRY} from Church Road",
                                  f"{FERRY} from Mill Lane to Larch Road"])  # fmt: skip
def test_without_a_plain_place_with_a_team_it_is_the_services_own(town: World, text: str):
    assert written(text).owner == town.teams["idle"]


def test_a_ward_that_is_said_makes_it_plain(town: World):
    assert written(f"{FERRY} in Church Road, Eastfield").owner == town.teams["north"]


def test_a_rule_that_names_the_service_follows_the_place(town: World):
    row = written(f"a {POTHOLE} in Mill Lane")
    assert (row.owner, Decision.objects.get(conversation=row).stage) == (town.teams["north"], Stage.RULE)


def test_a_place_alone_picks_no_service(town: World):
    row = written("I like it in Mill Lane")
    assert (row.owner, row.service) == (town.teams["triage"], None)


def test_nothing_is_asked_of_places_where_there_are_none(town: World):
    Place.objects.all().delete()
    changed()
    assert written(f"{FERRY} in Mill Lane").owner == town.teams["idle"]


class TestTie:
    """One or the other of two services that are provided by area."""

    def two(self, town: World, *, areas: dict[str, Team] | None = None):
        save_area_teams(town.services["potholes"], {"South": town.teams["highways"]} if areas is None else areas)
        now_known = known()
        guesses = [Candidate("ours:potholes", 0.48, ()), Candidate("ours:ferry", 0.44, ())]
        return now_known, guesses, now_known.places.find("in Mill Lane")

    def test_the_one_that_is_provided_there_has_it(self, town: World):
        now_known, guesses, found = self.two(town)
        best = only_there(guesses, found, now_known)
        assert best is not None
        assert (best.key, best.confidence) == ("ours:ferry", pytest.approx(0.92))

    def test_both_or_neither_or_everywhere_decides_nothing(self, town: World):
        now_known, guesses, found = self.two(town, areas={"North": town.teams["highways"]})
        assert only_there(guesses, found, now_known) is None
        now_known, guesses, found = self.two(town, areas={})
        assert only_there(guesses, found, now_known) is None
        assert only_there(guesses, now_known.places.find("in Larch Road"), now_known) is None

    def test_only_where_it_is_plainly_one_of_the_two(self, town: World):
        now_known, guesses, found = self.two(town)
        assert only_there([guesses[0], replace(guesses[1], confidence=0.3)], found, now_known) is None
        assert (
            only_there([replace(guesses[0], confidence=0.79), Candidate("ours:ferry", 0.05, ())], found, now_known)
            is None
        )
        assert only_there(guesses, (), now_known) is None

    def test_the_sentence_names_both(self, town: World, monkeypatch: pytest.MonkeyPatch):
        now_known, guesses, _ = self.two(town)
        monkeypatch.setattr(type(now_known), "guesses", lambda *_: guesses)
        verdict = decide(Asked("in Mill Lane", "", "@sam", 0, "email", True), now_known)
        assert (verdict.stage, verdict.owner_id) == (Stage.DIRECTORY, town.teams["north"].pk)
        assert verdict.sentence == (
            "It is about Ferry or Potholes, and only the first has a team for the place. "
            "Mill Lane is in the area North, which North team looks after."
        )


class TestPassingOn:
    def test_a_person_who_names_the_service_means_its_team_there(self, town: World):
        row = written("something in Mill Lane")
        given = handover.pass_on(row, None, by=town.people["tess"], service=town.services["ferry"])
        assert given.to == town.teams["north"]

    def test_without_a_place_its_own(self, town: World):
        row = written("something else")
        assert team_for(town.people["tess"], row, town.services["ferry"]) == town.teams["idle"]

    def test_the_team_of_the_place_gives_it_to_the_services_own(self, town: World):
        row = written(f"{FERRY} in Mill Lane")
        by = town.user("otto")
        by.teams.add(town.teams["north"])
        given = handover.pass_on(row, None, by=town.user("otto"), service=town.services["ferry"])
        assert given.to == town.teams["idle"]

    def test_what_goes_on_after_a_pause_stays_with_the_team_of_the_place(self, town: World):
        row = written(f"{FERRY} in Mill Lane")
        later = row.last_at + timedelta(hours=13)
        matter = Matter(row.account, FERRY, "", True, later, "@sam", "", "en")
        assert Router().same_matter(row, matter)
        row.owner = town.teams["waste"]
        assert not Router().same_matter(row, matter)


class TestLessons:
    def test_handing_it_to_the_team_of_the_area_confirms_the_service(self, town: World):
        row = written(FERRY)
        handover.pass_on(row, town.teams["north"], by=town.people["otto"])
        assert lesson_of(row) == ("put", "ours:ferry", True)
        assert Decision.objects.filter(conversation=row).latest("pk").service == town.services["ferry"]

    def test_and_so_does_taking_it_in_hand_there(self, town: World):
        row = written(f"{FERRY} in Mill Lane")
        town.user("wilf").teams.add(town.teams["north"])
        handover.claim(row, by=town.user("wilf"))
        assert lesson_of(row) == ("confirmed", "ours:ferry", True)

    def test_sent_back_and_put_to_another_team_of_it_the_service_was_right(self, town: World):
        row = written(f"{FERRY} in Mill Lane")
        town.user("wilf").teams.add(town.teams["north"])
        handover.decline(row, by=town.user("wilf"), reason="That end is not ours.")
        assert lesson_of(row) == ("declined", None, False)
        row.refresh_from_db()
        handover.pass_on(row, town.teams["idle"], by=town.people["tess"])
        assert lesson_of(row) == ("put", "ours:ferry", True)

    def test_another_team_still_says_that_it_was_wrong(self, town: World):
        row = written(FERRY)
        handover.pass_on(row, town.teams["waste"], by=town.people["otto"])
        assert lesson_of(row) == ("declined", None, False)

    def test_taken_back_nothing_is_learnt(self, town: World):
        row = written(FERRY)
        handover.undo(handover.pass_on(row, town.teams["north"], by=town.people["otto"]), by=town.people["otto"])
        assert not Lesson.objects.exists()


def test_the_explanation_shows_the_place_and_what_it_changed(town: World):
    row = written(f"{FERRY} in Mill Lane")
    town.user("wilf").teams.add(town.teams["north"])
    found = explained(town.user("wilf"), row)
    assert found is not None
    assert (found.said[-1].stage, found.said[-1].words) == ("Places", "Mill Lane is in the area North.")
    changes = {one.without: one.verdict.owner_name for one in found.otherwise}
    assert changes["the place “Mill Lane”"] == "Idle"


def test_the_explanation_says_when_it_is_not_plain_or_there_is_none(town: World):
    first = explained(town.user("otto"), written(f"{FERRY} from Church Road"))
    other = explained(town.user("otto"), written(FERRY, by="@pat"))
    assert first is not None
    assert other is not None
    assert first.said[-1].words == "Church Road is in North or South: the message does not say which."
    assert other.said[-1].words == "It names none of 4."
