"""Meta's notification emails: a conversation with a clock, and the way to answer on the page itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from putthrough.channels.actions import save_account
from putthrough.channels.contract import AccountView, Arrived, Incoming
from putthrough.channels.email import CHANNEL
from putthrough.channels.models import Account
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.filing import file_waiting
from putthrough.conversations.models import Conversation
from putthrough.intake.actions import keep
from putthrough.replies.actions import send
from tests.cast import Cast, raise_the_curtain

LINK = "https://www.facebook.com/ExampleBorough/posts/900?comment_id=7"
ACCOUNT = AccountView(1, "email", "social@council.example", "Example Borough")


def mail(sender: str = "notification@facebookmail.com", link: str = LINK, extra: str = "") -> bytes:
    return (
        f"From: Facebook <{sender}>\r\nTo: social@council.example\r\nDate: Tue, 3 Mar 2026 09:00:00 +0000\r\n"
        "Subject: Pat Lark commented on your post\r\nMessage-ID: <n1@facebookmail.com>\r\n"
        "List-Unsubscribe: <https://www.facebook.com/o.php?k=1>\r\nPrecedence: bulk\r\n"
        f"Auto-Submitted: auto-generated\r\nContent-Type: text/plain\r\n\r\n"
        "Pat Lark commented: There are potholes on Mill Rise.\r\n"
        f"https://www.facebook.com/settings?tab=notifications\r\n{link}\r\n{extra}"
    ).encode()


def test_it_leads_to_the_page_itself_and_is_no_machines_chatter() -> None:
    one = CHANNEL.read(ACCOUNT, mail())
    assert isinstance(one, Incoming)
    assert (one.url, one.automatic, one.starts_anew) == (LINK, None, True)
    assert "potholes on Mill Rise" in one.text
    stands = CHANNEL.standing(ACCOUNT, mail(), datetime.now(UTC))
    assert (stands.can, stands.url) == (False, LINK)


@pytest.mark.parametrize(
    "sender", ["notification@facebookmail.com.evil.example", "facebookmail.com@evil.example", "pat@example.org"]
)
def test_any_other_email_is_an_email(sender: str) -> None:
    assert CHANNEL.standing(ACCOUNT, mail(sender), datetime.now(UTC)).can
    assert CHANNEL.read(ACCOUNT, mail(sender)).url == ""


@pytest.mark.parametrize(
    "link", ["https://facebook.com.evil.example/x", "http://www.facebook.com/x", "", "javascript:x"]
)
def test_only_metas_own_pages_are_led_to(link: str) -> None:
    assert CHANNEL.read(ACCOUNT, mail(link=link)).url == ""
    assert CHANNEL.standing(ACCOUNT, mail(link=link), datetime.now(UTC)).url == "https://www.facebook.com/"


@pytest.mark.django_db
def test_it_opens_a_conversation_with_a_clock_that_email_does_not_answer() -> None:
    cast: Cast = raise_the_curtain()
    row = save_account(Account(channel="email", address=ACCOUNT.address, name="Example Borough"))
    keep([(row.pk, Arrived("n1", mail()))])
    file_waiting()
    conversation = Conversation.objects.get(account=row)
    assert conversation.due_at is not None
    assert conversation.owner == cast.highways
    with pytest.raises(CannotBeDone, match="Answer on Facebook itself"):
        send(conversation, "On Friday.", by=cast.harriet)
