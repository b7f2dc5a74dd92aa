"""The page that takes a conversation private, and who sees what of it afterwards."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from putthrough.channels.rehearsal import network
from putthrough.conversations.actions import add_note
from putthrough.conversations.models import Attachment, Conversation, Message
from putthrough.conversations.references import reference
from putthrough.delivery.models import Delivery
from putthrough.directory.actions import make_token, save_service
from putthrough.directory.models import Signpost, User
from putthrough.handover.actions import pass_on
from putthrough.kit.time import now
from putthrough.replies.actions import save_draft, send
from putthrough.replies.models import Enclosure, Reply, TakenPrivate, Trust
from putthrough.replies.taking_private import take_private
from putthrough.routing.kinds.actions import suggest
from putthrough.web.screens.alerts import hold
from tests.cast import (
    MISSED_BIN,
    POTHOLE,
    Cast,
    let_it_arrive,
    person,
    resident_writes,
    signed_in_as,
    undo_time_is_over,
)

TYPED = {"route": "direct", "first": "Which house is it?", "line": "Thank you. We have sent you a direct message."}


@pytest.fixture
def row(cast: Cast) -> Conversation:
    return resident_writes(POTHOLE, private=False)


def asked(client: Client, row: Conversation, **typed: Any) -> Any:
    url = reverse("web:take-private", args=[row.pk])
    return client.post(url, {**TYPED, **typed}, follow=True) if typed else client.get(url)


def opened(client: Client, row: Conversation) -> str:
    return client.get(f"/conversations/{row.pk}").content.decode()


def test_one_key_leads_to_both_texts_with_their_previews(row: Conversation, cast: Cast) -> None:
    client = signed_in_as(cast.harriet)
    assert re.search(r'href="/conversations/\d+/take-private" data-key="p"', opened(client, row))
    text = asked(client, row).content.decode()
    assert "Only @rosa will see this" in text
    assert "Everybody on the rehearsal network will see this" in text
    assert "we have sent you a direct message." in text
    assert "this is Westmoor Council" in text
    assert "Once the direct message has arrived:" in text


def test_what_was_begun_becomes_the_direct_message(row: Conversation, cast: Cast) -> None:
    save_draft(row, "What is your date of birth?", by=cast.harriet)
    assert "What is your date of birth?" in asked(signed_in_as(cast.harriet), row).content.decode()


def test_it_is_pressed_once_and_says_how_it_stands(row: Conversation, cast: Cast) -> None:
    client = signed_in_as(cast.harriet)
    text = asked(client, row, verb="send").content.decode()
    assert "The public line follows when it has arrived." in text
    assert "Harriet Lowe is taking this private: the direct message goes first." in text
    undo_time_is_over()
    assert "The direct message has arrived. The public line by Harriet Lowe is on its way" in opened(client, row)
    undo_time_is_over()
    text = opened(client, row)
    assert "Taken private by Harriet Lowe, today" in text
    assert "Public, then private" in text
    assert re.search(r'name="in_private"[^>]*checked', text)


def test_nothing_goes_before_its_warnings_were_seen(row: Conversation, cast: Cast) -> None:
    client = signed_in_as(cast.harriet)
    answer = asked(client, row, verb="send", line="THANK YOU. WE HAVE WRITTEN TO YOU DIRECTLY ABOUT IT NOW.")
    assert "Nothing has been sent yet" in answer.content.decode()
    assert not TakenPrivate.objects.exists()
    asked(client, row, verb="send", line="THANK YOU. WE HAVE WRITTEN TO YOU DIRECTLY ABOUT IT NOW.", seen=["shouting"])
    assert TakenPrivate.objects.exists()


def test_what_cannot_be_said_stays_on_the_page_with_the_reason(row: Conversation, cast: Cast) -> None:
    answer = asked(signed_in_as(cast.harriet), row, verb="send", line="Your NHS number is 999 398 2598.")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "The public line cannot be sent" in text
    assert "Which house is it?" in text
    empty = asked(signed_in_as(cast.harriet), row, verb="send", first=" ")
    assert "First, only to them: Write it first" in empty.content.decode()


def test_another_answer_that_waits_is_asked_about(row: Conversation, cast: Cast) -> None:
    hal = person("Hal Best", User.Role.RESPONDER, cast.highways)
    Reply.objects.create(conversation=row, author=hal, text="Soon.", state=Reply.State.SUBMITTED, submitted_at=now())
    client = signed_in_as(cast.harriet)
    answer = asked(client, row, verb="send")
    assert answer.status_code == 409
    assert "Send this instead" in answer.content.decode()
    asked(client, row, verb="instead")
    assert TakenPrivate.objects.exists()


def test_another_way_is_chosen_without_a_script(row: Conversation, cast: Cast) -> None:
    save_service(cast.potholes, signposts=[Signpost(phone="01632 960 100")])
    key = f"phone-{cast.potholes.signposts.get().pk}"
    client = signed_in_as(cast.harriet)
    text = asked(client, row, verb=f"route:{key}").content.decode()
    assert "please ring Potholes and road surface on 01632 960 100" in text
    assert 'type="hidden" name="first"' in text
    typed = {"route": key, "line": "Please ring 01632 960 100.", "first": "", "verb": "send"}
    asked(client, row, **typed)
    undo_time_is_over()
    assert "by telephone to 01632 960 100" in opened(client, row)
    assert "data-row" not in client.get(f"/search?q={reference(row.pk)}").content.decode()  # this line left it out
    send(row, f"Please quote {reference(row.pk)}.", by=cast.harriet)
    undo_time_is_over()
    assert "data-row" in client.get(f"/search?q={reference(row.pk)}").content.decode()


def test_a_direct_message_that_failed_is_said_plainly(
    row: Conversation, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = take_private(row, by=cast.harriet, route="direct", line=TYPED["line"], first=TYPED["first"])
    Reply.objects.filter(pk=taken.first_id).update(state=Reply.State.FAILED)
    let_it_arrive()
    text = opened(signed_in_as(cast.harriet), row)
    assert "the direct message did not arrive, so nothing was said in public" in text
    assert "Take it private another way" in text


SECRETS = ("zinnia", "quince", "medlar", "damson", "loquat", "sorrel", "borage")


@pytest.fixture
def gone_private(cast: Cast) -> Conversation:
    """Waste's, with a word of its own in everything that may be private in it."""
    row = resident_writes(MISSED_BIN, handle="@kit", private=False)
    take_private(row, by=cast.wilf, route="direct", line="We have sent you a direct message.", first="A zinnia?")
    undo_time_is_over()
    undo_time_is_over()
    network.post("@kit", "Quince. I think of hurting myself.", name="Kit", to="@westmoor")
    let_it_arrive()
    row = Conversation.objects.get(pk=row.pk)
    said = Message.objects.get(text__startswith="Quince")
    Attachment.objects.create(message=said, part="2", name="quince.txt", media_type="text/plain", size=3)
    suggest([(row, said)])
    add_note(row, "Medlar lives there.", by=cast.wilf)
    pass_on(row, cast.highways, by=cast.wilf, note="Damson rang.")
    row = Conversation.objects.get(pk=row.pk)
    send(row, "Loquat is on Friday.", by=cast.harriet, in_private=True)
    undo_time_is_over()
    for state, word in ((Reply.State.SUBMITTED, "Sorrel"), (Reply.State.FAILED, "Borage")):
        one = Reply.objects.create(
            conversation=row, author=cast.harriet, text=word, state=state, in_private=True, submitted_at=now()
        )
        Enclosure.objects.create(reply=one, name=f"{word}.txt", media_type="text/plain", size=1, content=b"a")
        if state == Reply.State.FAILED:
            Delivery.objects.create(reply=one, recipient="@kit", state=Delivery.State.FAILED, next_attempt_at=now())
    return row


def addresses(row: Conversation) -> list[str]:
    of_row = [reverse(f"web:{name}", args=[row.pk]) for name in ("conversation", "similar", "suggested", "why")]
    found = [*of_row, "/", "/?scope=public", "/to-check", "/triage", "/incidents", "/deadlines"]
    found += [reverse("web:original", args=[one.pk]) for one in Message.objects.filter(private=True)]
    found += [reverse("web:attachment", args=[one.pk]) for one in Attachment.objects.all()]
    found += [reverse("web:enclosure", args=[one.pk]) for one in Enclosure.objects.all()]
    found += [reverse("web:look", args=[one.pk]) for one in Reply.objects.all()]
    return found


@pytest.mark.parametrize("who", ["clem", "tess"])
def test_who_only_oversees_sees_none_of_what_is_private(gone_private: Conversation, cast: Cast, who: str) -> None:
    user: User = getattr(cast, who)
    client = signed_in_as(user)
    for address in addresses(gone_private):
        told = client.get(address, follow=True)
        shown = [word for word in SECRETS if word in told.content.decode().lower()]
        assert not shown, f"{address} shows {shown}"
    for word in SECRETS:
        assert "data-row" not in client.get(f"/search?q={word}").content.decode()
    key = {"Authorization": f"Bearer {make_token(user, 'test')}"}
    for address in (f"/api/v1/conversations/{gone_private.pk}", *(f"/api/v1/conversations?q={w}" for w in SECRETS)):
        text = Client(headers=key).get(address).content.decode().lower()
        assert not [word for word in SECRETS if word in text], address
    page = opened(client, gone_private)
    assert "You forgot Quarry Lane again" in page
    assert "What is said in private is not shown to you: it is for Highways." in page


def test_those_who_have_it_see_all_of_it(gone_private: Conversation, cast: Cast) -> None:
    for user in (cast.harriet, cast.wilf, cast.ivy):
        page = opened(signed_in_as(user), gone_private).lower()
        assert [word for word in SECRETS if word not in page] == []
    assert "hurting myself" in opened(signed_in_as(cast.harriet), gone_private)
    assert "hurting myself" not in opened(signed_in_as(cast.clem), gone_private)


def test_words_that_hold_go_where_a_life_is_at_risk(row: Conversation, cast: Cast) -> None:
    take_private(row, by=cast.harriet, route="direct", line=TYPED["line"], first=TYPED["first"])
    undo_time_is_over()
    network.post("@rosa", "I want to end my life.", name="Rosa Penn", to="@westmoor")
    let_it_arrive()
    row = Conversation.objects.get(pk=row.pk)
    assert row.at_risk
    assert hold(row, by=cast.harriet).in_private


def test_a_private_answer_is_not_for_the_comms_lead_to_look_at(gone_private: Conversation, cast: Cast) -> None:
    waiting = Reply.objects.get(text="Sorrel")
    Trust.objects.filter(user=cast.clem).update(step=Trust.Step.TRUSTED)
    assert signed_in_as(cast.clem).get(reverse("web:look", args=[waiting.pk])).status_code == 404


def test_a_public_conversation_takes_one_statement_more(row: Conversation, cast: Cast) -> None:
    client = signed_in_as(cast.harriet)
    with CaptureQueriesContext(connection) as caught:
        opened(client, row)
    assert len([one for one in caught.captured_queries if "takenprivate" in one["sql"]]) == 1
