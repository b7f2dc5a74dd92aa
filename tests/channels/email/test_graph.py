"""Microsoft 365 mail and OAuth tokens, against a double built from the published documents."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from putthrough.channels.contract import AccountView, Batch, ChannelError, Outgoing
from putthrough.channels.email import CHANNEL, instead, tokens
from putthrough.channels.email import graph as graph_channel
from putthrough.kit import http
from tests.doubles.graph import USER, Fault, Graph

ANSWER = Outgoing(to="pat@example.org", text="It is mended.", private=True, message_id="42@council.example")


def mail(subject: str, text: str = "The lamp is out.") -> bytes:
    return f"From: pat@example.org\r\nTo: {USER}\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()


def account(double: Graph, credentials: Mapping[str, str] | None = None, **settings: object) -> AccountView:
    given = {
        "incoming": "graph",
        "graph_base": double.base,
        "oauth_token_url": double.token_url,
        "oauth_client_id": "client",
        "oauth_scope": "scope",
        "poll_seconds": 0.05,
        **settings,
    }
    if credentials is None:
        credentials = {"access_token": double.issue(), "expires_at": "99999999999", "oauth_client_secret": "s3cret"}
    return AccountView(1, "email", USER, "Help", given, credentials)


def received(view: AccountView, cursor: Mapping[str, Any] | None = None) -> tuple[list[str], Mapping[str, Any]]:
    batches: list[Batch] = list(CHANNEL.receive(view, cursor or {}))
    found = [CHANNEL.read(view, one.raw).subject for batch in batches for one in batch.arrived]
    return found, batches[-1].cursor


def test_all_pages_arrive_and_then_only_what_is_new(graph: Graph) -> None:
    view = account(graph)
    for number in range(5):
        graph.arrives(mail(f"Number {number}"))
    found, cursor = received(view)
    assert found == [f"Number {number}" for number in range(5)]
    graph.arrives(mail("Later"))
    found, cursor = received(view, cursor)
    assert found == ["Later"]
    assert received(view, cursor) == ([], cursor)


def test_an_interrupted_page_is_read_again_with_the_same_identities(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_channel, "_MOST_BYTES", 10)
    view = account(graph)
    graph.arrives(mail("First"))
    graph.arrives(mail("Second"))
    receiving = CHANNEL.receive(view, {})
    kept = next(receiving)
    receiving.close()
    again = next(CHANNEL.receive(view, kept.cursor))
    assert [one.external_id for one in again.arrived] == [one.external_id for one in kept.arrived]


def test_a_message_listed_twice_has_one_identity(graph: Graph) -> None:
    graph.arrives(mail("Twice"))
    graph.messages.append(graph.messages[0])
    batches = list(CHANNEL.receive(account(graph), {}))
    assert len({one.external_id for batch in batches for one in batch.arrived}) == 1


def test_a_token_that_is_not_accepted_is_renewed_once(graph: Graph) -> None:
    graph.arrives(mail("First"))
    view = account(graph, {"access_token": "revoked", "expires_at": "99999999999"})
    assert received(view)[0] == ["First"]
    assert len(graph.forms) == 1
    graph.order("delta", Fault(401), Fault(401))
    with pytest.raises(ChannelError, match=r"Mail\.Read") as caught:
        received(view)
    assert caught.value.permanent


def test_being_told_to_wait_is_passed_on(graph: Graph) -> None:
    graph.order("delta", Fault(429, {"Retry-After": "17"}, "TooManyRequests"))
    with pytest.raises(ChannelError, match="429 TooManyRequests") as caught:
        received(account(graph))
    assert (caught.value.retry_after, caught.value.permanent) == (17.0, False)


@pytest.mark.parametrize("fault", [Fault(500), Fault(503), Fault(0)])
def test_trouble_there_is_tried_again(graph: Graph, fault: Fault) -> None:
    graph.order("delta", fault)
    with pytest.raises(ChannelError, match="tried again") as caught:
        received(account(graph))
    assert not caught.value.permanent


def test_no_answer_in_time(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "SECONDS", 0.1)
    graph.order("delta", Fault(500, seconds=5))
    with pytest.raises(ChannelError, match="did not answer in time"):
        received(account(graph))


def test_a_place_that_is_not_known_any_more_starts_over(graph: Graph) -> None:
    view = account(graph)
    graph.arrives(mail("First"))
    _, cursor = received(view)
    graph.delta_epoch += 1
    graph.arrives(mail("Second"))
    assert received(view, cursor)[0] == ["First", "Second"]


@pytest.mark.parametrize("fault", [Fault(500), Fault(0)])
def test_one_message_that_fails_neither_stops_the_rest_nor_is_forgotten(graph: Graph, fault: Fault) -> None:
    view = account(graph)
    for number in range(3):
        graph.arrives(mail(f"Number {number}"))
    graph.order("value", fault)
    found, cursor = received(view)
    assert found == ["Number 1", "Number 2"]
    assert received(view, cursor)[0] == ["Number 0"]
    for _ in range(instead.TRIES - 1):
        graph.order("value", fault)
        found, cursor = received(view, cursor)
    assert found == ["Number 0"]
    assert "late" not in cursor


def test_being_told_to_wait_in_the_middle_keeps_the_place(graph: Graph) -> None:
    view = account(graph)
    graph.arrives(mail("First"))
    graph.order("value", Fault(429, {"Retry-After": "3"}))
    with pytest.raises(ChannelError) as caught:
        received(view)
    assert caught.value.retry_after == 3.0
    assert received(view)[0] == ["First"]


def test_a_message_that_was_deleted_meanwhile_is_passed_over(graph: Graph) -> None:
    graph.arrives(mail("First"))
    graph.order("value", Fault(404))
    assert received(account(graph))[0] == []


def test_a_message_too_large_is_kept_as_its_headers_and_a_sentence(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instead, "LARGEST", 1_000)
    view = account(graph)
    graph.arrives(mail("Photos", "word " * 1_000))
    (batch,) = CHANNEL.receive(view, {})
    large = CHANNEL.read(view, batch.arrived[0].raw)
    assert (large.subject, large.handle) == ("Photos", "pat@example.org")
    assert f"Open it in the mailbox {USER}" in large.text


def test_a_mailbox_that_is_not_there(graph: Graph) -> None:
    graph.order("delta", Fault(404, code="ErrorInvalidUser"))
    with pytest.raises(ChannelError, match="no such mailbox") as caught:
        received(account(graph))
    assert caught.value.permanent


def test_a_cursor_never_sends_the_token_to_another_server(graph: Graph) -> None:
    with pytest.raises(ChannelError, match="another server"):
        received(account(graph), {"link": "https://evil.example/delta"})


@pytest.mark.parametrize("setting", ["graph_base", "oauth_token_url"])
@pytest.mark.parametrize("url", ["http://graph.example/v1.0", "nonsense", "http://[", "ftp://graph.example"])
def test_secrets_are_told_to_safe_addresses_only(graph: Graph, setting: str, url: str) -> None:
    with pytest.raises(ChannelError, match=f"{setting} is no web address that begins with https") as caught:
        received(account(graph, **{setting: url}))
    assert caught.value.permanent
    assert graph.asked == []


def test_an_answer_leaves_as_it_is_composed(graph: Graph) -> None:
    receipt = CHANNEL.send(account(graph), ANSWER)
    assert receipt.external_id == "42@council.example"
    (raw,) = graph.sent
    assert CHANNEL.read(AccountView(2, "email", "pat@example.org", "Pat"), raw).text == "It is mended."


@pytest.mark.parametrize(
    ("fault", "permanent", "uncertain"),
    [
        (Fault(403), True, False),
        (Fault(400), True, False),
        (Fault(429, {"Retry-After": "5"}), False, False),
        (Fault(503), False, False),
        (Fault(500), False, True),
        (Fault(504), False, True),
        (Fault(0), False, True),
    ],
)
def test_what_goes_wrong_in_sending(graph: Graph, fault: Fault, permanent: bool, uncertain: bool) -> None:
    graph.order("send", fault)
    with pytest.raises(ChannelError) as caught:
        CHANNEL.send(account(graph), ANSWER)
    assert (caught.value.permanent, caught.value.uncertain) == (permanent, uncertain)
    assert graph.sent == []


def test_nobody_there_to_send_is_no_doubt(graph: Graph) -> None:
    view = account(graph)
    graph.stop()
    with pytest.raises(ChannelError, match="was not sent") as caught:
        CHANNEL.send(view, ANSWER)
    assert (caught.value.permanent, caught.value.uncertain) == (False, False)


def test_waiting(graph: Graph) -> None:
    assert CHANNEL.listen(account(graph), 1) is True
    assert CHANNEL.listen(account(graph, incoming="smtp"), 0.01) is False


def test_testing_an_account(graph: Graph) -> None:
    assert [one.works for one in CHANNEL.test(account(graph))] == [True, True]
    graph.order("delta", Fault(403))
    found = CHANNEL.test(account(graph))
    assert [one.works for one in found] == [False, True]
    assert "Mail.Read" in found[0].words


def test_a_refresh_token_gives_new_credentials_before_the_old_ones_end(graph: Graph) -> None:
    soon = str(int(time.time()) + 60)
    fresh = CHANNEL.refresh(
        account(graph, {"access_token": "old", "expires_at": soon, "refresh_token": "first-refresh"})
    )
    assert graph.forms == [
        {"client_id": "client", "scope": "scope", "refresh_token": "first-refresh", "grant_type": "refresh_token"}
    ]
    assert fresh["access_token"] in graph.tokens
    assert float(fresh["expires_at"]) > time.time() + 3000
    assert CHANNEL.refresh(account(graph, fresh)) == {}


def test_an_application_signs_in_by_itself(graph: Graph) -> None:
    CHANNEL.refresh(account(graph, {"oauth_client_secret": "s3cret"}))
    assert graph.forms[0]["grant_type"] == "client_credentials"
    assert graph.forms[0]["client_secret"] == "s3cret"


def test_accounts_without_tokens_need_none(graph: Graph) -> None:
    assert CHANNEL.refresh(AccountView(1, "email", USER, "Help", {"incoming": "smtp"})) == {}
    assert graph.asked == []


def test_a_grant_that_is_lost_asks_for_a_person_and_tells_no_secret(graph: Graph) -> None:
    with pytest.raises(ChannelError, match=r"invalid_grant\). Sign the account in again") as caught:
        CHANNEL.refresh(account(graph, {"refresh_token": "very-secret"}))
    assert caught.value.permanent
    assert "very-secret" not in str(caught.value)


@pytest.mark.parametrize("fault", [Fault(500), Fault(0), Fault(429, {"Retry-After": "9"})])
def test_trouble_at_the_token_address_passes(graph: Graph, fault: Fault) -> None:
    graph.order("token", fault)
    with pytest.raises(ChannelError) as caught:
        tokens.renewed(account(graph, {"refresh_token": "first-refresh"}))
    assert not caught.value.permanent
    assert caught.value.retry_after == (9.0 if fault.status == 429 else None)


def test_no_token_address(graph: Graph) -> None:
    with pytest.raises(ChannelError, match="No OAuth token address") as caught:
        tokens.renewed(account(graph, oauth_token_url=""))
    assert caught.value.permanent
