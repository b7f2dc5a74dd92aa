"""\"Not mine\" and \"done\", by a reply of one word or by the link in the mail."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from django.test import Client

from putthrough.audit.queries import timeline
from putthrough.conversations.models import Conversation
from putthrough.handover.actions import pass_on
from putthrough.plainmail.models import Answer, Notice
from tests.plainmail.clients import PROGRAMS, answer_to, body_of
from tests.plainmail.conftest import DESK, Post, by_email, desk
from tests.story import settle


@pytest.fixture
def mail(post: Post) -> EmailMessage:
    post.resident_writes()
    [mail] = post.letters()
    return mail


def link(mail: EmailMessage, verb: str) -> str:
    found = re.search(rf"(/by-mail/\S+/{verb})", body_of(mail))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("program", PROGRAMS)
def test_not_mine_goes_back_to_triage(post: Post, mail: EmailMessage, program: str) -> None:
    post.arrives(answer_to(mail, PROGRAMS[program]("Not mine", mail)))
    assert Conversation.objects.get().owner == post.cast.triage
    assert post.outcome().state == Answer.State.DECLINED
    assert post.sent() == []
    assert len(post.relay.mails) == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("NOT OURS!", "gave no reason"),
        ("Hi, sorry - not us", "gave no reason"),
        ("This isn’t mine, sorry.", "gave no reason"),
        ("Wrong team", "gave no reason"),
        ("Nid ni", "gave no reason"),
        ("Not mine: the county has this road.", "the county has this road."),
        ("Not ours\n\nTry Waste.", "Try Waste."),
    ],
)
def test_many_ways_to_say_it(post: Post, mail: EmailMessage, words: str, reason: str) -> None:
    post.arrives(answer_to(mail, words))
    assert post.outcome().state == Answer.State.DECLINED
    row = Conversation.objects.get()
    [entry] = [one for one in timeline([f"conversation:{row.pk}"]) if one.verb == "conversation.declined"]
    assert reason in entry.facts()["reason"]
    assert entry.by == "Harriet Lowe"


def test_it_goes_back_to_who_passed_it_on(post: Post) -> None:
    by_email(post.cast.wilf)
    row = post.resident_writes()
    pass_on(row, post.cast.waste, by=post.cast.harriet, note="A bin lies in it.")
    settle()
    assert post.letters("wilf@") == []  # it can still be taken back
    Notice.objects.update(next_attempt_at=row.opened_at)
    settle()
    [mail] = post.letters("wilf@")
    assert "Note for you: A bin lies in it. (Harriet Lowe)" in body_of(mail)
    post.arrives(answer_to(mail, "not us", sender="wilf@westmoor.example"))
    row.refresh_from_db()
    assert row.owner == post.cast.highways


def test_done_closes_it(post: Post, mail: EmailMessage) -> None:
    post.arrives(answer_to(mail, "Done."))
    assert Conversation.objects.get().state == "closed"
    assert post.outcome().state == Answer.State.DONE


@pytest.mark.parametrize("words", ["Done\n\nHarriet Lowe\nHighways", "OK\nHarriet"])
def test_a_word_with_a_name_below_it_is_no_answer(post: Post, mail: EmailMessage, words: str) -> None:
    post.arrives(answer_to(mail, words))
    assert post.outcome().state == Answer.State.KEPT
    assert post.sent() == []


def test_a_long_answer_that_begins_like_it_is_looked_at_by_a_person(post: Post, mail: EmailMessage) -> None:
    post.arrives(answer_to(mail, f"Not ours, I am afraid. {'The road belongs to the county. ' * 12}"))
    assert post.outcome().state == Answer.State.KEPT
    assert Conversation.objects.get().owner == post.cast.highways
    assert post.sent() == []


def test_a_team_says_it_from_its_own_address(post: Post) -> None:
    desk(post.cast.highways)
    post.resident_writes()
    [mail] = post.letters(DESK)
    post.arrives(answer_to(mail, "not ours", sender=DESK))
    assert Conversation.objects.get().owner == post.cast.triage


class TestLink:
    def test_a_look_changes_nothing_and_tells_nothing(self, post: Post, mail: EmailMessage) -> None:
        page = Client().get(link(mail, "not-mine"))
        assert page.status_code == 200
        assert Conversation.objects.get().owner == post.cast.highways
        assert "Rosa" not in page.content.decode()
        assert "Mill Rise" not in page.content.decode()

    def test_pressing_sends_it_back_with_the_reason(self, post: Post, mail: EmailMessage) -> None:
        page = Client().post(link(mail, "not-mine"), {"reason": "The county has it."})
        assert "It went back" in page.content.decode()
        assert Conversation.objects.get().owner == post.cast.triage
        again = Client().post(link(mail, "not-mine"), {"reason": ""})
        assert again.status_code == 409

    def test_done(self, post: Post, mail: EmailMessage) -> None:
        assert Client().post(link(mail, "done")).status_code == 200
        assert Conversation.objects.get().state == "closed"

    def test_a_team_s_mail_has_no_link_to_close_it(self, post: Post) -> None:
        desk(post.cast.highways)
        post.resident_writes()
        [mail] = post.letters(DESK)
        assert "/done" not in body_of(mail)
        assert Client().post(link(mail, "not-mine").replace("not-mine", "done")).status_code == 404

    def test_it_opens_nothing_else(self, post: Post, mail: EmailMessage) -> None:
        url = link(mail, "not-mine")
        answers = re.search(r"\+(n-\S+)@", str(mail["Reply-To"]))
        assert answers is not None
        for wrong in (url.replace("/l-", "/n-"), f"/by-mail/{answers[1]}/not-mine", f"{url}x", url[:-9] + "/close"):
            assert Client().get(wrong).status_code == 404, wrong
        token = url.split("/")[2]
        post.arrives(answer_to(mail, "A crew comes.", to=f"help+{token}@westmoor.example", refers=False))
        assert post.sent() == []

    def test_too_old(self, post: Post, mail: EmailMessage) -> None:
        Notice.objects.update(expires_at=Conversation.objects.get().opened_at)
        assert Client().post(link(mail, "not-mine")).status_code == 409
        assert Conversation.objects.get().owner == post.cast.highways
