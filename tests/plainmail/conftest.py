from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from putthrough.channels.actions import save_account
from putthrough.channels.contract import Arrived
from putthrough.channels.email.identity import external_id
from putthrough.channels.email.smtp_server import Handler, SmtpServer
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation
from putthrough.directory.actions import save_team, save_user, set_by_email
from putthrough.directory.models import Team, User
from putthrough.intake.actions import keep
from putthrough.jobs.steps import sweep
from putthrough.kit.time import now
from putthrough.plainmail.models import Answer
from putthrough.replies.models import Reply
from tests.cast import POTHOLE, Cast
from tests.story import settle

ADDRESS, DESK = "help@westmoor.example", "highways-desk@westmoor.example"


class Relay(Handler):
    """The next mail server on the way out: keeps what it was given, or refuses it with ``says``."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.says = "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802  # aiosmtpd's name
        content: bytes = envelope.content  # type: ignore[attr-defined]  # aiosmtpd ships no types
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        if self.says.startswith("2"):
            self.mails.append(message)
        return self.says

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if address in str(mail["To"])]


@pytest.fixture
def relay() -> Iterator[tuple[Relay, int]]:
    handler = Relay()
    server = SmtpServer("127.0.0.1", 0, handler=handler)
    server.start()
    yield handler, server.port
    server.stop()


@dataclass
class Post:
    """The cast with an email account; mails go out by a real SMTP server, and come in as if one had brought them."""

    cast: Cast
    account: Account
    relay: Relay
    number: int = 0

    def resident_writes(self, text: str = POTHOLE, *, sender: str = "Rosa Penn <rosa@post.example>") -> Conversation:
        self.number += 1
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, ADDRESS, "Hole in the road"
        mail["Message-ID"], mail["Date"] = f"<letter-{self.number}@post.example>", format_datetime(now())
        mail.set_content(text)
        self.arrives(mail.as_bytes())
        return Conversation.objects.latest("pk")

    def arrives(self, raw: bytes, *, account: Account | None = None) -> None:
        keep([((account or self.account).pk, Arrived(external_id(raw), raw))])
        settle()

    def letters(self, address: str = "harriet@") -> list[EmailMessage]:
        return self.relay.to(address)

    def sent(self) -> list[Reply]:
        """What became an answer, in whatever way."""
        return list(Reply.objects.exclude(state="draft").order_by("pk"))

    def outcome(self) -> Answer:
        return Answer.objects.latest("pk")

    def leaves(self) -> None:
        """The undo time is over."""
        Reply.objects.filter(state="held").update(send_at=now())
        sweep()
        settle()


@pytest.fixture
def post(cast: Cast, relay: tuple[Relay, int]) -> Post:
    """Harriet gets highways' conversations by email."""
    box, port = relay
    settings = {"incoming": "smtp", "smtp_host": "127.0.0.1", "smtp_port": str(port), "smtp_security": "none"}
    settings["smtp_auth"] = "none"
    account = save_account(Account(channel="email", address=ADDRESS, name="Westmoor Council", settings=settings))
    by_email(cast.harriet)
    return Post(cast, account, box)


def by_email(row: User | Team, *, on: bool = True) -> None:
    set_by_email(row, on=on)
    if isinstance(row, Team):
        save_team(row)
    else:
        save_user(row)


def desk(team: Team) -> None:
    """Highways gets its conversations at its ordinary address."""
    team.email = DESK
    by_email(team)
