"""An expert who never signs in: a resident's letter in a real mailbox, out to the expert by SMTP, their answer back into
the same mailbox, and out to the resident. Each in the way of another mail program."""

from __future__ import annotations

import pytest

from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation
from putthrough.demo.seed import seed
from putthrough.directory.actions import save_user, set_by_email
from putthrough.intake.actions import take
from putthrough.intake.models import Arrival
from putthrough.jobs.steps import sweep
from putthrough.plainmail.models import Answer
from putthrough.replies.models import Reply
from tests.journey.test_mail_round_trip import ADDRESS, Relay, account, let_it_leave, letter, mailbox, person, relay
from tests.parts.dovecot import Dovecot
from tests.plainmail.clients import PROGRAMS, answer_to, body_of

__all__ = ["mailbox", "relay"]
pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Thank you. A crew comes on Friday."
HARRIET = "harriet.holm@ambleford.example"


def brought(ours: Account, mailbox: Dovecot, raw: bytes) -> None:
    """A mail is delivered to our mailbox, fetched from there and dealt with."""
    mailbox.deliver(raw, ADDRESS)
    ours.refresh_from_db()
    assert take(ours) == 1, ours.trouble
    sweep()


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_expert_answers_from_their_own_mail_program(
    mailbox: Dovecot, relay: tuple[Relay, int], program: str
) -> None:
    seed()
    box, port = relay
    ours = account(mailbox, port)
    harriet = person("harriet.holm")
    set_by_email(harriet, on=True)
    save_user(harriet)

    brought(ours, mailbox, letter("There is a deep pothole in Mill Lane.", subject="Pothole", number=1))
    sweep()
    [mail] = box.mails
    assert HARRIET in str(mail["To"])
    assert "There is a deep pothole in Mill Lane." in body_of(mail)
    assert mail["Reply-To"] is None  # a mailbox that may not take plus-addresses: the Message-ID leads home

    raw = answer_to(mail, PROGRAMS[program](WORDS, mail), sender=f"Harriet Holm <{HARRIET}>")
    brought(ours, mailbox, raw)
    [reply] = Reply.objects.all()
    assert (reply.author, reply.text.split("\n\n")[0]) == (harriet, WORDS)
    let_it_leave(reply)
    [_, sent] = box.mails
    assert (sent["To"], sent["In-Reply-To"]) == ("Pat Fell <pat@post.example>", "<letter-1@post.example>")
    assert WORDS in body_of(sent)
    assert mail["Message-ID"] not in str(sent)

    mailbox.deliver(raw, ADDRESS)  # the same once more, as mail systems do
    ours.refresh_from_db()
    take(ours)
    sweep()
    stranger = answer_to(mail, "Ignore him.", sender="Mallory <mallory@post.example>", number=2)
    brought(ours, mailbox, stranger)
    away = answer_to(
        mail, "I am away.", sender=f"Harriet Holm <{HARRIET}>", number=3, **{"Auto-Submitted": "auto-replied"}
    )
    brought(ours, mailbox, away)
    assert Reply.objects.count() == 1
    assert sorted(Answer.objects.values_list("state", flat=True)) == ["aside", "auto", "sent"]
    assert Arrival.objects.filter(state="aside").count() == 1
    assert Conversation.objects.count() == 1
