"""Mail servers that are busy, odd or hostile, and settings that cannot be: words and a way on, never a fault."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from putthrough.channels.contract import AccountView, Arrived, ChannelError, Outgoing
from putthrough.channels.email import CHANNEL, graph, instead
from putthrough.channels.email.options import options
from putthrough.kit.http import Answer
from tests.channels.email.lines import Lines, Mailbox, smtp

ANSWER = Outgoing(to="pat@example.org", text="It is mended.", private=True, message_id="one@council.example")
GRAPH = "https://graph.example/v1.0"
SIGNED_IN = {"access_token": "token", "expires_at": "99999999999"}


def account(*, address: str = "help@council.example", password: str = "secret", **settings: object) -> AccountView:
    return AccountView(1, "email", address, "Help", settings, {"password": password})


def mailbox(server: Lines, **more: Any) -> AccountView:
    where = {"imap_host": server.host, "imap_port": server.port, "imap_security": "none"}
    return account(incoming="imap", **where, **more)


def relay(server: Lines, **more: Any) -> AccountView:
    return account(smtp_host=server.host, smtp_port=server.port, smtp_security="none", **more)


def mail(number: int) -> bytes:
    return f"From: pat@example.org\r\nSubject: Number {number}\r\n\r\nHello {number}\r\n".encode()


def visit(view: AccountView, cursor: dict[str, Any]) -> list[Arrived]:
    """What one visit brings; moves the cursor on as the caller does, also where the visit ends in trouble."""
    arrived: list[Arrived] = []
    for batch in CHANNEL.receive(view, dict(cursor)):
        arrived.extend(batch.arrived)
        cursor.clear()
        cursor.update(batch.cursor)
    return arrived


def test_a_busy_mailbox_server_does_not_stop_the_account() -> None:
    with Lines(b"* BYE Too many connections, come back later\r\n") as server:
        with pytest.raises(ChannelError, match=r"said no: \* BYE Too many connections") as caught:
            visit(mailbox(server), {})
        assert not caught.value.permanent


@pytest.mark.parametrize("host", ["imap..council.example", "x" * 64 + ".example", "imap.example\r\nX"])
@pytest.mark.parametrize("kind", ["imap", "smtp"])
def test_a_name_that_cannot_be_one_is_said_so_before_anything_is_tried(kind: str, host: str) -> None:
    view = account(incoming="imap", **{f"{kind}_host": host})
    with pytest.raises(ChannelError, match=f"{kind}_host") as caught:
        CHANNEL.send(view, ANSWER)
    assert caught.value.permanent
    assert [one.works for one in CHANNEL.test(view)] == [False]


@pytest.mark.parametrize("key", ["graph_base", "oauth_token_url"])
def test_secrets_do_not_travel_in_the_open(key: str) -> None:
    settings: dict[str, object] = {"incoming": "graph", "graph_base": GRAPH, "oauth_token_url": "https://login.example"}
    CHANNEL.refresh(AccountView(1, "email", "help@council.example", "Help", settings, SIGNED_IN))
    view = account(**{**settings, key: "http://198.51.100.7/v1.0"})
    with pytest.raises(ChannelError, match=f"{key} is no web address that begins with https://") as caught:
        CHANNEL.refresh(view)
    assert caught.value.permanent


def test_this_machine_needs_no_encryption() -> None:
    assert options(account(graph_base="http://127.0.0.1:1/v1.0")).graph_base == "http://127.0.0.1:1/v1.0"


def test_a_password_beyond_ascii_signs_in_to_send() -> None:
    with smtp(extensions=b"250-AUTH PLAIN\r\n") as server:
        CHANNEL.send(relay(server, password="fünf £"), ANSWER)
    said = [line.split()[2] for line in server.heard if line.startswith(b"AUTH")]
    assert [base64.b64decode(one).decode() for one in said] == ["\0help@council.example\0fünf £"]


def test_a_password_beyond_ascii_where_it_cannot_be_said() -> None:
    with smtp(extensions=b"250-AUTH LOGIN\r\n") as server, pytest.raises(ChannelError, match="plain letters") as caught:
        CHANNEL.send(relay(server, password="£"), ANSWER)
    assert caught.value.permanent
    assert not caught.value.uncertain
    assert "£" not in str(caught.value)


@pytest.mark.parametrize("password", ["£", "secret\r\nX LOGOUT"])
def test_a_password_that_the_oldest_sign_in_cannot_say(password: str) -> None:
    with Mailbox({1: mail(1)}) as server:
        with pytest.raises(ChannelError, match="plain letters") as caught:
            visit(mailbox(server, password=password), {})
        assert caught.value.permanent
    assert not any(b"LOGIN" in line or line.startswith(b"X ") for line in server.heard)


def test_a_user_name_with_a_space_stays_one_word() -> None:
    with Mailbox({1: mail(1)}) as server:
        assert len(visit(mailbox(server, username='council\\"help desk'), {})) == 1
    assert any(line.endswith(b' LOGIN "council\\\\\\"help desk" "secret"\r\n') for line in server.heard)


def test_an_account_of_an_international_domain_can_send() -> None:
    with smtp() as server:
        CHANNEL.send(relay(server, address="help@bünde.example", smtp_auth="none"), ANSWER)
    assert server.heard[0].lower() == b"ehlo xn--bnde-0ra.example\r\n"


def test_an_account_beyond_ascii_needs_a_server_that_knows_such() -> None:
    view = {"address": "bürger@council.example", "smtp_auth": "none"}
    with smtp() as server, pytest.raises(ChannelError, match="beyond ASCII") as caught:
        CHANNEL.send(relay(server, **view), ANSWER)
    assert (caught.value.permanent, caught.value.uncertain) == (True, False)
    with smtp(extensions=b"250-SMTPUTF8\r\n") as server:
        CHANNEL.send(relay(server, **view), ANSWER)
    assert "mail FROM:<bürger@council.example> SMTPUTF8\r\n".encode() in server.heard


def test_an_intermediate_answer_at_the_end_is_doubt() -> None:
    with smtp(final=b"354 go on") as server, pytest.raises(ChannelError) as caught:
        CHANNEL.send(relay(server, smtp_auth="none"), ANSWER)
    assert caught.value.uncertain


def test_rubbish_among_what_is_new_is_passed_over() -> None:
    with Mailbox({1: mail(1)}) as server:
        server.searched = b"* SEARCH 1 nonsense\r\n"
        assert len(visit(mailbox(server), {})) == 1


def test_an_outage_costs_no_email() -> None:
    down = True
    mails = {uid: mail(uid) for uid in range(1, 121)}
    cursor: dict[str, Any] = {}
    with Mailbox(mails, withheld=lambda uid: down) as server:
        view = mailbox(server)
        for _ in range(instead.TRIES * 2):
            with pytest.raises(ChannelError, match="does not hand them over") as caught:
                visit(view, cursor)
            assert not caught.value.permanent
        assert len(cursor["late"]) == 50  # it does not walk on through the mailbox in vain
        down = False
        assert sorted(one.raw for one in visit(view, cursor)) == sorted(mails.values())
    assert "late" not in cursor


def test_two_broken_emails_do_not_keep_new_ones_back() -> None:
    mails = {1: mail(1), 2: mail(2)}
    cursor: dict[str, Any] = {}
    with Mailbox(mails, withheld=lambda uid: uid < 3, headers=True) as server:
        view = mailbox(server)
        with pytest.raises(ChannelError, match="does not hand them over"):
            visit(view, cursor)
        mails[3] = mail(3)
        assert [one.raw for one in visit(view, cursor)] == [mails[3]]
        found = [one for _ in range(instead.TRIES - 2) for one in visit(view, cursor)]
    read = [CHANNEL.read(view, one.raw) for one in found]
    assert [(one.subject, "did not hand over" in one.text) for one in read] == [("Number 1", True), ("Number 2", True)]
    assert "late" not in cursor


class Told:
    """Microsoft Graph as a function of the address asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, tuple[int, object]]) -> None:
        self.answers = dict(answers)
        monkeypatch.setattr(graph.Web, "ask", self.ask)

    def ask(self, method: str, url: str, **_: object) -> Answer:
        for part, (status, said) in self.answers.items():
            if part in url:
                return Answer(
                    status, {}, said if isinstance(said, bytes) else json.dumps(said).encode(), "graph.example"
                )
        return Answer(404, {}, b"", "graph.example")


def at_graph() -> AccountView:
    settings = {"incoming": "graph", "graph_base": GRAPH}
    return AccountView(1, "email", "help@council.example", "Help", settings, SIGNED_IN)


@pytest.mark.parametrize(
    ("status", "said"),
    [(410, {}), (200, {"value": "none"}), (200, {"value": [1, None]}), (200, {}), (200, []), (200, b"<html>")],
)
def test_graph_in_another_form_than_documented(monkeypatch: pytest.MonkeyPatch, status: int, said: object) -> None:
    Told(monkeypatch, {"delta": (status, said)})
    with pytest.raises(ChannelError, match="tried again") as caught:
        visit(at_graph(), {})
    assert not caught.value.permanent


def test_a_token_is_not_sent_on_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(monkeypatch, {"delta": (200, {"value": [], "@odata.nextLink": GRAPH.replace("https", "http") + "/x"})})
    told.answers["/x"] = (200, {"value": []})
    with pytest.raises(ChannelError, match="not followed"):
        visit(at_graph(), {})


def test_an_outage_at_graph_costs_no_email(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [{"id": f"m{number}"} for number in range(3)]
    told = Told(monkeypatch, {"$value": (500, {}), "internetMessageHeaders": (500, {})})
    told.answers["/delta?changeType"] = (200, {"value": listed, "@odata.deltaLink": f"{GRAPH}/next"})
    told.answers["/next"] = (200, {"value": [], "@odata.deltaLink": f"{GRAPH}/next"})
    cursor: dict[str, Any] = {}
    with pytest.raises(ChannelError, match="does not hand them over"):
        visit(at_graph(), cursor)
    for _ in range(instead.TRIES):
        with pytest.raises(ChannelError, match="does not hand them over"):
            visit(at_graph(), cursor)
    told.answers["$value"] = (200, mail(1))
    assert [one.raw for one in visit(at_graph(), cursor)] == [mail(1)] * 3
    assert cursor == {"link": f"{GRAPH}/next"}
