"""What people do teaches routing: lessons, versions of what was learnt, and how careful it is."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
import time_machine

from putthrough.conversations.actions import NOBODYS, CannotBeDone, close, reopen
from putthrough.conversations.models import Conversation, Message
from putthrough.directory.access import NotAllowed
from putthrough.directory.models import Team
from putthrough.directory.queries import organisation
from putthrough.handover import actions as handover
from putthrough.kit.time import now
from putthrough.replies.actions import send
from putthrough.routing import overview, versions
from putthrough.routing.known import forget, known
from putthrough.routing.learning.task import Outcome, Task, done
from putthrough.routing.models import Decision, Lesson, Stage, Version
from putthrough.routing.queries import nearest
from putthrough.routing.refit import FEWEST, learn_anew, lessons
from putthrough.routing.rules import circumstances
from putthrough.routing.schooling import SchoolError, Sorted, read, teach
from tests.body import POTHOLE, WASTE, World, build
from tests.story import settle, written

pytestmark = pytest.mark.django_db

SAID = {
    "ours:lamps": "lantern column dark flicker bulb junction glow night timer unlit",
    "ours:bins": "recycling crate lorry collection caddy sack missed emptied round lid",
    "ours:damp": "condensation wallpaper tenant ventilation boiler spores ceiling leak radiator plaster",
}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 3, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("putthrough.routing.learned.encoder", lambda: None)
    monkeypatch.setattr("putthrough.routing.learned.encoder_name", lambda: "")
    return build()


def said(key: str, seed: int) -> str:
    chance = random.Random(f"{key}{seed}")
    return f"{' '.join(chance.sample(SAID[key].split(), 4))} beside number {seed}"


def school(each: int) -> None:
    teach([Sorted(said(key, seed), key) for key in SAID for seed in range(each)])


def learnt(each: int = 40) -> Version:
    school(each)
    assert learn_anew() == 1
    return Version.objects.get(state=Version.State.IN_USE)


def raising(error: Exception) -> Callable[[object], NoReturn]:
    def work(_: object) -> NoReturn:
        raise error

    return work


def lesson_of(row: Conversation) -> tuple[str, str | None, bool | None]:
    one = Lesson.objects.select_related("service").get(conversation=row)
    return one.how, one.service.key if one.service else None, one.right


class TestLessons:
    def test_putting_it_through_is_one(self, town: World):
        row = written("the lantern by the bridge is dark")
        handover.pass_on(row, None, by=town.people["tess"], service=town.services["lamps"])
        assert lesson_of(row) == ("put", "ours:lamps", None)

    def test_taking_in_hand_what_routing_sent_confirms_it(self, town: World):
        learnt()
        row = written(said("ours:bins", 500))
        handover.claim(row, by=town.people["wilf"])
        assert lesson_of(row) == ("confirmed", "ours:bins", True)

    def test_sending_back_says_that_routing_was_wrong_and_putting_it_elsewhere_whose_it_is(self, town: World):
        learnt()
        row = written(said("ours:bins", 500))
        handover.decline(row, by=town.people["wilf"], reason="Not ours.")
        assert lesson_of(row) == ("declined", None, False)
        row.refresh_from_db()
        handover.pass_on(row, None, by=town.people["tess"], service=town.services["damp"])
        assert lesson_of(row) == ("put", "ours:damp", False)

    def test_the_service_that_an_account_only_suggests_is_confirmed_by_nobody(self, town: World):
        row = written("the bins", to=WASTE)
        Decision.objects.filter(conversation=row).update(stage=Stage.ACCOUNT)
        Conversation.objects.filter(pk=row.pk).update(service=town.services["bins"])
        handover.claim(row, by=town.people["wilf"])
        assert not Lesson.objects.exists()

    def test_what_a_rule_sent_is_neither_right_nor_wrong(self, town: World):
        row = written(f"a {POTHOLE} in our street")
        handover.claim(row, by=town.people["harriet"])
        assert lesson_of(row) == ("confirmed", "ours:potholes", None)

    def test_an_answer_confirms_once_it_has_left(self, town: World, clock: time_machine.Traveller):
        row = written(f"a {POTHOLE} in our street")
        send(row, "It is on the list.", by=town.people["harriet"])
        assert not Lesson.objects.exists()
        clock.shift(timedelta(minutes=1))
        settle()
        assert lesson_of(row)[0] == "confirmed"

    def test_opened_again_it_was_not_nobodys(self, town: World):
        row = written("come on you reds")
        close(row, by=town.people["tess"], outcome=NOBODYS)
        reopen(row, by=town.people["tess"])
        assert not Lesson.objects.exists()

    def test_earlier_ones_are_named_to_those_who_may_see_them(self, town: World):
        row = written(f"a {POTHOLE} in our street")
        handover.claim(row, by=town.people["harriet"])
        other = written("quite another matter", by="@pat")
        decision = Decision.objects.get(conversation=other)
        decision.near = [Lesson.objects.get(conversation=row).pk]
        assert nearest(town.user("harriet"), decision) == [row]
        assert nearest(town.user("wilf"), decision) == []

    def test_taking_back_takes_the_lesson_back(self, town: World):
        row = written("the lantern by the bridge is dark")
        given = handover.pass_on(row, None, by=town.people["tess"], service=town.services["lamps"])
        handover.undo(given, by=town.people["tess"])
        assert not Lesson.objects.exists()

    def test_taking_back_brings_an_earlier_lesson_again(self, town: World):
        row = written(f"a {POTHOLE} in our street")
        handover.claim(row, by=town.people["harriet"])
        given = handover.pass_on(row, None, by=town.people["harriet"], service=town.services["bins"])
        assert lesson_of(row)[1] == "ours:bins"
        handover.undo(given, by=town.people["harriet"])
        assert lesson_of(row) == ("confirmed", "ours:potholes", None)

    def test_closing_it_as_nobodys_is_a_lesson_and_closing_it_otherwise_is_none(self, town: World):
        row, other = written("come on you reds"), written("see you there", by="@pat")
        close(row, by=town.people["tess"], outcome=NOBODYS)
        close(other, by=town.people["tess"])
        assert lesson_of(row) == ("nobodys", None, None)
        assert not Lesson.objects.filter(conversation=other).exists()

    def test_a_private_office_teaches_nothing(self, town: World):
        Team.objects.filter(pk=town.teams["highways"].pk).update(kind="office")
        row = written(f"a {POTHOLE} in our street")
        handover.claim(row, by=town.people["harriet"])
        assert not Lesson.objects.exists()


class TestVersions:
    def test_too_few_lessons_are_waited_for(self, town: World):
        teach([Sorted(said("ours:lamps", seed), "ours:lamps") for seed in range(FEWEST - 1)])
        assert learn_anew() == 0

    def test_what_was_learnt_routes_and_says_why(self, town: World):
        version = learnt()
        assert version.figures["accuracy"] > 0.9
        row = written(said("ours:lamps", 500))
        decision = Decision.objects.get(conversation=row)
        assert decision.stage == Stage.LEARNT
        assert (row.owner, row.service) == (town.teams["highways"], town.services["lamps"])
        assert decision.sentence.startswith("Messages like it (“")
        assert decision.candidates[0]["service"] == "ours:lamps"
        assert decision.candidates[0]["confidence"] == pytest.approx(decision.confidence, abs=0.001)
        assert "was right when last measured" in decision.sentence
        assert Lesson.objects.filter(pk__in=decision.near, service=town.services["lamps"]).count() == 3

    def test_what_nothing_was_learnt_about_is_left_to_people_with_guesses(self, town: World):
        learnt()
        row = written("would you please see to it")
        assert row.owner == town.teams["triage"]
        assert len(Decision.objects.get(conversation=row).candidates) >= 3

    def test_account_and_language_are_learnt_from(self, town: World):
        row = written("the lantern by the bridge is dark")
        handover.pass_on(row, None, by=town.people["tess"], service=town.services["lamps"])
        [lesson] = lessons()
        language = Message.objects.get(conversation=row, direction="in").language
        assert lesson.about == circumstances(row.account_id, language)

    def test_nothing_is_learnt_twice(self, town: World, clock: time_machine.Traveller):
        learnt()
        clock.shift(timedelta(hours=1))
        assert learn_anew() == 0

    def test_one_that_is_worse_on_what_came_since_stays_out(self, town: World, clock: time_machine.Traveller):
        good = learnt()
        clock.shift(timedelta(hours=1))
        teach([Sorted(said("ours:bins", 3000 + n), "ours:lamps") for n in range(60)])  # a muddle from here on
        teach([Sorted(said("ours:bins", 4000 + n), "ours:bins") for n in range(12)])
        assert learn_anew() == 1
        newest = Version.objects.latest("pk")
        better = "So that one stays." not in newest.words
        assert newest.words.startswith("Of the 72 newest messages")
        assert Version.objects.get(state=Version.State.IN_USE) == (newest if better else good)

    def test_an_earlier_one_can_be_chosen_again(self, town: World):
        good = learnt()
        other = Version.objects.create(
            state="ready", begun_at=now(), taught_until=now(), content=good.content, sha256=good.sha256
        )
        versions.choose(other, by=town.people["clem"])
        assert known().learnt is not None
        assert known().learnt.id == other.pk
        with pytest.raises(NotAllowed):
            versions.choose(good, by=town.people["tess"])

    def test_one_that_is_no_longer_kept_cannot(self, town: World):
        gone = Version.objects.create(state="ready", begun_at=now(), taught_until=now())
        with pytest.raises(CannotBeDone, match="is no longer kept"):
            versions.choose(gone, by=town.people["clem"])

    @pytest.mark.parametrize("content", [b"", b"something else", b"PK\x03\x04 cut short"])
    def test_a_foreign_model_is_refused_and_people_decide(self, town: World, content: bytes):
        version = learnt()
        Version.objects.filter(pk=version.pk).update(content=content)
        forget()
        assert written(said("ours:lamps", 500)).owner == town.teams["triage"]

    def test_messages_of_one_service_alone_break_nothing(self, town: World):
        teach([Sorted(said("ours:lamps", seed), "ours:lamps") for seed in range(30)])
        assert learn_anew() == 1
        assert written("something quite different").owner == town.teams["triage"]

    def test_a_stage_that_is_switched_off_is_not_asked(self, town: World):
        learnt()
        versions.save_settings(precision=0.95, stages_off=["learnt", "rule"], by=town.people["clem"])
        assert written(said("ours:lamps", 500)).owner == town.teams["triage"]
        assert Decision.objects.get(conversation=written(f"a {POTHOLE}", by="@pat")).stage != Stage.RULE

    def test_a_learner_that_was_killed_does_not_stop_the_next(self, town: World):
        school(20)
        Version.objects.create(begun_at=now() - timedelta(hours=1), taught_until=now() - timedelta(hours=1))
        assert learn_anew() == 1
        assert set(Version.objects.values_list("state", flat=True)) == {"failed", "in use"}

    def test_one_that_shows_signs_of_life_is_left_alone(self, town: World):
        school(20)
        Version.objects.create(begun_at=now() - timedelta(hours=1), seen_at=now(), taught_until=now())
        assert learn_anew() == 0

    def test_what_broke_off_is_tried_again_after_a_while(
        self, town: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
    ):
        school(20)
        with monkeypatch.context() as broken:
            broken.setattr("putthrough.routing.learning.task.done", raising(MemoryError()))
            assert [learn_anew(), learn_anew()] == [1, 0]
        clock.shift(timedelta(minutes=2))
        assert learn_anew() == 1
        assert Version.objects.latest("pk").state == Version.State.IN_USE

    def test_what_is_refused_waits_for_other_lessons(
        self, town: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
    ):
        school(20)
        monkeypatch.setattr("putthrough.routing.learning.task.done", raising(ValueError("There is nothing in it.")))
        assert learn_anew() == 1
        clock.shift(timedelta(minutes=2))
        assert learn_anew() == 0
        assert Version.objects.latest("pk").words == "There is nothing in it."

    def test_whoever_was_thought_dead_changes_nothing_when_he_comes_to_an_end(
        self, town: World, monkeypatch: pytest.MonkeyPatch
    ):
        school(20)

        def buried(asked: Task) -> Outcome:
            Version.objects.update(state=Version.State.FAILED)
            return done(asked)

        monkeypatch.setattr("putthrough.routing.learning.task.done", buried)
        assert learn_anew() == 1
        assert list(Version.objects.values_list("state", "content")) == [("failed", None)]

    def test_much_is_learnt_in_a_process_of_its_own_and_comes_to_the_same(
        self, town: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
    ):
        here = learnt()
        clock.shift(timedelta(hours=1))
        monkeypatch.setattr("putthrough.routing.refit._WORTH_A_PROCESS", 1)
        Version.objects.update(figures={})  # as if the directory had changed
        assert learn_anew() == 1
        there = Version.objects.get(state=Version.State.IN_USE)
        assert there.pk != here.pk
        assert there.sha256 == here.sha256


class TestCaution:
    def outcome(self, town: World, *, right: bool, sure: float, how: str = "put", service: str = "bins") -> None:
        its = town.services[service]
        Lesson.objects.create(
            service=its, routed=its, stage=Stage.LEARNT, how=how, right=right, sure=sure, at=now()
        )  # fmt: skip

    def test_when_it_slips_more_is_asked_until_that_has_passed(self, town: World, clock: time_machine.Traveller):
        for number in range(40):
            self.outcome(town, right=number % 2 == 0 or number >= 20, sure=0.9 + number / 1000)
        versions.be_careful()
        assert organisation().least_sure == pytest.approx(0.918)  # of the 22 surest one was wrong
        assert overview.lately(town.people["clem"]).share == 0.75
        clock.shift(timedelta(days=29))
        for _ in range(20):
            self.outcome(town, right=True, sure=0.98)
        versions.be_careful()
        assert organisation().least_sure == 0.0

    def test_a_few_wrong_ones_move_nothing(self, town: World):
        for number in range(19):
            self.outcome(town, right=number > 8, sure=0.9)
        versions.be_careful()
        assert organisation().least_sure == 0.0

    def test_a_team_that_sends_everything_back_is_no_teacher(self, town: World):
        for _ in range(15):
            self.outcome(town, right=False, sure=0.96, how="declined", service="damp")
            self.outcome(town, right=True, sure=0.96)
            self.outcome(town, right=True, sure=0.96)
        versions.be_careful()
        assert organisation().least_sure == 0.0
        assert overview.refusers(town.people["clem"]) == [town.teams["housing"]]
        assert overview.lately(town.people["clem"]).known == 30


class TestSchool:
    def write(self, path: Path, *rows: object) -> Path:
        path.write_text("\n".join(json.dumps(row) for row in rows))
        return path

    def test_json_lines(self, town: World, tmp_path: Path):
        old = self.write(tmp_path / "old.jsonl", {"text": "a", "service": "Lamps"}, {"text": "b", "service": None})
        assert teach(read(old)) == 2
        assert teach(read(old)) == 0
        assert set(Lesson.objects.values_list("text", "service__key")) == {("a", "ours:lamps"), ("b", None)}

    def test_folders_of_mails(self, town: World, tmp_path: Path):
        mail = "From: sam@example.org\nTo: us@ashcombe.example\nSubject: {}\n\n{}\n"
        dark, full = mail.format("Dark", "The lantern is out."), mail.format("Crate", "The crate is full.")
        (tmp_path / "Lamps.mbox").write_text(f"From sam Mon Mar  2 09:00:00 2026\n{dark}\n")
        (tmp_path / "ours:bins").mkdir()
        (tmp_path / "ours:bins" / "1.eml").write_text(full)
        assert teach(read(tmp_path)) == 2
        kept = dict(Lesson.objects.values_list("service__key", "text"))
        assert kept == {"ours:lamps": "Dark\nThe lantern is out.", "ours:bins": "Crate\nThe crate is full."}

    def test_what_no_service_is_called_is_named_and_nothing_is_taken_in(self, town: World):
        with pytest.raises(SchoolError, match="No service is called “Dragons”"):
            teach([Sorted("a", "Lamps"), Sorted("b", "Dragons")])
        assert not Lesson.objects.exists()

    @pytest.mark.parametrize("line", ["nonsense", '{"service": "Lamps"}', "[]", '{"text": 3, "service": "Lamps"}'])
    def test_a_line_that_is_none(self, town: World, tmp_path: Path, line: str):
        path = tmp_path / "old.jsonl"
        path.write_text(line)
        with pytest.raises(SchoolError, match="line 1"):
            read(path)
