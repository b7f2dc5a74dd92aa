"""What a writer sees whose answers somebody looks at first, and what those see who look."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from putthrough.conversations.models import Conversation, Message
from putthrough.directory.models import User
from putthrough.replies.approving import version
from putthrough.replies.models import Away, Objection, Policy, Reply, Trust
from putthrough.replies.trusting import row_for
from tests.cast import POTHOLE, Cast, person, resident_writes, signed_in_as, undo_time_is_over

pytestmark = pytest.mark.django_db
ANSWER = "Thank you. The crew comes on Friday."
LIST_QUERIES = 30


@pytest.fixture
def public(cast: Cast) -> Conversation:
    """Something in public for highways, where Harriet is new to answering and Hugh is not."""
    person("Hugh Penrose", cast.harriet.role, cast.highways)
    Trust.objects.filter(user=cast.harriet).update(step=Trust.Step.CHECKED)
    return resident_writes(POTHOLE, private=False)


def says(client, row: Conversation, text: str, verb: str = "send", **more: object):
    return client.post(f"/conversations/{row.pk}/reply", {"verb": verb, "text": text, **more}, follow=True)


def hugh() -> User:
    return User.objects.get(name="Hugh Penrose")


def test_the_button_and_the_words_beside_it_say_who_looks_first(cast, public):
    page = signed_in_as(cast.harriet).get(f"/conversations/{public.pk}").content.decode()
    assert "Have a colleague look at it first" in page
    assert "Nothing is sent until they say yes." in page
    alone = signed_in_as(hugh()).get(f"/conversations/{public.pk}").content.decode()
    assert "Send to Rosa Penn" in alone


def test_the_writer_is_told_that_it_has_not_been_sent_and_can_take_it_back(cast, public):
    client = signed_in_as(cast.harriet)
    page = says(client, public, ANSWER).content.decode()
    assert "A colleague will look at this before it goes. It has not been sent." in page
    client.post(f"/replies/{Reply.objects.get().pk}/take-back")
    assert Reply.objects.get().state == Reply.State.DRAFT


def test_a_colleague_finds_it_approves_it_and_it_leaves(cast, public):
    says(signed_in_as(cast.harriet), public, ANSWER)
    client = signed_in_as(hugh())
    page = client.get("/to-check").content.decode()
    assert POTHOLE in page
    assert ANSWER in page
    assert "To check" in client.get("/").content.decode()
    waits = Reply.objects.get()
    client.post(f"/replies/{waits.pk}/look", {"verb": "approve", "seen": version(waits)})
    undo_time_is_over()
    assert Message.objects.filter(text=ANSWER, direction="out").exists()


def test_changed_words_come_with_a_reason_which_the_writer_reads_beside_the_difference(cast, public):
    says(signed_in_as(cast.harriet), public, ANSWER)
    waits, client = Reply.objects.get(), signed_in_as(hugh())
    body = {"verb": "change", "seen": version(waits), "text": "We come on Friday."}
    refused = client.post(f"/replies/{waits.pk}/look", body)
    assert refused.status_code == 409
    assert "We come on Friday." in refused.content.decode(), "what was typed is still there"
    client.post(f"/replies/{waits.pk}/look", {**body, "reason": "Shorter."})
    page = signed_in_as(cast.harriet).get(f"/conversations/{public.pk}").content.decode()
    assert "changed a few words and let your answer go" in page
    assert "“Shorter.”" in page
    assert "<del>" in page


def test_what_came_back_stands_in_the_box_with_the_reason(cast, public):
    says(signed_in_as(cast.harriet), public, ANSWER)
    body = {"verb": "return", "reason": "Say at what time."}
    signed_in_as(hugh()).post(f"/replies/{Reply.objects.get().pk}/look", body)
    page = signed_in_as(cast.harriet).get(f"/conversations/{public.pk}").content.decode()
    assert page.count(ANSWER) >= 2, "in the thread and in the box"
    assert "“Say at what time.”" in page


def test_warnings_are_shown_once_before_anything_goes(cast, public):
    client, text = signed_in_as(hugh()), "As we told you before, it is on the list."
    page = says(client, public, text).content.decode()
    assert "Nothing has been sent yet." in page
    assert "This can sound as if it blamed the person." in page
    assert not Reply.objects.exists()
    says(client, public, text, seen=["blame"])
    assert Reply.objects.get().state == Reply.State.HELD


def test_a_finding_that_is_wrong_is_marked_with_a_reason_and_kept(cast, public):
    client, text = signed_in_as(hugh()), "As we told you before, it is on the list."
    says(client, public, text, "wrong:blame", **{"reason-blame": "They asked for the same words."})
    assert Objection.objects.get().words == "As we told you before"
    assert "They asked for the same words." in signed_in_as(cast.clem).get("/setup/checks").content.decode()
    says(client, public, text)
    assert Reply.objects.get().state == Reply.State.HELD


def test_a_second_answer_asks_before_it_takes_the_place_of_a_waiting_one(cast, public):
    says(signed_in_as(cast.harriet), public, ANSWER)
    client = signed_in_as(hugh())
    asked = says(client, public, "On it.")
    assert asked.status_code == 409
    assert "Send this one instead" in asked.content.decode()
    says(client, public, "On it.", "instead")
    assert sorted(Reply.objects.values_list("state", flat=True)) == ["held", "returned"]


def test_several_are_approved_at_once(cast, public):
    says(signed_in_as(cast.harriet), public, ANSWER)
    other = resident_writes(POTHOLE, handle="@ned", private=False)
    says(signed_in_as(cast.harriet), other, f"{ANSWER} At nine.")
    seen = [f"{one.pk}:{version(one)}" for one in Reply.objects.all()]
    page = signed_in_as(hugh()).post("/to-check", {"seen": [*seen, "x:y"]}, follow=True).content.decode()
    assert "2 approved." in page


def test_a_step_is_offered_and_a_named_person_says_yes(cast, public):
    Trust.objects.filter(user=cast.harriet).update(in_a_row=5)
    client = signed_in_as(cast.clem)
    assert "Yes, let Harriet Lowe answer by themselves" in client.get("/to-check").content.decode()
    client.post(f"/trust/{row_for(cast.harriet, 'rehearsal').pk}/rise")
    assert row_for(cast.harriet, "rehearsal").step == Trust.Step.TRUSTED


def test_a_draft_is_kept_for_its_writer_when_the_conversation_has_gone_to_another_team(cast, public):
    client = signed_in_as(cast.harriet)
    client.post(f"/conversations/{public.pk}/draft", {"text": ANSWER})
    client.post(f"/conversations/{public.pk}/pass-on", {"to": f"team:{cast.waste.pk}"})
    client.post(f"/conversations/{public.pk}/draft", {"text": f"{ANSWER} At nine."})
    assert f"{ANSWER} At nine." in client.get(f"/conversations/{public.pk}").content.decode()


def test_how_strict_a_check_is_is_the_body_s_to_say(cast, public):
    client = signed_in_as(cast.clem)
    page = client.get("/setup/checks")
    body = {name: field.initial for name, field in page.context["form"].fields.items()} | page.context["form"].initial
    body = {name: value for name, value in body.items() if value is not None} | {"check-blame": "block"}
    assert client.post("/setup/checks", body).status_code == 302
    assert Policy.objects.get().levels == {"blame": "block"}
    assert says(signed_in_as(hugh()), public, "As we told you before.").status_code == 409


def test_a_step_is_set_with_a_reason(cast, public):
    client = signed_in_as(cast.clem)
    body = {"channel": "", "step": "rehearsal", "buddy": str(hugh().pk), "reason": "She asked for practice."}
    assert client.post(f"/setup/trust/{cast.harriet.pk}", body).status_code == 302
    assert "rehearsal" in client.get("/setup/trust/").content.decode()
    page = signed_in_as(cast.harriet).get(f"/conversations/{public.pk}").content.decode()
    assert "Show it to Hugh Penrose, for practice" in page


@pytest.mark.parametrize("number", [2, 12])
def test_as_many_statements_for_twelve_waiting_answers_as_for_two(
    public, cast, number, django_assert_max_num_queries: DjangoAssertNumQueries
):
    for one in range(number):
        row = resident_writes(POTHOLE, handle=f"@r{one}", private=False)
        Reply.objects.create(
            conversation=row, author=cast.harriet, text=ANSWER, state="submitted", submitted_at=row.opened_at
        )
    client = signed_in_as(hugh())
    with django_assert_max_num_queries(LIST_QUERIES):
        client.get("/to-check")


def test_while_somebody_is_away_another_looks_for_them(cast, public):
    client, day = signed_in_as(hugh()), {"until": "2099-01-01"}
    assert client.post("/preferences/away", day).status_code == 422
    client.post("/preferences/away", {**day, "deputy": str(cast.clem.pk)})
    assert Away.objects.get().deputy == cast.clem
    assert "2099-01-01" in client.get("/preferences").content.decode()
    client.post("/preferences/away", {})
    assert not Away.objects.exists()
