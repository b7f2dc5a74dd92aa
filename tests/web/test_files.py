from __future__ import annotations

import pytest

from putthrough.channels.contract import AccountView
from putthrough.channels.rehearsal.channel import RehearsalChannel
from putthrough.conversations.models import Attachment, Message
from tests.cast import POTHOLE, Cast, resident_writes, signed_in_as


class WithFiles(RehearsalChannel):
    def attachment(self, account: AccountView, raw: bytes, part: str) -> bytes:
        return b"<script>alert(1)</script>"


@pytest.fixture
def offered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Attachment:
    """A file on a channel that has files."""
    monkeypatch.setattr("putthrough.conversations.queries.channel", lambda key: WithFiles())
    message = Message.objects.get(conversation=resident_writes(POTHOLE))
    return Attachment.objects.create(
        message=message, part="1", name='odd "name"\r\n.html', media_type="text/html", size=25
    )


def test_a_file_is_only_ever_saved(cast: Cast, offered: Attachment) -> None:
    answer = signed_in_as(cast.harriet).get(f"/attachments/{offered.pk}")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "\n" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_a_file_of_another_team_is_not_there(cast: Cast, offered: Attachment) -> None:
    assert signed_in_as(cast.wilf).get(f"/attachments/{offered.pk}").status_code == 404


def test_a_refused_file_says_why(cast: Cast, offered: Attachment) -> None:
    Attachment.objects.update(refused="We do not take programs.")
    client = signed_in_as(cast.harriet)
    answer = client.get(f"/attachments/{offered.pk}")
    assert answer.status_code == 410
    assert "We do not take programs." in answer.content.decode()
    page = client.get(f"/conversations/{offered.message.conversation_id}").content.decode()
    assert "We do not take programs." in page
    assert f'href="/attachments/{offered.pk}"' not in page
