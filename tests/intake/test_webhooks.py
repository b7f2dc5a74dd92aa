"""The door for webhooks: what is signed is kept at once, what is not is refused in words, nothing is kept twice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from putthrough.channels.actions import save_account, switch
from putthrough.channels.models import Account
from putthrough.conversations.filing import file_waiting
from putthrough.conversations.models import Message
from putthrough.intake.models import Arrival
from tests.cast import Cast, raise_the_curtain
from tests.doubles.manysided import SECRET, fresh, message

LINE = json.loads(message("p1", "There are potholes on Mill Rise."))


@pytest.fixture
def cast(db: None) -> Cast:
    fresh()
    return raise_the_curtain()


@pytest.fixture
def account(cast: Cast) -> Account:
    return an_account("@borough")


def an_account(address: str) -> Account:
    row = Account(channel="manysided", address=address, name="Example Borough")
    return save_account(row, credentials={"secret": SECRET})


def brought(account: Account, *lines: dict[str, Any], secret: str = SECRET, key: str = "manysided") -> Any:
    url = f"/hooks/{key}/{account.pk}"
    return Client().post(url, json.dumps(lines), content_type="application/json", headers={"X-Secret": secret})


def test_what_is_signed_is_kept_and_filed(account: Account) -> None:
    answer = brought(account, LINE)
    assert (answer.status_code, answer.json()) == (200, {"kept": 1})
    file_waiting()
    assert Message.objects.get(account=account).text == "There are potholes on Mill Rise."
    account.refresh_from_db()
    assert account.health == Account.Health.GOOD


def test_a_replayed_webhook_is_kept_once(account: Account) -> None:
    for _ in range(3):
        assert brought(account, LINE).status_code == 200
    assert Arrival.objects.count() == 1


def test_a_forged_one_is_refused_and_keeps_nothing(account: Account) -> None:
    answer = brought(account, LINE, secret="guessed")
    assert answer.status_code == 403
    assert "signature" in answer.json()["error"]
    assert not Arrival.objects.exists()


def test_what_is_no_json_is_refused_in_words(account: Account) -> None:
    url = f"/hooks/manysided/{account.pk}"
    answer = Client().post(url, b"\xff{", content_type="application/json", headers={"X-Secret": SECRET})
    assert (answer.status_code, answer.json()) == (400, {"error": "This is not JSON."})


def test_one_webhook_serves_several_accounts_and_drops_strangers(account: Account) -> None:
    other = an_account("@library")
    lines = [LINE, LINE | {"id": "p2", "to": "@library"}, LINE | {"id": "p3", "to": "@somebody-else"}]
    assert brought(account, *lines).json() == {"kept": 2}
    assert list(Arrival.objects.order_by("account").values_list("account", "external_id")) == [
        (account.pk, "p1"),
        (other.pk, "p2"),
    ]


def test_an_account_that_is_off_or_of_another_kind_has_no_door(account: Account, cast: Cast) -> None:
    assert brought(account, LINE, key="rehearsal").status_code == 404
    assert brought(account, LINE, key="carrier-pigeon").status_code == 404
    assert brought(cast.account, LINE, key="rehearsal").status_code == 404
    switch(account, on=False, by=cast.clem)
    assert "switched off" in brought(account, LINE).json()["error"]


def test_the_challenge_is_answered_only_with_the_token(account: Account, cast: Cast) -> None:
    url = f"/hooks/manysided/{account.pk}"
    assert Client().get(url, {"token": SECRET, "echo": "1234"}).content == b"1234"
    assert Client().get(url, {"token": "guessed", "echo": "1234"}).status_code == 403
    assert Client().get(f"/hooks/rehearsal/{cast.account.pk}").status_code == 404


def test_more_than_is_taken_at_once_is_refused_before_it_is_read(account: Account) -> None:
    answer = Client().post(
        f"/hooks/manysided/{account.pk}", b"[]", content_type="application/json", headers={"Content-Length": "99999999"}
    )
    assert answer.status_code == 413


def test_secrets_that_cannot_be_opened_ask_the_network_to_come_again(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(sealed="not ours")
    assert brought(account, LINE).status_code == 503


def test_keeping_costs_the_same_however_much_one_webhook_brings(
    account: Account, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 50):
        lines = [LINE | {"id": f"{number}-{at}"} for at in range(number)]
        with django_assert_max_num_queries(5):
            assert brought(account, *lines).json() == {"kept": number}
