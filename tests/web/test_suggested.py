"""Answers given before, offered beside the reply box; and colleagues' mails that were kept."""

from __future__ import annotations

import pytest
from django.test import Client

from putthrough.conversations.models import Conversation
from putthrough.directory.access import NotVisible
from putthrough.replies.actions import save_draft, send
from putthrough.replies.models import Reply
from putthrough.replies.suggesting import ADDRESS, NAME, impersonal, suggestion, suggestions
from tests.cast import MISSED_BIN, Cast, resident_writes, signed_in_as, undo_time_is_over

LAMP = "The street lamp outside number nine in Mill Rise has been dark since the storm, it flickers and hums."
ANSWER = "Dear Tom, the lamp is on our list. Write to tom@post.example or to us."


@pytest.fixture
def answered(cast: Cast) -> Conversation:
    """Harriet answered Tom, whose lamp is out."""
    before = resident_writes(LAMP, handle="@tom", name="Tom Reed")
    send(before, ANSWER, by=cast.harriet)
    undo_time_is_over()
    return before


@pytest.fixture
def alike(answered: Conversation) -> Conversation:
    """Rosa's lamp is out, too."""
    return resident_writes("The street lamp at number twelve in Mill Rise has been dark since the storm.")


def test_an_answer_to_a_message_like_it_is_offered_without_its_resident(cast: Cast, alike: Conversation) -> None:
    [one] = suggestions(cast.harriet, alike)
    assert one.text == f"Dear {NAME}, the lamp is on our list. Write to {ADDRESS} or to us."
    assert one.author == "Harriet Lowe"


def test_what_was_not_sent_is_no_example(cast: Cast) -> None:
    before = resident_writes(LAMP, handle="@tom", name="Tom Reed")
    save_draft(before, ANSWER, by=cast.harriet)
    row = resident_writes(LAMP)
    assert suggestions(cast.harriet, row) == []


def test_only_what_the_viewer_may_see(cast: Cast, answered: Conversation) -> None:
    """Wilf's resident writes the same, to waste: highways' private answer is not for him."""
    theirs = resident_writes(f"{MISSED_BIN} {LAMP}", handle="@kit")
    theirs.owner = cast.waste
    theirs.save(update_fields=["owner"])
    assert suggestions(cast.wilf, theirs) == []
    with pytest.raises(NotVisible):
        suggestion(cast.wilf, Reply.objects.get().pk)
    pressed = signed_in_as(cast.wilf).post(
        f"/conversations/{theirs.pk}/reply", {"verb": f"insert-answer-{Reply.objects.get().pk}", "text": "Hello"}
    )
    assert pressed.status_code == 404


def test_one_press_puts_it_below_what_was_written(cast: Cast, alike: Conversation) -> None:
    client, pk = signed_in_as(cast.harriet), Reply.objects.get().pk
    pressed = client.post(f"/conversations/{alike.pk}/reply", {"verb": f"insert-answer-{pk}", "text": "Dear Rosa,"})
    assert pressed.status_code == 302
    draft = Reply.objects.get(conversation=alike)
    assert draft.state == Reply.State.DRAFT
    assert draft.text.startswith("Dear Rosa,\n\nDear [name], the lamp")


def test_without_javascript_a_page_of_its_own_keeps_the_draft(cast: Cast, alike: Conversation) -> None:
    save_draft(alike, "Dear Rosa,", by=cast.harriet)
    client, pk = signed_in_as(cast.harriet), Reply.objects.get(state="sent").pk
    page = client.get(f"/conversations/{alike.pk}/suggested").content.decode()
    assert "Put it into my reply" in page
    assert "the lamp is on our list" in page
    client.post(f"/conversations/{alike.pk}/reply", {"verb": f"insert-answer-{pk}"})
    assert Reply.objects.get(conversation=alike).text.startswith("Dear Rosa,\n\nDear [name]")


def test_as_a_part_it_is_no_whole_page(cast: Cast, alike: Conversation) -> None:
    part = signed_in_as(cast.harriet).get(f"/conversations/{alike.pk}/suggested", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert 'form="reply-form"' in part.content.decode()


@pytest.mark.parametrize("verb", ["insert-", "insert-answer-x", "insert-nothing-1", "insert-mail-999"])
def test_what_is_not_there_cannot_be_inserted(cast: Cast, alike: Conversation, verb: str) -> None:
    answer = signed_in_as(cast.harriet).post(f"/conversations/{alike.pk}/reply", {"verb": verb, "text": "x"})
    assert answer.status_code == 404


def test_short_names_are_left_for_they_may_be_words() -> None:
    assert impersonal("Hi Al, all is well. Call @al_b.", "Al", ["@al_b"]) == "Hi Al, all is well. Call [address]."


def test_a_stranger_is_sent_to_sign_in(alike: Conversation) -> None:
    assert Client().get(f"/conversations/{alike.pk}/suggested").status_code == 302
