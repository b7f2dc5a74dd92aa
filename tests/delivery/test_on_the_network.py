"""Windows that shut, networks that take no answer, and answers that a person gave on the network itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account, Spent
from putthrough.conversations.actions import CannotBeDone, split
from putthrough.conversations.filing import file_waiting
from putthrough.conversations.models import Conversation, Handle, Message
from putthrough.delivery.actions import prepare, send_due
from putthrough.delivery.by_hand import note_by_hand
from putthrough.directory.access import NotAllowed
from putthrough.intake.actions import keep
from putthrough.kit.time import now
from putthrough.replies.actions import send
from putthrough.replies.models import Reply
from tests.cast import Cast, raise_the_curtain, signed_in_as, undo_time_is_over
from tests.doubles.manysided import NETWORK, PRICE, SECRET, arrived, fresh, message

POTHOLE = "There are potholes on Mill Rise."
LINK = "https://network.example/answers/7"


@pytest.fixture
def cast(db: None) -> Cast:
    fresh()
    return raise_the_curtain()


@pytest.fixture
def account(cast: Cast) -> Account:
    row = Account(channel="manysided", address="@borough", name="Example Borough")
    return save_account(row, credentials={"secret": SECRET})


def brought(account: Account, identity: str, text: str = POTHOLE, **more: object) -> Conversation:
    keep([(account.pk, arrived(message(identity, text, **more)))])
    file_waiting()
    return Message.objects.get(message_id=identity).conversation


def page(client: Client, row: Conversation) -> str:
    return client.get(reverse("web:conversation", args=[row.pk])).content.decode()


def test_a_window_is_a_clock_beside_the_deadline_and_moves_with_each_message(cast: Cast, account: Account) -> None:
    row = brought(account, "p1", private=True, shuts_in=3)
    assert row.shuts_at is not None
    assert timedelta(hours=2, minutes=58) < row.shuts_at - now() < timedelta(hours=3)
    client = signed_in_as(cast.harriet)
    assert "shuts in 2 h" in page(client, row)
    assert "shuts in 2 h" in client.get(reverse("web:inbox")).content.decode()
    again = brought(account, "p2", "Still there?", private=True, shuts_in=24)
    assert again.pk == row.pk
    assert again.shuts_at is not None
    assert again.shuts_at - row.shuts_at > timedelta(hours=20)


def test_a_window_that_has_shut_says_so(cast: Cast, account: Account) -> None:
    row = brought(account, "p1", shuts_in=0)
    assert "takes no answer any more" in page(signed_in_as(cast.harriet), row)


def test_where_the_network_takes_no_answer_it_is_said_with_the_way_there(cast: Cast, account: Account) -> None:
    row = brought(account, "p1", refused=True)
    with pytest.raises(CannotBeDone, match="takes no answer to this"):
        send(row, "We mend it on Friday.", by=cast.harriet)
    shown = page(signed_in_as(cast.harriet), row)
    assert "https://network.example/answer" in shown
    assert '<details class="pt-fold" id="by-hand" open>' in shown


def test_an_answer_given_there_stops_the_clock_and_is_kept_with_its_link(cast: Cast, account: Account) -> None:
    row = brought(account, "p1", refused=True)
    client = signed_in_as(cast.harriet)
    answer = client.post(reverse("web:act", args=[row.pk, "by-hand"]), {"url": LINK, "text": "We mend it on Friday."})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.unanswered, row.due_at, row.state) == (False, None, Conversation.State.WAITING)
    ours = Message.objects.get(conversation=row, direction="out")
    assert (ours.text, ours.url) == ("We mend it on Friday.", LINK)
    assert Reply.objects.get(message=ours).state == Reply.State.SENT
    assert NETWORK.sent == []
    assert LINK in page(client, row)


def test_when_the_network_shows_that_answer_later_it_is_no_second_message(cast: Cast, account: Account) -> None:
    row = brought(account, "p1", refused=True)
    note_by_hand(row, "We mend it on Friday.", LINK, by=cast.harriet)
    keep([(account.pk, arrived(message("o1", "We mend it on Friday.", handle="@borough", parent="p1")))])
    file_waiting()
    assert Message.objects.filter(conversation=row, direction="out").count() == 1
    assert Conversation.objects.filter(account=account).count() == 1


@pytest.mark.parametrize("url", ["", "network.example/7", "javascript:alert(1)", "https://" + "x" * 600])
def test_what_is_no_link_is_refused_and_the_words_stay(cast: Cast, account: Account, url: str) -> None:
    row = brought(account, "p1", refused=True)
    typed = {"url": url, "text": "We mend it on Friday."}
    answer = signed_in_as(cast.harriet).post(reverse("web:act", args=[row.pk, "by-hand"]), typed)
    assert answer.status_code in (409, 422)
    assert "We mend it on Friday." in answer.content.decode()
    assert not Message.objects.filter(direction="out").exists()


def test_another_teams_person_cannot(cast: Cast, account: Account) -> None:
    row = brought(account, "p1", refused=True)
    with pytest.raises(NotAllowed):
        note_by_hand(row, "We mend it on Friday.", LINK, by=cast.wilf)


def test_a_thread_of_ours_is_answered_whichever_part_is_answered(cast: Cast, account: Account) -> None:
    row = brought(account, "p1")
    NETWORK.parts = ["own-1", "own-1b", "own-1c"]
    send(row, "A long answer in three parts.", by=cast.harriet)
    undo_time_is_over()
    assert Spent.objects.get().amount == PRICE
    keep([(account.pk, arrived(message("p2", "Thank you!", parent="own-1c")))])
    file_waiting()
    assert Message.objects.get(message_id="p2").conversation_id == row.pk


def test_what_was_said_in_public_is_answered_in_private_once(cast: Cast, account: Account) -> None:
    row = brought(account, "p1", privately=True)
    client = signed_in_as(cast.harriet)
    assert "Answer in private" in page(client, row)
    typed = {"verb": "send", "text": "Which house is it?", "in_private": "on"}
    assert client.post(reverse("web:reply", args=[row.pk]), typed).status_code == 302
    undo_time_is_over()
    assert [(one.private, one.in_reply_to) for one in NETWORK.sent] == [(True, "p1")]
    assert Message.objects.get(conversation=row, direction="out").private
    assert "Answer in private" not in page(client, row)
    with pytest.raises(CannotBeDone, match="cannot be answered in private"):
        send(row, "And when did it begin?", by=cast.harriet, in_private=True)


def test_where_no_private_answer_is_taken_none_is_offered(cast: Cast, account: Account) -> None:
    row = brought(account, "p1")
    assert "Answer in private" not in page(signed_in_as(cast.harriet), row)
    with pytest.raises(CannotBeDone, match="takes no private answer"):
        send(row, "Which house is it?", by=cast.harriet, in_private=True)


def test_somebodys_public_words_are_hidden_there_and_shown_again(cast: Cast, account: Account) -> None:
    row = brought(account, "p1")
    client, said = signed_in_as(cast.harriet), Message.objects.get(message_id="p1")
    assert "Hide it on the network" in page(client, row)
    client.post(reverse("web:hide", args=[said.pk]), {"to": "hidden"})
    assert NETWORK.hidden == {"p1"}
    assert "Show it there again" in page(client, row)
    client.post(reverse("web:hide", args=[said.pk]), {"to": "shown"})
    assert NETWORK.hidden == set()
    said.refresh_from_db()
    assert said.hidden_at is None


def test_what_the_network_does_not_hide_says_why_and_what_is_private_cannot_be(cast: Cast, account: Account) -> None:
    brought(account, "p-locked")
    client = signed_in_as(cast.harriet)
    locked = Message.objects.get(message_id="p-locked")
    answer = client.post(reverse("web:hide", args=[locked.pk]), {"to": "hidden"})
    assert (answer.status_code, "does not let this be hidden" in answer.content.decode()) == (409, True)
    row = brought(account, "p2", private=True, handle="@sam")
    assert "Hide it on the network" not in page(client, row)
    assert client.post(reverse("web:hide", args=[row.messages.get().pk]), {"to": "hidden"}).status_code == 409


def test_another_teams_person_hides_nothing(cast: Cast, account: Account) -> None:
    brought(account, "p1")
    said = Message.objects.get(message_id="p1")
    assert signed_in_as(cast.clem).post(reverse("web:hide", args=[said.pk]), {"to": "hidden"}).status_code == 403
    assert NETWORK.hidden == set()


def test_ticking_private_changes_what_is_said_beside_the_button(cast: Cast, account: Account) -> None:
    row = brought(account, "p1", privately=True)
    url = reverse("web:preview", args=[row.pk])
    shown = signed_in_as(cast.harriet).post(url, {"text": "Which house?", "in_private": "on"}).content.decode()
    assert 'id="will-happen" hx-swap-oob="true">Only @pat sees this.' in shown
    shown = signed_in_as(cast.harriet).post(url, {"text": "Which house?"}).content.decode()
    assert 'hx-swap-oob="true">Everybody sees this.' in shown


def test_an_answer_is_to_whom_the_conversation_is_with_whoever_joined_in(cast: Cast, account: Account) -> None:
    row = brought(account, "p1", privately=True)
    assert brought(account, "q1", "Elm Street too!", handle="@quinn", parent="p1").pk == row.pk
    send(row, "We mend it on Friday.", by=cast.harriet)
    undo_time_is_over()
    send(row, "Which house is it?", by=cast.harriet, in_private=True)
    undo_time_is_over()
    assert [(one.to, one.in_reply_to) for one in NETWORK.sent] == [("@pat", "p1")] * 2


def test_where_an_answer_goes_does_not_change_once_it_was_prepared(cast: Cast, account: Account) -> None:
    row = brought(account, "p1")
    send(row, "We mend it on Friday.", by=cast.harriet)
    Reply.objects.update(send_at=now())
    prepare()
    brought(account, "p2", "And Elm Street?", parent="p1")
    send_due()
    assert [one.in_reply_to for one in NETWORK.sent] == ["p1"]


def test_an_answer_given_in_the_networks_own_inbox_is_seen_here(cast: Cast, account: Account) -> None:
    row = brought(account, "m1", private=True)
    own = message("m2", "It opens on Tuesday.", handle="@borough", private=True, to=["@pat"])
    keep([(account.pk, arrived(own))])
    file_waiting()
    ours = Message.objects.get(conversation=row, direction="out")
    assert ours.text == "It opens on Tuesday."
    assert "A message on A network that can do everything opened" in page(signed_in_as(cast.harriet), row)
    assert "wrote outside Putthrough was taken in" in page(signed_in_as(cast.harriet), row)
    assert not Handle.objects.filter(address="@borough").exists()
    row.refresh_from_db()
    assert row.unanswered  # it may have been an automatic greeting: a person says that it is done


def test_our_own_words_in_private_come_back_in_parts_only_once(cast: Cast, account: Account) -> None:
    row = brought(account, "m1", private=True)
    send(row, "It opens on Tuesday. Bring a card.", by=cast.harriet)
    Reply.objects.update(send_at=now())
    prepare()
    part = message("m2", "Bring a card.", handle="@borough", private=True, to=["@pat"])
    first = message("m3", "It opens on Tuesday.", handle="@borough", private=True, to=["@pat"])
    keep([(account.pk, arrived(first)), (account.pk, arrived(part))])
    file_waiting()
    assert Message.objects.filter(conversation=row, direction="out").count() == 1


def test_what_we_say_first_under_our_own_post_opens_nothing(cast: Cast, account: Account) -> None:
    own = message("o1", "The timetable is at https://council.example", handle="@borough", parent="our-post")
    keep([(account.pk, arrived(own))])
    file_waiting()
    assert not Conversation.objects.filter(account=account).exists()


def test_who_joined_in_is_answered_from_a_conversation_of_their_own(cast: Cast, account: Account) -> None:
    row = brought(account, "p1")
    brought(account, "q1", "Elm Street too!", handle="@quinn", parent="p1")
    theirs = split(row, [Message.objects.get(message_id="q1").pk], by=cast.harriet)
    send(theirs, "We look at Elm Street on Monday.", by=cast.harriet)
    undo_time_is_over()
    assert theirs.contact.name == "@quinn"
    assert [(one.to, one.in_reply_to) for one in NETWORK.sent] == [("@quinn", "q1")]


def test_short_words_given_there_are_not_taken_for_a_part_of_an_old_answer(cast: Cast, account: Account) -> None:
    row = brought(account, "m1", private=True)
    note_by_hand(row, "No. OK on Tuesday.", LINK, by=cast.harriet)
    Message.objects.filter(direction="out").update(sent_at=now() - timedelta(days=2))
    own = message("m2", "OK", handle="@borough", private=True, to=["@pat"])
    keep([(account.pk, arrived(own))])
    file_waiting()
    assert Message.objects.filter(conversation=row, direction="out", text="OK").exists()
