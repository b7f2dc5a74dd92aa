from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from putthrough.conversations.models import Conversation, Message
from putthrough.directory.models import User
from putthrough.handover.actions import claim
from putthrough.intake.models import Arrival
from putthrough.kit.time import now
from tests.cast import MISSED_BIN, POTHOLE, Cast, resident_writes, signed_in_as

CONVERSATION_QUERIES = 35


def opened(client: Client, row: Conversation, *, status: int = 200) -> str:
    answer = client.get(f"/conversations/{row.pk}")
    assert answer.status_code == status
    return answer.content.decode()


def done(client: Client, row: Conversation, verb: str, **typed: Any) -> Any:
    return client.post(f"/conversations/{row.pk}/{verb}", typed, follow=True)


def fresh(row: Conversation) -> Conversation:
    return Conversation.objects.get(pk=row.pk)


def test_it_shows_what_was_written_and_why_it_is_here(cast: Cast) -> None:
    text = opened(signed_in_as(cast.harriet), resident_writes(POTHOLE))
    assert "deep enough to lose a wheel in" in text
    assert "The rule “Mill Rise” matched" in text
    assert "Wrong team? Pass it on" in text
    assert "Nobody has taken it in hand yet" in text
    assert re.search(r"due \w+day \d+ \w+ \(\d working days?\)", text)
    assert "opened this conversation" in text
    assert "@rosa" in text


def test_markup_in_a_message_is_only_text(cast: Cast) -> None:
    text = opened(signed_in_as(cast.harriet), resident_writes("Mill Rise <script>alert(1)</script> & more"))
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_another_team_s_conversation_is_not_there(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    client = signed_in_as(cast.wilf)

    def plain(there: Conversation) -> str:
        return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", opened(client, there, status=404))

    assert "Mill Rise" not in plain(row)
    assert plain(row) == plain(Conversation(pk=999))


def test_claiming_and_putting_back(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    assert "You have it in hand" in done(client, row, "claim").content.decode()
    assert fresh(row).holder == cast.harriet
    done(client, row, "release")
    assert fresh(row).holder is None


def test_who_was_slower_is_told_by_whom(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    colleague = User.objects.create(email="hal@westmoor.example", name="Hal Best")
    colleague.teams.add(cast.highways)
    claim(row, by=colleague)
    answer = done(client, row, "claim")
    assert answer.status_code == 409
    assert "Hal Best has just taken this in hand" in answer.content.decode()
    assert fresh(row).holder == colleague


def test_waiting_and_not_waiting_any_more(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    done(client, row, "wait")
    assert fresh(row).state == "waiting"
    assert "Stop waiting" in opened(client, row)
    done(client, row, "reopen")
    assert fresh(row).state == "open"


def test_closing_can_be_undone(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    answer = done(client, row, "close", outcome="no answer is wanted")
    assert answer.redirect_chain == [("/", 302)]
    text = answer.content.decode()
    undo = re.search(r'data-undo="(\d+)".*?action="([^"]+)"', text, re.DOTALL)
    assert undo is not None
    assert 0 < int(undo[1]) <= 10
    assert fresh(row).state == "closed"
    assert "no answer is wanted" in opened(client, row)
    client.post(undo[2])
    assert fresh(row).state == "open"
    assert "data-undo=" not in client.get("/").content.decode()


def test_an_outcome_that_there_is_not_closes_nothing(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    assert done(signed_in_as(cast.harriet), row, "close", outcome="whatever").status_code == 422
    assert fresh(row).state == "open"


def test_a_note_is_for_colleagues(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    text = done(client, row, "note", note="Crew booked.\r\nSee job 4417.").content.decode()
    assert "Only colleagues see this" in text
    assert Message.objects.get(direction="note").text == "Crew booked.\nSee job 4417."
    assert done(client, row, "note", note=" ").status_code == 422


def test_sending_back_needs_a_reason_and_keeps_what_was_typed(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    empty = done(client, row, "decline", reason=" ")
    assert empty.status_code == 422
    assert "the next person decides by it" in empty.content.decode()
    assert fresh(row).owner == cast.highways
    done(client, row, "decline", reason="It is a private road.")
    assert fresh(row).owner == cast.triage


def test_what_cannot_be_done_any_more_keeps_what_was_typed(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    client.post(f"/conversations/{row.pk}/pass-on", {"to": f"team:{cast.waste.pk}"})
    late = done(client, row, "decline", reason="It is a private road.")
    assert late.status_code == 403
    assert "It is a private road." in late.content.decode()
    assert "You cannot decline here" in late.content.decode()


def test_splitting_takes_messages_out(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    resident_writes("And the lamp is broken.")
    first, second = Message.objects.filter(conversation=row).order_by("pk")
    answer = done(client, row, "split", messages=[second.pk])
    assert answer.status_code == 200
    assert second.conversation_id != Message.objects.get(pk=second.pk).conversation_id
    assert done(client, row, "split", messages=[first.pk]).status_code == 409
    assert done(client, row, "split", messages=[99999]).status_code == 422


def test_joining_takes_in_another_of_the_same_person(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE, private=False), signed_in_as(cast.harriet)
    other = resident_writes("The lamp on Mill Rise is broken.", private=False)
    stranger = resident_writes(POTHOLE, handle="@tom", private=False)
    assert other.pk != row.pk
    done(client, row, "join", other=other.pk)
    assert set(Message.objects.filter(direction="in", conversation=row).values_list("text", flat=True)) >= {
        f"@westmoor {POTHOLE}",
        "@westmoor The lamp on Mill Rise is broken.",
    }
    assert fresh(other).state == "closed"
    assert done(client, row, "join", other=stranger.pk).status_code == 422


def test_a_verb_takes_a_post_and_must_be_one(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    assert client.get(f"/conversations/{row.pk}/claim").status_code == 405
    assert client.post(f"/conversations/{row.pk}/explode").status_code == 404


def test_who_only_watches_reads_and_notes(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    signed_in_as(cast.harriet).post(f"/conversations/{row.pk}/pass-on", {"to": f"team:{cast.waste.pk}"})
    text = opened(signed_in_as(cast.harriet), row)
    assert 'id="reply"' not in text
    assert "Claim it" not in text
    assert done(signed_in_as(cast.harriet), row, "note", note="They rang us too.").status_code == 200


def test_the_original_can_do_nothing(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    message = Message.objects.get(conversation=row)
    Message.objects.filter(pk=message.pk).update(html='<p onclick="x()">Hello<script>alert(1)</script></p>')
    client = signed_in_as(cast.harriet)
    assert f"/messages/{message.pk}/original" in opened(client, row)
    assert 'sandbox src="' in client.get(f"/messages/{message.pk}/original").content.decode()
    answer = client.get(f"/messages/{message.pk}/original.html")
    assert "script" not in answer.content.decode()
    assert "onclick" not in answer.content.decode()
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert signed_in_as(cast.wilf).get(f"/messages/{message.pk}/original.html").status_code == 404


@pytest.mark.parametrize("messages", [5, 50])
def test_as_many_statements_for_fifty_messages_as_for_five(
    cast: Cast, messages: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    first = Message.objects.filter(conversation=row).values().get()
    del first["id"]
    Message.objects.bulk_create(Message(**first) for _ in range(messages - 1))
    with django_assert_max_num_queries(CONVERSATION_QUERIES):
        assert opened(client, row).count("pt-message__head") == messages


def test_new_messages_in_it_are_told(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    live = re.search(rf'hx-get="(/conversations/{row.pk}/arrived[^"]+)"', opened(client, row))
    assert live is not None
    assert client.get(live[1]).status_code == 204
    resident_writes("It got worse.")
    assert "1 new message" in client.get(live[1]).content.decode()
    resident_writes(MISSED_BIN, handle="@tom")
    assert "1 new message" in client.get(live[1]).content.decode()


def test_a_message_without_its_arrival_still_shows(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    Message.objects.update(arrival=None)
    Arrival.objects.filter(received_at__lte=now()).delete()
    assert "Mill Rise" in opened(signed_in_as(cast.harriet), row)
