"""Sign-ins that networks renew once each: two who renew at a time do not throw each other out."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest
from django.db import connection

from putthrough.channels.actions import keep_credentials, save_account, usable
from putthrough.channels.contract import AccountView, ChannelError
from putthrough.channels.models import Account
from putthrough.channels.queries import view
from tests.doubles.manysided import NETWORK, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    fresh()
    row = Account(channel="manysided", address="@borough", name="Example Borough")
    return save_account(row, credentials={"refresh": "first"})


def test_what_is_renewed_is_stored_and_used(account: Account) -> None:
    def refresh(about: AccountView) -> Mapping[str, str]:
        return {"refresh": "second"} if about.credentials["refresh"] == "first" else {}

    NETWORK.refresh = refresh
    assert usable(account).credentials["refresh"] == "second"
    assert view(Account.objects.get()).credentials["refresh"] == "second"


def test_who_comes_second_uses_what_the_first_got(account: Account) -> None:
    def refresh(about: AccountView) -> Mapping[str, str]:
        keep_credentials(Account.objects.get(), {"refresh": "second"})  # another process, at the same time
        raise ChannelError("This renewal was used before.", permanent=True)

    NETWORK.refresh = refresh
    assert usable(account).credentials["refresh"] == "second"


def test_a_row_that_was_read_long_ago_renews_with_what_is_stored_now(account: Account) -> None:
    keep_credentials(Account.objects.get(), {"refresh": "second"})
    asked = []
    NETWORK.refresh = lambda about: asked.append(about.credentials["refresh"]) or {}
    usable(account)
    assert asked == ["second"]


def test_a_renewal_that_is_refused_for_good_says_so(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def refresh(about: AccountView) -> Mapping[str, str]:
        raise ChannelError("Sign in again in Set-up.", permanent=True)

    NETWORK.refresh = refresh
    monkeypatch.setattr("putthrough.channels.actions._MOMENTS", (0.0,))
    with pytest.raises(ChannelError, match="Sign in again"):
        usable(account)


@pytest.mark.django_db(transaction=True)
def test_a_network_that_hangs_while_it_renews_holds_up_no_other_account(account: Account) -> None:
    other = save_account(Account(channel="manysided", address="@library", name="Library"), credentials={"refresh": "x"})
    hangs, free = threading.Event(), threading.Event()

    def refresh(about: AccountView) -> Mapping[str, str]:
        if about.address == "@borough":
            hangs.set()
            assert free.wait(10)
        return {}

    def renew() -> None:
        usable(account)
        connection.close()

    NETWORK.refresh = refresh
    slow = threading.Thread(target=renew)
    slow.start()
    assert hangs.wait(10)
    assert usable(other).credentials["refresh"] == "x"
    assert slow.is_alive()
    free.set()
    slow.join(10)
