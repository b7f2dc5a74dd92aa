"""One real letter, all the way: a resident's mailbox server, our account, the team, the answer by SMTP, their reply."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from putthrough.audit.queries import timeline, verify
from putthrough.channels.actions import save_account
from putthrough.channels.email.smtp_server import Handler, SmtpServer
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation
from putthrough.demo.seed import seed
from putthrough.directory.models import User
from putthrough.handover import actions as handover
from putthrough.intake.actions import take
from putthrough.jobs.steps import sweep
from putthrough.kit.time import now
from putthrough.replies import actions as replies
from putthrough.replies.models import Reply
from putthrough.routing.models import Stage
from tests.parts import DOVECOT, need
from tests.parts.dovecot import Dovecot

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS, PASSWORD = "help@ambleford.example", "a mailbox password"


class Relay(Handler):
    """The next mail server on the way out: keeps what it was given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802  # aiosmtpd's name
        content: bytes = envelope.content  # type: ignore[attr-defined]  # aiosmtpd ships no types
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"


@pytest.fixture
def relay() -> Iterator[tuple[Relay, int]]:
    handler = Relay()
    server = SmtpServer("127.0.0.1", 0, handler=handler)
    server.start()
    yield handler, server.port
    server.stop()


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    need(DOVECOT)
    server = Dovecot()
    server.add_user(ADDRESS, PASSWORD)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    yield server
    server.stop()


def letter(text: str, *, subject: str, number: int, answers: EmailMessage | None = None) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Pat Fell <pat@post.example>", subject
    mail["To"] = str(answers["Reply-To"]) if answers else ADDRESS
    mail["Message-ID"], mail["Date"] = f"<letter-{number}@post.example>", email.utils.format_datetime(now())
    if answers:
        mail["In-Reply-To"] = answers["Message-ID"]
    mail.set_content(text)
    return mail.as_bytes()


def account(mailbox: Dovecot, relay_port: int) -> Account:
    settings = {
        "incoming": "imap",
        "imap_host": "localhost",
        "imap_port": str(mailbox.tls_port),
        "imap_security": "ssl",
        "smtp_host": "127.0.0.1",
        "smtp_port": str(relay_port),
        "smtp_security": "none",
        "smtp_auth": "none",
    }
    row = Account(channel="email", address=ADDRESS, name="Ambleford Council", settings=settings)
    return save_account(row, credentials={"password": PASSWORD})


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@ambleford.example")


def let_it_leave(reply: Reply) -> None:
    """The undo time is over."""
    Reply.objects.filter(pk=reply.pk).update(send_at=now())
    sweep()


def test_a_letter_reaches_highways_is_passed_on_answered_and_goes_on(
    mailbox: Dovecot, relay: tuple[Relay, int]
) -> None:
    seed()
    box, port = relay
    ours = account(mailbox, port)
    pothole = letter("There is a deep pothole in Mill Lane.", subject="Pothole", number=1)
    mailbox.deliver(pothole, ADDRESS)

    assert take(ours) == 1, ours.trouble
    sweep()
    conversation = Conversation.objects.get()
    assert conversation.owner.key == "highways"
    decision = conversation.decisions.get()
    assert (decision.stage, decision.service and decision.service.lgsl) == (Stage.DIRECTORY, 557)
    assert "pothole" in decision.sentence

    harriet, wilf = person("harriet.holm"), person("wilf.wagstaff")
    due = conversation.due_at
    waste = wilf.teams.get(key="waste")
    handover.pass_on(conversation, waste, by=harriet, note="It is a missing drain cover of yours.")
    conversation.refresh_from_db()
    assert (conversation.owner, conversation.due_at) == (waste, due)

    let_it_leave(replies.send(conversation, "Thank you. Somebody comes today.", by=wilf))
    [answer] = box.mails
    assert answer["To"] == "Pat Fell <pat@post.example>"
    assert answer["In-Reply-To"] == "<letter-1@post.example>"
    assert "Somebody comes today." in answer.get_content()

    mailbox.deliver(letter("Thanks, it is still there.", subject="Re: Pothole", number=2, answers=answer), ADDRESS)
    mailbox.deliver(pothole, ADDRESS)  # the same letter handed over once more
    ours.refresh_from_db()
    take(ours)
    sweep()
    conversation.refresh_from_db()
    assert Conversation.objects.count() == 1
    assert [m.direction for m in conversation.messages.order_by("pk")] == ["in", "out", "in"]
    assert (conversation.owner, conversation.state, conversation.unanswered) == (waste, "open", True)
    assert verify().broken_at is None
    assert any(
        "Wilf Wagstaff answered by email" in str(entry) for entry in timeline([f"conversation:{conversation.pk}"])
    )


def test_our_own_answer_in_the_mailbox_is_no_new_message(mailbox: Dovecot, relay: tuple[Relay, int]) -> None:
    seed()
    box, port = relay
    ours = account(mailbox, port)
    mailbox.deliver(letter("The street light is out.", subject="Light", number=1), ADDRESS)
    take(ours)
    sweep()
    conversation = Conversation.objects.get()
    let_it_leave(replies.send(conversation, "We will look at it.", by=person("harriet.holm")))
    mailbox.deliver(box.mails[0].as_bytes(), ADDRESS)  # a copy to ourselves, as some mail systems make
    ours.refresh_from_db()
    take(ours)
    sweep()
    assert conversation.messages.count() == 2
    assert ours.arrivals.filter(state="echo").count() == 1
