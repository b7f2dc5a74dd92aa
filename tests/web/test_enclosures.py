"""A picture or a file goes with an answer: put to the draft, described, seen before it leaves, and kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.channels.rehearsal.models import Post
from putthrough.conversations.models import Conversation
from putthrough.replies.models import Enclosure, Reply
from tests.cast import ADDRESS, POTHOLE, Cast, resident_writes, signed_in_as, undo_time_is_over

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
ALT = "Mill Rise is closed between the church and the bridge"


def posted(client: Client, row: Conversation, verb: str, *, content: bytes = PNG, alt: str = ALT) -> Any:
    form = {"text": "This way round.", "verb": verb, "alt": alt, "file": SimpleUploadedFile("map.png", content)}
    return client.post(f"/conversations/{row.pk}/reply", form, follow=True)


def pressed(client: Client, row: Conversation, verb: str) -> Any:
    return client.post(f"/conversations/{row.pk}/reply", {"text": "This way round.", "verb": verb}, follow=True)


def test_it_goes_out_with_the_answer_and_its_description(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    page = posted(client, row, "enclose").content.decode()
    assert "Take out" in page
    assert f"With it goes map.png, described as “{ALT}”." in page
    pressed(client, row, "send")
    undo_time_is_over()
    assert Post.objects.get(handle=ADDRESS).pictures == [ALT]
    assert "map.png" in client.get(f"/conversations/{row.pk}").content.decode()
    file = client.get(f"/enclosures/{Enclosure.objects.get().pk}")
    assert (file.content, file["Content-Type"]) == (PNG, "application/octet-stream")
    assert "attachment" in file["Content-Disposition"]


def test_a_file_chosen_and_not_yet_added_goes_with_send(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    posted(client, row, "send")
    undo_time_is_over()
    assert Post.objects.get(handle=ADDRESS).pictures == [ALT]


def test_it_can_be_taken_out_again(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    posted(client, row, "enclose")
    pressed(client, row, f"take-out-{Enclosure.objects.get().pk}")
    assert not Enclosure.objects.exists()
    assert Reply.objects.get().text == "This way round."


@pytest.mark.parametrize(
    ("content", "alt", "words"),
    [
        (PNG, "  ", "Describe the picture"),
        (b"<script>alert(1)</script>", ALT, "map.png cannot go with this answer. At most 4 files"),
        (PNG + b"0" * 8_000_000, ALT, "map.png has 8.0 MB."),
    ],
)
def test_what_cannot_go_is_said_and_the_words_are_kept(cast: Cast, content: bytes, alt: str, words: str) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    answer = posted(client, row, "send", content=content, alt=alt)
    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert Reply.objects.get().state == "draft"
    assert Reply.objects.get().text == "This way round."
    assert not Enclosure.objects.exists()


def test_no_more_than_the_network_takes(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    for _ in range(4):
        posted(client, row, "enclose")
    assert "No more than 4 files" in posted(client, row, "enclose").content.decode()
    assert Enclosure.objects.count() == 4


def test_a_draft_is_its_authors_and_so_are_its_files(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    posted(signed_in_as(cast.harriet), row, "enclose")
    address = f"/enclosures/{Enclosure.objects.get().pk}"
    cast.wilf.teams.add(cast.highways)
    assert signed_in_as(cast.wilf).get(address).status_code == 404
    assert signed_in_as(cast.tess).get(address).status_code == 404
    pressed(signed_in_as(cast.harriet), row, "send")
    assert signed_in_as(cast.wilf).get(address).status_code == 200
    late = pressed(signed_in_as(cast.harriet), row, f"take-out-{Enclosure.objects.get().pk}")
    assert "on its way already" in late.content.decode()


def test_where_a_network_takes_none_none_is_offered(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    number = save_account(Account(channel="sms", address="+441632960001", name="Texts"))
    Conversation.objects.filter(pk=row.pk).update(account=number)
    assert "Add a picture or a file" not in client.get(f"/conversations/{row.pk}").content.decode()
    assert "takes no files" in posted(client, row, "enclose").content.decode()
