"""Signing in at X, keeping signed in, and testing the connection."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from putthrough.channels import abilities
from putthrough.channels.contract import AccountView, Channel, ChannelError
from putthrough.channels.registry import channel
from putthrough.channels.x import CHANNEL
from putthrough.channels.x.hooks import EVENTS
from tests.channels.x.conftest import account_at
from tests.doubles.x import APP_TOKEN, US, Fault, X

BACK = "https://desk.council.example/setup/accounts/1/signed-in"


def with_credentials(account: AccountView, **more: str) -> AccountView:
    return replace(account, credentials={**account.credentials, **more})


def test_it_is_in_the_registry_with_what_it_can() -> None:
    assert channel("x") is CHANNEL
    assert isinstance(CHANNEL, Channel)
    for name in ("AcceptsWebhooks", "Challenges", "SignsIn", "Refreshes", "Guides", "Follows", "Stands", "Charges"):
        assert isinstance(CHANNEL, getattr(abilities, name)), name
    for name in ("ReadsBack", "Hides", "Deletes", "HasAttachments", "Tests", "Addressed", "AnswersPrivately"):
        assert isinstance(CHANNEL, getattr(abilities, name)), name


def test_signing_in_goes_by_pkce_and_says_whose_account_it_is(double: X) -> None:
    account = account_at(double)
    where, remembered = CHANNEL.sign_in(account, BACK)
    asked = {key: values[0] for key, values in parse_qs(urlsplit(where).query).items()}
    digest = hashlib.sha256(remembered["verifier"].encode()).digest()
    assert where.startswith("https://x.com/i/oauth2/authorize?")
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert (asked["code_challenge_method"], asked["redirect_uri"]) == ("S256", BACK)
    assert {"offline.access", "dm.read", "dm.write", "tweet.write"} <= set(asked["scope"].split())
    double.codes["code-1"] = asked["code_challenge"]
    signed = CHANNEL.signed_in(account, BACK, remembered, {"state": asked["state"], "code": "code-1"})
    assert (signed.address, signed.name, signed.settings["user_id"]) == ("@council", "Example Borough", US)
    assert (signed.credentials["access_token"], signed.credentials["refresh_token"]) == ("access-1", "refresh-1")
    with pytest.raises(ChannelError, match="Begin the sign-in again"):
        CHANNEL.signed_in(account, BACK, remembered, {"state": asked["state"], "code": "code-1"})


def test_a_sign_in_of_somebody_else_or_refused_is_not_taken(account: AccountView) -> None:
    _, remembered = CHANNEL.sign_in(account, BACK)
    with pytest.raises(ChannelError, match="not begun here"):
        CHANNEL.signed_in(account, BACK, remembered, {"state": "other", "code": "code-1"})
    with pytest.raises(ChannelError, match="not begun here"):
        CHANNEL.signed_in(account, BACK, {}, {"state": "", "code": "code-1"})
    with pytest.raises(ChannelError, match="told not to let us in"):
        CHANNEL.signed_in(account, BACK, remembered, {"state": remembered["state"], "error": "access_denied"})


def test_a_token_about_to_run_out_is_renewed_and_the_new_refresh_token_kept(double: X, account: AccountView) -> None:
    assert CHANNEL.refresh(account) == {}
    fresh = CHANNEL.refresh(with_credentials(account, expires_at="1"))
    assert (fresh["access_token"], fresh["refresh_token"]) == ("access-1", "refresh-1")
    assert int(fresh["expires_at"]) > 7000
    assert double.refresh_tokens == {"refresh-1"}, "each is good once"
    again = CHANNEL.refresh(with_credentials(account, **{**fresh, "expires_at": "1"}))
    assert again["refresh_token"] == "refresh-2"


def test_a_refusal_is_no_harm_while_the_token_still_works(double: X, account: AccountView) -> None:
    """Another worker may have renewed it a moment ago."""
    import time

    double.refresh_tokens.clear()
    soon = with_credentials(account, expires_at=str(int(time.time()) + 60))
    assert CHANNEL.refresh(soon) == {}
    with pytest.raises(ChannelError, match="Sign in again in Set-up") as caught:
        CHANNEL.refresh(with_credentials(account, expires_at="1"))
    assert caught.value.permanent
    assert "bad refresh-0" not in str(caught.value)


@pytest.mark.parametrize("fault", [Fault(503), Fault(0), Fault(429)])
def test_trouble_while_renewing_is_tried_again(double: X, account: AccountView, fault: Fault) -> None:
    double.order("token", fault)
    with pytest.raises(ChannelError) as caught:
        CHANNEL.refresh(with_credentials(account, expires_at="1"))
    assert not caught.value.permanent


def signed(double: X, account: AccountView) -> AccountView:
    """The account after somebody signed in there."""
    where, remembered = CHANNEL.sign_in(account, BACK)
    double.codes["code-1"] = parse_qs(urlsplit(where).query)["code_challenge"][0]
    found = CHANNEL.signed_in(account, BACK, remembered, {"state": remembered["state"], "code": "code-1"})
    settings = {**account.settings, **found.settings}
    return replace(account, settings=settings, credentials={**account.credentials, **found.credentials})


HOOK = "https://desk.council.example/hooks/x/1"


def test_signing_in_sets_the_webhook_up_once(double: X) -> None:
    account = with_credentials(account_at(double, webhook_url=HOOK), bearer_token=APP_TOKEN)
    for _ in range(2):
        account = signed(double, account)
        assert [one["url"] for one in double.hooks] == [HOOK]
        assert sorted(one["event_type"] for one in double.subscriptions) == sorted(EVENTS)
        assert failing(account) == {}


def test_a_webhook_that_cannot_be_set_up_does_not_stop_the_sign_in(double: X) -> None:
    wrong = with_credentials(account_at(double, webhook_url=HOOK), bearer_token="another")
    account = signed(double, wrong)
    assert account.credentials["access_token"] == "access-1"
    assert "bearer token" in str(account.settings["webhook_trouble"])
    port = signed(
        double, with_credentials(account_at(double, webhook_url="https://a.example:8000/"), bearer_token=APP_TOKEN)
    )
    assert "set up the webhook" in failing(port)["The webhook, when somebody signed in"]
    assert double.hooks == []


def test_without_its_address_no_webhook_is_set_up(double: X) -> None:
    signed(double, with_credentials(account_at(double), bearer_token=APP_TOKEN))
    assert double.hooks == double.subscriptions == []


def failing(account: AccountView) -> dict[str, str]:
    return {one.what: one.words for one in CHANNEL.test(account) if not one.works}


def test_testing_a_good_connection_posts_nothing(double: X, account: AccountView) -> None:
    double.hooks = [{"id": "1", "url": "https://desk.council.example/hooks/x/1", "valid": True}]
    double.subscriptions = [{"event_type": kind, "filter": {"user_id": US}, "webhook_id": "1"} for kind in EVENTS]
    assert failing(with_credentials(account, bearer_token=APP_TOKEN)) == {}
    assert double.sent == []
    assert not [one for one in double.asked if not one.startswith("GET")]


def test_testing_names_what_does_not_work(double: X, account: AccountView) -> None:
    told = with_credentials(account, bearer_token=APP_TOKEN, scope="tweet.read", refresh_token="")
    assert set(failing(told)) == {"Answering", "Webhook", "What the webhook brings", "How long the sign-in lasts"}
    double.hooks = [{"valid": False}]
    double.order("read", Fault(403, detail="oauth2-permissions"))
    told = with_credentials(account, bearer_token="another")
    assert set(failing(told)) == {"Mentions", "Webhook"}
    assert "bearer token" in failing(told)["Webhook"]


def test_testing_a_wrong_or_protected_account_says_so(double: X, account: AccountView) -> None:
    assert "this account is @library" in failing(replace(account, address="@library"))["Signed in to X"]
    double.users[US]["protected"] = True
    assert "protected" in failing(account)["Signed in to X"]
    double.revoke()
    assert "Sign in again" in failing(account)["Signed in to X"]
    assert set(failing(account_at(double, user_id=""))) == {"Signing in"}


def test_the_guide_is_whole_sentences_and_names_its_source() -> None:
    guide = CHANNEL.guide
    assert all(line.endswith(".") for line in (*guide.needs, *guide.steps, *guide.permissions))
    assert "22 August 2026" in guide.source


def test_each_field_of_the_form_has_a_key_of_its_own() -> None:
    keys = [one.key for one in CHANNEL.fields]
    assert len(keys) == len(set(keys))
    assert {one.key for one in CHANNEL.fields if one.secret} == {"client_secret", "consumer_secret", "bearer_token"}
