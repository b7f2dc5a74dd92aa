"""Another program reads and works with conversations, as the user whose API key it has."""

from __future__ import annotations

from datetime import timedelta

import pytest

from putthrough.conversations.models import Conversation
from putthrough.directory.actions import save_organisation, save_user
from putthrough.directory.queries import organisation
from putthrough.handover.actions import decline, pass_on
from putthrough.kit.time import local_day, now
from putthrough.replies.models import Reply
from tests.cast import ADDRESS, MISSED_BIN, POTHOLE, UNPLAIN, resident_writes

LIST = "/api/v1/conversations"


def test_the_form_of_an_item_stays(cast, program_of):
    row = resident_writes(POTHOLE)
    answer = program_of(cast.harriet).get(LIST).json()
    (item,) = answer["items"]
    due = item.pop("deadlines")
    received = item.pop("received_at")
    reason = item["decision"].pop("reason")
    kinds = item.pop("kinds")
    assert item == {
        "id": row.pk,
        "channel": "rehearsal",
        "account": ADDRESS,
        "contact": "Rosa Penn",
        "text": POTHOLE,
        "owner": {"team": "Highways", "key": "highways"},
        "state": "open",
        "decision": {"stage": "rule", "service": "lgsl:597", "lgsl": 597, "confidence": 1.0},
    }
    assert {kind["kind"] for kind in kinds} == {"hazard", "service_request"}
    assert all(0.5 <= kind["confidence"] <= 1 for kind in kinds)
    assert "Mill Rise" in reason
    assert due == [{"regime": "target", "due": local_day(row.due_at).isoformat(), "day": 0, "of": 5}]
    assert received.startswith(f"{row.opened_at:%Y-%m-%d}")
    assert answer["next"] == ""


def test_the_day_of_a_clock_counts_working_days(cast, program_of, time_machine):
    time_machine.move_to("2026-11-27T10:00:00Z")  # a Friday
    resident_writes(POTHOLE)
    time_machine.move_to("2026-12-01T10:00:00Z")  # the Tuesday after
    (clock,) = program_of(cast.harriet).get(LIST).json()["items"][0]["deadlines"]
    assert (clock["due"], clock["day"], clock["of"]) == ("2026-12-04", 2, 5)


def test_words_find_the_message_that_holds_them(cast, program_of):
    row = resident_writes(POTHOLE)
    resident_writes("By the library it is worse.")
    resident_writes(MISSED_BIN, handle="@kit")
    (item,) = program_of(cast.harriet).get(LIST, {"q": "library"}).json()["items"]
    assert (item["id"], item["text"]) == (row.pk, "By the library it is worse.")
    assert program_of(cast.harriet).get(LIST, {"q": "zebra"}).json() == {"items": [], "next": ""}


@pytest.mark.parametrize("words", ["", "pothole"])
def test_pages_follow_each_other_without_gap_or_repeat(cast, program_of, words):
    rows = [resident_writes(f"{POTHOLE} {n}", handle=f"@r{n}") for n in range(5)]
    program, seen, cursor = program_of(cast.harriet), [], ""
    while True:
        page = program.get(LIST, {"q": words, "limit": 2, "cursor": cursor}).json()
        seen += [item["id"] for item in page["items"]]
        if not (cursor := page["next"]):
            break
    assert seen == [row.pk for row in reversed(rows)]


def test_each_sees_what_they_see_on_the_screens(cast, program_of):
    theirs = resident_writes(POTHOLE)
    public = resident_writes(MISSED_BIN, handle="@kit", private=False)
    seen = {
        person.name: {item["id"] for item in program_of(person).get(LIST).json()["items"]}
        for person in (cast.harriet, cast.wilf, cast.tess, cast.clem, cast.ada, cast.ivy)
    }
    assert seen == {
        cast.harriet.name: {theirs.pk},
        cast.wilf.name: {public.pk},
        cast.tess.name: {public.pk},
        cast.clem.name: {public.pk},
        cast.ada.name: set(),
        cast.ivy.name: {theirs.pk, public.pk},
    }
    assert program_of(cast.wilf).get(LIST, {"q": "pothole"}).json()["items"] == []


def test_what_cannot_be_seen_looks_like_what_is_not_there(cast, program_of):
    row = resident_writes(POTHOLE)
    program = program_of(cast.wilf)
    for pk in (row.pk, row.pk + 1):
        answer = program.get(f"{LIST}/{pk}")
        assert answer.status_code == 404
        assert answer.json() == {"error": f"There is no conversation {pk} that you can see."}


def test_one_conversation_comes_with_all_that_was_said_and_done(cast, program_of):
    row = resident_writes(POTHOLE)
    program = program_of(cast.harriet)
    program.post(f"{LIST}/{row.pk}/claim")
    whole = program.get(f"{LIST}/{row.pk}").json()
    assert [(said["direction"], said["text"], said["handle"]) for said in whole["messages"]] == [
        ("in", POTHOLE, "@rosa")
    ]
    assert whole["holder"] == "Harriet Lowe"
    assert whole["timeline"][-1]["verb"] == "conversation.claimed"


def test_a_list_takes_the_same_statements_however_long(cast, program_of, django_assert_num_queries):
    program, statements = program_of(cast.harriet), {"": 9, "pothole": 8}
    for number in (1, 13):
        for n in range(number - Conversation.objects.count()):
            resident_writes(POTHOLE, handle=f"@r{number}-{n}")
        for words, most in statements.items():
            with django_assert_num_queries(most):
                assert len(program.get(LIST, {"q": words}).json()["items"]) == number


class TestWithoutAKey:
    def test_none(self, client, db):
        answer = client.get(LIST)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert "no API key" in answer.json()["error"]

    @pytest.mark.parametrize("header", ["Bearer pt_wrong", "Basic cHQ6cHQ=", "pt_wrong"])
    def test_a_wrong_one(self, client, db, header):
        answer = client.get(LIST, headers={"Authorization": header})
        assert answer.status_code == 401
        assert "not one of ours" in answer.json()["error"]

    def test_a_session_is_none(self, cast, client):
        client.force_login(cast.harriet)
        assert client.get(LIST).status_code == 401

    def test_of_somebody_who_left(self, cast, program_of):
        program = program_of(cast.harriet)
        cast.harriet.is_active = False
        save_user(cast.harriet)
        assert program.get(LIST).status_code == 401

    def test_a_demo_key_works_on_this_machine_only(self, cast, program_of):
        cast.harriet.demo = True
        save_user(cast.harriet)
        program = program_of(cast.harriet)
        assert program.get(LIST).status_code == 200
        assert program.get(LIST, headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 401
        assert program.get(LIST, REMOTE_ADDR="203.0.113.7").status_code == 401


class TestVerbs:
    def post(self, program, row, verb, body=None):
        return program.post(f"{LIST}/{row.pk}/{verb}", body or {}, content_type="application/json")

    def test_claim_and_close(self, cast, program_of):
        row, program = resident_writes(POTHOLE), program_of(cast.harriet)
        assert self.post(program, row, "claim").json()["holder"] == "Harriet Lowe"
        assert self.post(program, row, "close", {"outcome": "mended"}).json()["state"] == "closed"

    def test_a_colleague_was_quicker(self, cast, program_of):
        row = resident_writes(POTHOLE)
        cast.wilf.teams.add(cast.highways)
        self.post(program_of(cast.harriet), row, "claim")
        answer = self.post(program_of(cast.wilf), row, "claim")
        assert answer.status_code == 409
        assert "Harriet Lowe has just taken this in hand" in answer.json()["error"]

    @pytest.mark.parametrize("to", [{"service": "lgsl:524"}, {"team": "waste"}])
    def test_pass_on_leaves_the_deadline(self, cast, program_of, to):
        row = resident_writes(POTHOLE)
        answer = self.post(program_of(cast.harriet), row, "pass-on", {**to, "note": "It is a bin."}).json()
        assert answer["owner"] == {"team": "Waste and recycling", "key": "waste"}
        after = Conversation.objects.get(pk=row.pk)
        assert (after.owner, after.due_at) == (cast.waste, row.due_at)

    def test_a_lead_passes_on_what_they_no_longer_see_afterwards(self, cast, program_of):
        row, home = resident_writes(POTHOLE), [cast.waste, cast.highways, cast.waste]
        for person, team in zip([cast.harriet, cast.wilf, cast.harriet], home, strict=True):
            pass_on(row, team, by=person)
            row.refresh_from_db()
        assert self.post(program_of(cast.clem), row, "pass-on", {"team": "highways"}).status_code == 200
        assert program_of(cast.clem).get(f"{LIST}/{row.pk}").status_code == 404

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ({}, "one of the two"),
            ({"service": "lgsl:524", "team": "waste"}, "one of the two"),
            ({"service": "lgsl:9"}, "no service with the key lgsl:9"),
            ({"team": "moon"}, "no team with the key moon"),
            ({"service": "other:mains"}, "Westwater's"),
            ({"tem": "waste"}, "tem: "),
            ({"team": 5}, "team: "),
        ],
    )
    def test_nowhere_to_pass_it_to(self, cast, program_of, body, words):
        answer = self.post(program_of(cast.harriet), resident_writes(POTHOLE), "pass-on", body)
        assert answer.status_code == 422
        assert words in answer.json()["error"]

    def test_reply_waits_for_the_undo_time(self, cast, program_of):
        body = organisation()
        body.undo_seconds = 60
        save_organisation(body)
        row = resident_writes(POTHOLE)
        answer = self.post(program_of(cast.harriet), row, "reply", {"text": "It is mended tomorrow."}).json()
        held = Reply.objects.get(pk=answer["id"])
        assert (answer["state"], held.text, held.author) == ("held", "It is mended tomorrow.", cast.harriet)
        assert held.send_at - now() > timedelta(seconds=30)

    def test_an_empty_reply_goes_nowhere(self, cast, program_of):
        answer = self.post(program_of(cast.harriet), resident_writes(POTHOLE), "reply", {"text": " "})
        assert (answer.status_code, Reply.objects.count()) == (409, 0)

    def test_a_body_that_is_not_json(self, cast, program_of):
        row = resident_writes(POTHOLE)
        url = f"{LIST}/{row.pk}/reply"
        answer = program_of(cast.harriet).post(url, "{text:", content_type="application/json")
        assert answer.status_code == 400
        assert "not JSON" in answer.json()["error"]

    @pytest.mark.parametrize("verb", ["claim", "close", "pass-on", "reply"])
    @pytest.mark.parametrize("name", ["wilf", "tess", "clem", "ada", "ivy"])
    def test_others_may_not(self, cast, program_of, verb, name):
        """Not seen is 404; seen but another team's is 403. The lead may pass on what she sees."""
        private, public = resident_writes(POTHOLE), resident_writes(POTHOLE, handle="@kit", private=False)
        bodies = {"pass-on": {"team": "triage"}, "reply": {"text": "Hello."}}
        program, body = program_of(getattr(cast, name)), bodies.get(verb)
        sees_public = {"tess", "clem", "ivy"}
        lead = (name, verb) == ("clem", "pass-on")
        expected = [403 if name == "ivy" else 404, (200 if lead else 403) if name in sees_public else 404]
        answers = [self.post(program, row, verb, body) for row in (private, public)]
        assert [answer.status_code for answer in answers] == expected
        assert all(answer.json()["error"] for answer in answers if answer.status_code != 200)


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"limit": "x"}, {"cursor": "x"}, {"q": "a" * 201}])
def test_a_question_that_cannot_be_answered(cast, program_of, query):
    answer = program_of(cast.harriet).get(LIST, query)
    assert answer.status_code == 422
    assert next(iter(query)) in answer.json()["error"]


def test_what_went_back_to_triage_says_so(cast, program_of):
    row = resident_writes(POTHOLE)
    decline(row, by=cast.harriet, reason="It is a private road.")
    (item,) = program_of(cast.tess).get(LIST).json()["items"]
    assert item["owner"]["key"] == "triage"


def test_what_routing_was_unsure_of_names_no_service(cast, program_of):
    resident_writes(UNPLAIN)
    (item,) = program_of(cast.tess).get(LIST).json()["items"]
    assert (item["decision"]["stage"], item["decision"]["service"]) == ("triage", None)
