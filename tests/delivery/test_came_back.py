"""An answer that could not be delivered: somebody is told, and the clock that it had met runs on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation, Message
from putthrough.deadlines.models import Deadline
from putthrough.delivery.models import Delivery
from putthrough.replies.actions import send
from putthrough.replies.models import Reply
from tests.cast import Cast, let_it_arrive, raise_the_curtain, signed_in_as, undo_time_is_over
from tests.channels.sms.conftest import TOKEN
from tests.doubles.notify import TEMPLATE, Notify


@pytest.fixture
def cast(db: None) -> Cast:
    return raise_the_curtain()


@pytest.fixture
def notify() -> Iterator[Notify]:
    double = Notify()
    yield double
    double.stop()


@pytest.fixture
def account(cast: Cast, notify: Notify) -> Account:
    row = Account(channel="sms", address="07766 000000", name="Texts", settings={"template": TEMPLATE})
    row.settings["base"] = notify.base
    return save_account(row, credentials={"api_key": notify.api_key, "callback_token": TOKEN})


def called(client: Client, account: Account, body: bytes) -> None:
    url = reverse("hook", args=["sms", account.pk])
    head = {"Authorization": f"Bearer {TOKEN}"}
    assert client.post(url, body, content_type="application/json", headers=head).status_code == 200
    let_it_arrive()


@pytest.fixture
def row(client: Client, account: Account, notify: Notify) -> Conversation:
    called(client, account, notify.callback(notify.arrives("There are potholes on Mill Rise.")))
    return Message.objects.get(account=account).conversation


def comes_back(client: Client, account: Account, notify: Notify) -> None:
    called(client, account, notify.fails(notify.sent[-1]["reference"]))


def test_the_conversation_waits_again_with_the_clock_that_it_had(
    client: Client, cast: Cast, account: Account, notify: Notify, row: Conversation
) -> None:
    due = row.due_at
    assert due is not None
    send(row, "We mend it on Friday.", by=cast.harriet)
    undo_time_is_over()
    row.refresh_from_db()
    assert (row.unanswered, row.due_at) == (False, None)
    comes_back(client, account, notify)
    row.refresh_from_db()
    assert (row.unanswered, row.state, row.due_at) == (True, Conversation.State.OPEN, due)
    assert Deadline.objects.get(conversation=row, stopped_at=None).due_at == due
    assert (Delivery.objects.get().state, Reply.objects.get().state) == (Delivery.State.FAILED, Reply.State.FAILED)
    shown = signed_in_as(cast.harriet).get(reverse("web:conversation", args=[row.pk])).content.decode()
    assert "the number does not exist" in shown
    assert "could not be delivered and came back" in shown


def test_what_another_answer_met_stays_met(
    client: Client, cast: Cast, account: Account, notify: Notify, row: Conversation
) -> None:
    for text in ("We mend it on Friday.", "In the morning."):
        send(row, text, by=cast.harriet)
        undo_time_is_over()
    comes_back(client, account, notify)
    row.refresh_from_db()
    assert (row.unanswered, row.due_at) == (True, None)


def test_told_twice_it_is_noted_once(
    client: Client, cast: Cast, account: Account, notify: Notify, row: Conversation
) -> None:
    send(row, "We mend it on Friday.", by=cast.harriet)
    undo_time_is_over()
    comes_back(client, account, notify)
    comes_back(client, account, notify)
    assert Message.objects.filter(conversation=row, automatic="bounce").count() == 1
