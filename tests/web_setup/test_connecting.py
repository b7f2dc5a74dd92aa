"""Connecting an account in the browser: over to the network and back, guided, without secrets in the page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.channels.queries import view
from tests.cast import Cast, signed_in_as
from tests.doubles.manysided import SECRET, fresh


@pytest.fixture
def account(cast: Cast) -> Account:
    fresh()
    row = Account(channel="manysided", address="@borough", name="Example Borough", settings={"expires_in_days": 5})
    return save_account(row, credentials={"secret": SECRET})


def at(name: str, account: Account) -> str:
    return reverse(f"web:setup-account{name}", args=[account.pk])


def began(client: Client, account: Account) -> str:
    return client.post(at("-sign-in", account)).content.decode()


def test_the_way_there_is_shown_before_anybody_is_sent_off(cast: Cast, account: Account) -> None:
    shown = began(signed_in_as(cast.ada), account)
    assert "Go on to network.example" in shown
    assert f"back=http://testserver{at('-signed-in', account)}" in shown


def test_who_comes_back_with_permission_has_connected_it(cast: Cast, account: Account) -> None:
    client = signed_in_as(cast.ada)
    began(client, account)
    answer = client.get(at("-signed-in", account), {"state": "s-1", "code": "new-secret"}, follow=True)
    assert "Example Borough is connected" in answer.content.decode()
    account.refresh_from_db()
    assert view(account).credentials["secret"] == "new-secret"  # of a double
    assert account.settings["scope"] == "all"
    assert "new-secret" not in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"state": "another", "code": "x"}, "another state"),
        ({"state": "s-1", "code": "x", "as": "@somebody"}, "signed in there as @somebody"),
    ],
)
def test_what_is_not_this_sign_in_changes_nothing(
    cast: Cast, account: Account, query: dict[str, str], words: str
) -> None:
    client = signed_in_as(cast.ada)
    began(client, account)
    answer = client.get(at("-signed-in", account), query, follow=True)
    assert words in answer.content.decode()
    account.refresh_from_db()
    assert view(account).credentials["secret"] == SECRET


def test_a_way_back_works_once_and_only_for_who_began_it(cast: Cast, account: Account) -> None:
    client, other, query = signed_in_as(cast.ada), signed_in_as(cast.clem), {"state": "s-1", "code": "x"}
    began(client, account)
    assert "not begun here" in other.get(at("-signed-in", account), query, follow=True).content.decode()
    client.get(at("-signed-in", account), query)
    assert "not begun here" in client.get(at("-signed-in", account), query, follow=True).content.decode()


def test_an_account_that_needs_none_says_so(cast: Cast) -> None:
    answer = signed_in_as(cast.ada).post(at("-sign-in", cast.account), follow=True)
    assert "needs no signing in" in answer.content.decode()


def test_the_page_guides_and_shows_what_to_copy_what_it_cost_and_when_it_runs_out(cast: Cast, account: Account) -> None:
    client = signed_in_as(cast.ada)
    shown = client.get(at("", account)).content.decode()
    for words in (f"http://testserver/hooks/manysided/{account.pk}", "USD 0.00 spent today", "An account there."):
        assert words in shown
    assert "Sign in again before then" in shown
    assert "Sign in again soon" in client.get(reverse("web:setup-accounts")).content.decode()


def test_a_budget_is_asked_for_where_the_network_charges(cast: Cast, account: Account) -> None:
    client = signed_in_as(cast.ada)
    typed = {"name": "Example Borough", "address": "@borough", "setting_secret": "", "setting_budget_per_day": "5"}
    assert client.post(at("", account), typed).status_code == 302
    account.refresh_from_db()
    assert account.settings["budget_per_day"] == "5"
    assert client.post(at("", account), typed | {"setting_budget_per_day": "lots"}).status_code == 422
    assert "setting_budget_per_day" not in client.get(at("", cast.account)).content.decode()
