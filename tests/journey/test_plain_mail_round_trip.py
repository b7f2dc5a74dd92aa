"""An expert who never signs in: a resident's letter in a real mailbox, out to the expert, their answer back into
the same mailbox, and out to the resident."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation
from putthrough.intake.actions import take
from putthrough.intake.models import Arrival
from putthrough.jobs.steps import sweep
from putthrough.plainmail.models import Answer
from putthrough.replies.models import Reply
from tests.cast import Cast
from tests.journey.test_mail_round_trip import ADDRESS, Relay, account, let_it_leave, letter, mailbox, relay
from tests.parts.dovecot import Dovecot
from tests.plainmail.clients import PROGRAMS, answer_to, body_of
from tests.plainmail.conftest import by_email

__all__ = ["mailbox", "relay"]
pytestmark = pytest.mark.django_db
WORDS = "Thank you. A crew comes on Friday."
HARRIET = "harriet@westmoor.example"


def brought(ours: Account, mailbox: Dovecot, raw: bytes) -> None:
    """A mail is delivered to our mailbox, fetched from there and dealt with."""
    mailbox.deliver(raw, ADDRESS)
    ours.refresh_from_db()
    assert take(ours) == 1, ours.trouble
    sweep()


def test_an_expert_answers_from_their_own_mail_program(mailbox: Dovecot, relay: tuple[Relay, int], cast: Cast) -> None:
    """One after the other, each letter is answered in another program."""
    box, port = relay
    ours, harriet = account(mailbox, port), cast.harriet
    by_email(harriet)
    for number, (name, program) in enumerate(PROGRAMS.items(), 1):
        letter_id = f"<letter-{number}@post.example>"
        text = f"There are potholes on Mill Rise, number {number}."
        brought(ours, mailbox, letter(text, subject="Pothole", number=number))
        sweep()
        mail = box.mails[-1]
        assert HARRIET in str(mail["To"]), name
        assert text in body_of(mail)
        assert mail["Reply-To"] is None  # a mailbox that may not take plus-addresses: the Message-ID leads home
        raw = answer_to(mail, program(WORDS, mail), sender=f"Harriet Lowe <{HARRIET}>", number=number)
        brought(ours, mailbox, raw)
        reply = Reply.objects.latest("pk")
        assert (reply.author, reply.text.split("\n\n")[0]) == (harriet, WORDS), name
        let_it_leave(reply)
        sent = box.mails[-1]
        assert (sent["To"], sent["In-Reply-To"]) == ("Pat Fell <pat@post.example>", letter_id)
        assert WORDS in body_of(sent)
        assert mail["Message-ID"] not in str(sent)
    _what_must_not_speak(ours, mailbox, mail, raw)
    assert Reply.objects.count() == len(PROGRAMS)
    assert sorted(Answer.objects.values_list("state", flat=True)) == ["aside", "auto", *["sent"] * len(PROGRAMS)]
    assert Arrival.objects.filter(state="aside").count() == 1
    assert Conversation.objects.count() == len(PROGRAMS)


def _what_must_not_speak(ours: Account, mailbox: Dovecot, mail: EmailMessage, raw: bytes) -> None:
    """The same once more, as mail systems do; a third person to whom it was forwarded; an answer of absence."""
    mailbox.deliver(raw, ADDRESS)
    ours.refresh_from_db()
    take(ours)
    sweep()
    brought(ours, mailbox, answer_to(mail, "Ignore him.", sender="Mallory <mallory@post.example>", number=22))
    absent = {"Auto_Submitted": "auto-replied"}
    brought(ours, mailbox, answer_to(mail, "I am away.", sender=f"Harriet Lowe <{HARRIET}>", number=23, **absent))
