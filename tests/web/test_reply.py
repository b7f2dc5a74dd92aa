from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from putthrough.channels.contract import ChannelError
from putthrough.channels.rehearsal.channel import RehearsalChannel
from putthrough.channels.rehearsal.models import Post
from putthrough.conversations.models import Conversation
from putthrough.delivery.models import Delivery
from putthrough.replies.models import Reply
from tests.cast import ADDRESS, POTHOLE, Cast, resident_writes, signed_in_as, undo_time_is_over

ANSWER = "A crew comes tomorrow before ten."


def answered(client: Client, row: Conversation, text: str, verb: str = "send") -> Any:
    return client.post(f"/conversations/{row.pk}/reply", {"text": text, "verb": verb}, follow=True)


def ours() -> list[str]:
    return list(Post.objects.filter(handle=ADDRESS).values_list("text", flat=True))


def test_an_answer_goes_out_once_after_the_undo_time(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    text = answered(client, row, ANSWER).content.decode()
    assert "Your answer to Rosa Penn leaves at" in text
    assert text.count("Stop it") >= 1
    assert ours() == []
    undo_time_is_over()
    undo_time_is_over()
    assert ours() == [ANSWER]
    assert "Sent to @rosa" in client.get(f"/conversations/{row.pk}").content.decode()


def test_it_can_be_stopped_until_then(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    text = answered(client, row, ANSWER).content.decode()
    stop = re.search(r'action="(/replies/\d+/take-back)"', text)
    assert stop is not None
    again = client.post(stop[1], follow=True).content.decode()
    assert ANSWER in again
    assert "was not sent" in again
    undo_time_is_over()
    assert ours() == []


def test_stopping_too_late_says_so(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    answered(client, row, ANSWER)
    undo_time_is_over()
    late = client.post(f"/replies/{Reply.objects.get().pk}/take-back")
    assert late.status_code == 409
    assert "It is too late: the answer has left." in late.content.decode()


def test_only_who_pressed_send_can_stop_it(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    answered(signed_in_as(cast.harriet), row, ANSWER)
    cast.wilf.teams.add(cast.highways)
    assert signed_in_as(cast.wilf).post(f"/replies/{Reply.objects.get().pk}/take-back").status_code == 403
    assert Reply.objects.get().state == "held"


@pytest.mark.parametrize("text", ["", "   \r\n", "x" * 501])
def test_what_cannot_be_sent_comes_back_as_it_was_typed(cast: Cast, text: str) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    answer = answered(client, row, text)
    assert answer.status_code == 409
    shown = answer.context["reply"]["form"]["text"].value()
    assert shown == text
    assert "There is a problem" in answer.content.decode()
    assert not Reply.objects.exists()


def test_an_answer_to_what_has_moved_on_is_shown_to_copy(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    client.post(f"/conversations/{row.pk}/pass-on", {"to": f"team:{cast.waste.pk}"})
    answer = answered(client, row, ANSWER)
    assert answer.status_code == 403
    assert ANSWER in answer.content.decode()
    assert "What you wrote, to copy from" in answer.content.decode()
    assert not Reply.objects.exists()


def test_a_draft_is_kept_and_only_its_author_sees_it(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    answered(client, row, "Half an ans", "save")
    assert "Half an ans" in client.get(f"/conversations/{row.pk}").content.decode()
    cast.wilf.teams.add(cast.highways)
    assert "Half an ans" not in signed_in_as(cast.wilf).get(f"/conversations/{row.pk}").content.decode()


def test_a_draft_is_kept_while_it_is_written(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    said = client.post(f"/conversations/{row.pk}/draft", {"text": "One\r\ntwo"})
    assert "Draft saved at" in said.content.decode()
    assert Reply.objects.get().text == "One\ntwo"


def test_a_late_draft_does_not_double_what_was_sent(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    answered(client, row, ANSWER)
    assert client.post(f"/conversations/{row.pk}/draft", {"text": ANSWER}).status_code == 204
    assert Reply.objects.count() == 1


def test_the_preview_says_who_will_see_it(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE, private=False), signed_in_as(cast.harriet)
    fragment = client.post(f"/conversations/{row.pk}/preview", {"text": ANSWER}).content.decode()
    assert f"@rosa {ANSWER}" in fragment
    assert "Everybody on the rehearsal network will see this" in fragment
    assert "<html" not in fragment
    whole = answered(client, row, ANSWER, "preview").content.decode()
    assert f"@rosa {ANSWER}" in whole
    assert ours() == []


def test_who_may_not_answer_gets_no_preview_and_leaves_no_draft(cast: Cast) -> None:
    row, ivy = resident_writes(POTHOLE), signed_in_as(cast.ivy)
    assert ivy.post(f"/conversations/{row.pk}/preview", {"text": ANSWER}).status_code == 403
    assert ivy.post(f"/conversations/{row.pk}/draft", {"text": ANSWER}).status_code == 403
    assert not Reply.objects.exists()


def failing(monkeypatch: pytest.MonkeyPatch, error: ChannelError) -> None:
    def send(*_: object) -> None:
        raise error

    monkeypatch.setattr(RehearsalChannel, "send", send)
    monkeypatch.setattr(RehearsalChannel, "read_back", lambda *_: (_ for _ in ()).throw(ChannelError("no answer")))


def test_a_failure_says_why_and_offers_to_send_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    answered(client, row, ANSWER)
    with monkeypatch.context() as broken:
        failing(broken, ChannelError("The network refused it: the account is locked.", permanent=True))
        undo_time_is_over()
    text = client.get(f"/conversations/{row.pk}").content.decode()
    assert "the account is locked" in text
    assert "Not sent" in text
    assert "It arrived" not in text
    client.post(f"/deliveries/{Delivery.objects.get().pk}/settle", {"outcome": "again"})
    undo_time_is_over()
    assert ours() == [ANSWER]


def test_what_perhaps_arrived_is_for_a_person_to_say(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    answered(client, row, ANSWER)
    with monkeypatch.context() as broken:
        failing(broken, ChannelError("The answer was lost.", uncertain=True))
        undo_time_is_over()
        text = client.get(f"/conversations/{row.pk}").content.decode()
        assert "Perhaps sent" in text
        assert "It arrived" in text
        assert "Send it again" in text
        client.post(f"/deliveries/{Delivery.objects.get().pk}/settle", {"outcome": "arrived"})
    assert Delivery.objects.get().state == "sent"
    again = client.post(f"/deliveries/{Delivery.objects.get().pk}/settle", {"outcome": "again"})
    assert again.status_code == 409
    assert ours() == []
