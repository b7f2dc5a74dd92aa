"""To whom a conversation is mailed, and what stands on the screens of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from putthrough.conversations.actions import close
from putthrough.conversations.models import Conversation
from putthrough.directory.actions import put_into_team, save_team
from putthrough.directory.models import Team, User
from putthrough.handover.actions import claim, pass_on, undo
from putthrough.kit.time import local_day, now
from putthrough.plainmail.models import Answer, Notice
from putthrough.plainmail.noticing import make_notices
from tests.cast import person, resident_writes, signed_in_as
from tests.plainmail.clients import answer_to, body_of
from tests.plainmail.conftest import ADDRESS, DESK, Post, by_email, desk
from tests.story import settle


def recipients() -> set[str]:
    return {one.partition("@")[0] for one in Notice.objects.filter(state="sent").values_list("recipient", flat=True)}


def test_nobody_but_the_team_s_own_people_gets_its_conversations(post: Post) -> None:
    """Neither who covers for it, nor who oversees, nor who only reads or administers."""
    cast = post.cast
    for one in (cast.wilf, cast.tess, cast.clem, cast.ada, cast.ivy):
        by_email(one)
    put_into_team(cast.highways, [cast.harriet, cast.ada, cast.ivy])
    cast.highways.cover, cast.highways.away_until = cast.waste, local_day(now()) + timedelta(days=3)
    save_team(cast.highways)
    post.resident_writes()
    assert recipients() == {"harriet"}


def test_a_team_that_passed_it_on_is_told_no_more(post: Post) -> None:
    row = post.resident_writes()
    pass_on(row, post.cast.waste, by=post.cast.harriet)
    settle()
    raw = f"From: rosa@post.example\nTo: {ADDRESS}\nIn-Reply-To: <letter-1@post.example>\n\nAnd hurry.\n"
    post.arrives(raw.encode())
    assert row.messages.count() == 2
    assert len(post.letters()) == 1


def test_what_somebody_took_in_hand_is_theirs_alone(post: Post) -> None:
    hugh = person("Hugh Vale", User.Role.RESPONDER, post.cast.highways)
    by_email(hugh)
    row = post.resident_writes()
    claim(row, by=hugh)
    letter = post.letters("hugh@")[0]
    post.arrives(answer_to(letter, "On Friday.", sender=hugh.email))
    post.leaves()
    [sent] = post.letters("rosa@")
    post.arrives(answer_to(sent, "Which?", sender="rosa@post.example", number=9, to=sent["Reply-To"]))
    assert (len(post.letters("hugh@")), len(post.letters())) == (2, 1)


def test_a_passing_on_that_is_taken_back_mails_nobody(post: Post) -> None:
    by_email(post.cast.wilf)
    row = post.resident_writes()
    given = pass_on(row, post.cast.waste, by=post.cast.harriet)
    settle()
    undo(given, by=post.cast.harriet)
    Notice.objects.filter(state="due").update(next_attempt_at=now())
    settle()
    assert recipients() == {"harriet"}
    assert Notice.objects.get(recipient=post.cast.wilf.email).state == Notice.State.MOOT


def test_what_was_closed_before_it_left_is_not_mailed(post: Post) -> None:
    post.relay.says = "451 later"
    row = post.resident_writes()
    close(row, by=post.cast.harriet)
    post.relay.says = "250 OK"
    Notice.objects.update(next_attempt_at=now())
    settle()
    assert Notice.objects.get().state == Notice.State.MOOT
    assert post.relay.mails == []


def test_two_letters_before_the_first_mail_left_are_one_mail(post: Post) -> None:
    post.relay.says = "451 later"
    row = post.resident_writes()
    raw = f"From: rosa@post.example\nTo: {ADDRESS}\nIn-Reply-To: <letter-1@post.example>\n\nAnd hurry.\n"
    post.arrives(raw.encode())
    post.relay.says = "250 OK"
    Notice.objects.update(next_attempt_at=now())
    settle()
    [mail] = post.letters()
    assert "And hurry." in body_of(mail)
    assert "Mill Rise" in body_of(mail)
    assert row.messages.count() == 2


def test_a_refusal_for_good_is_shown_where_people_look(post: Post) -> None:
    post.relay.says = "550 no such user"
    row = post.resident_writes()
    assert Notice.objects.get().state == Notice.State.FAILED
    page = signed_in_as(post.cast.harriet).get(f"/conversations/{row.pk}").content.decode()
    assert "The email to harriet@westmoor.example did not arrive" in page
    setup = signed_in_as(post.cast.ada).get("/setup/plain-email").content.decode()
    assert "Does not arrive" in setup
    assert "Mill Rise" not in setup


def test_an_address_that_residents_write_to_gets_no_mail(post: Post) -> None:
    post.cast.highways.email = ADDRESS
    by_email(post.cast.highways)
    post.resident_writes()
    assert recipients() == {"harriet"}


def test_while_nobody_works_by_email_nothing_is_written(post: Post, django_assert_max_num_queries) -> None:
    by_email(post.cast.harriet, on=False)
    post.resident_writes()
    with django_assert_max_num_queries(4):
        assert make_notices() == 0
    assert not Notice.objects.exists()


def test_public_words_are_told_as_such(post: Post) -> None:
    resident_writes("There are potholes on Mill Rise.", private=False)
    settle()
    [mail] = post.letters()
    assert "wrote in the rehearsal, in public." in body_of(mail)
    assert "in public" in body_of(mail)
    assert mail["From"].endswith(f"<{ADDRESS}>")


def test_an_answer_that_did_not_arrive_comes_back_to_who_wrote_it(post: Post) -> None:
    post.resident_writes()
    [mail] = post.letters()
    post.arrives(answer_to(mail, "A crew comes on Friday."))
    post.relay.says = "550 no such resident"
    post.leaves()
    post.relay.says = "250 OK"
    Notice.objects.filter(state="failed").update(state="due", next_attempt_at=now())
    settle()
    again = post.letters()[-1]
    assert "An answer was written and did not arrive: The mail server refused" in body_of(again)
    post.arrives(answer_to(again, "A crew comes on Monday.", number=2))
    assert [reply.state for reply in post.sent()] == ["failed", "held"]


class TestScreens:
    @pytest.fixture
    def kept(self, post: Post) -> Answer:
        desk(post.cast.highways)
        post.resident_writes()
        [mail] = post.letters(DESK)
        post.arrives(answer_to(mail, "A crew comes on Friday.", sender=DESK))
        return post.outcome()

    def test_what_was_kept_stands_with_the_conversation_and_goes_into_the_reply(self, post: Post, kept: Answer) -> None:
        client, row = signed_in_as(post.cast.harriet), kept.notice.conversation
        page = client.get(f"/conversations/{row.pk}").content.decode()
        assert "By email from colleagues, not sent" in page
        assert "A crew comes on Friday." in page
        client.post(f"/conversations/{row.pk}/reply", {"verb": f"insert-mail-{kept.pk}", "text": ""})
        assert row.replies.get().text == "A crew comes on Friday."

    def test_put_away(self, post: Post, kept: Answer) -> None:
        client, row = signed_in_as(post.cast.harriet), kept.notice.conversation
        assert client.post(f"/kept-mails/{kept.pk}/put-away").status_code == 302
        assert "By email from colleagues" not in client.get(f"/conversations/{row.pk}").content.decode()
        assert client.post(f"/kept-mails/{kept.pk}/put-away").status_code == 404

    def test_another_team_sees_nothing_of_it(self, post: Post, kept: Answer) -> None:
        assert signed_in_as(post.cast.wilf).post(f"/kept-mails/{kept.pk}/put-away").status_code == 404

    def test_setting_a_team_up(self, post: Post) -> None:
        client, team = signed_in_as(post.cast.ada), post.cast.waste
        asked = {"name": team.name, "key": team.key, "by_email": "on", "email": ""}
        url = f"/setup/teams/{team.pk}"
        assert "Give the address" in client.post(url, asked).content.decode()
        assert "Residents write to this address" in client.post(url, {**asked, "email": ADDRESS}).content.decode()
        assert client.post(url, {**asked, "email": "waste-desk@westmoor.example"}).status_code == 302
        since = Team.objects.get(pk=team.pk).by_email_since
        assert since is not None
        client.post(url, {**asked, "email": "waste-desk@westmoor.example"})
        assert Team.objects.get(pk=team.pk).by_email_since == since
        client.post(url, {"name": team.name, "key": team.key, "email": "waste-desk@westmoor.example"})
        assert Team.objects.get(pk=team.pk).by_email_since is None

    def test_a_person_s_preference(self, post: Post) -> None:
        client = signed_in_as(post.cast.wilf)
        client.post("/preferences", {"by_email": "on"})
        assert User.objects.get(pk=post.cast.wilf.pk).by_email_since is not None
        client.post("/preferences", {})
        assert User.objects.get(pk=post.cast.wilf.pk).by_email_since is None

    def test_the_policy(self, post: Post) -> None:
        client = signed_in_as(post.cast.clem)
        asked = {"identity": "verified", "host": "", "days": "14", "account": str(post.account.pk)}
        assert client.post("/setup/plain-email", asked).status_code == 422
        assert client.post("/setup/plain-email", {**asked, "host": "mx council"}).status_code == 422
        assert client.post("/setup/plain-email", {**asked, "host": "MX.council.example"}).status_code == 302
        page = client.get("/setup/plain-email").content.decode()
        assert 'value="mx.council.example"' in page

    def test_the_list_costs_the_same_for_any_number(self, post: Post) -> None:
        post.resident_writes()
        client, costs = signed_in_as(post.cast.clem), []
        for more in (1, 12):
            for number in range(more):
                by_email(person(f"P{more}{number} Lee", User.Role.RESPONDER, post.cast.highways))
            with CaptureQueriesContext(connection) as queries:
                client.get("/setup/plain-email")
            costs.append(len(queries))
        assert costs[0] == costs[1]

    def test_triage_reads_no_letter_of_a_team_that_is_not_its_own(self, post: Post) -> None:
        row = post.resident_writes()
        [mail] = post.letters()
        post.arrives(answer_to(mail, "Secret words.", sender="mallory@post.example"))
        page = signed_in_as(post.cast.tess).get("/triage").content.decode()
        assert "An email to colleagues was answered" in page
        assert "Secret words" not in page
        assert row.contact.name not in page


def test_a_stranger_at_the_door_of_kept_mails(post: Post) -> None:
    assert Client().post("/kept-mails/1/put-away").status_code == 302
    assert not Conversation.objects.exists()
