"""Sending by SMTP to a real relay that does what it is told, faults included."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from putthrough.channels.contract import AccountView, ChannelError, Outgoing
from putthrough.channels.email import CHANNEL, sending, tokens
from putthrough.channels.email.smtp_server import Handler, SmtpServer
from tests.doubles.graph import Graph

ANSWER = Outgoing(to="pat@example.org", text="It is mended.\n.\n..end", private=True, message_id="42@council.example")


class Relay(Handler):
    """Says `answers[COMMAND]`; a callable is given the connection instead."""

    def __init__(self) -> None:
        self.answers: dict[str, str | Callable[[Any], Any]] = {}
        self.mails: list[tuple[bytes, str, list[str]]] = []

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        envelope.mail_from = address
        return await self._said("MAIL", server)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        envelope.rcpt_tos.append(address)
        return await self._said("RCPT", server)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self.mails.append((envelope.content, envelope.mail_from, envelope.rcpt_tos))
        return await self._said("DATA", server)

    async def _said(self, command: str, server: Any) -> str:
        answer = self.answers.get(command, "250 OK as 7F3")
        if isinstance(answer, str):
            return answer
        await answer(server)
        return "250 never heard"


async def hang_up(server: Any) -> None:
    server.transport.abort()


async def say_nothing(server: Any) -> None:
    await asyncio.sleep(60)


@pytest.fixture
def relay() -> Relay:
    return Relay()


@pytest.fixture
def server(relay: Relay) -> Iterator[SmtpServer]:
    running = SmtpServer("127.0.0.1", 0, handler=relay)
    running.start()
    yield running
    running.stop()


def account(port: int, **settings: object) -> AccountView:
    given = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_auth": "none", **settings}
    return AccountView(1, "email", "help@council.example", "Help", given)


def failure(view: AccountView, answer: Outgoing = ANSWER) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        CHANNEL.send(view, answer)
    return caught.value


def test_an_answer_arrives_once_as_it_was_written(relay: Relay, server: SmtpServer) -> None:
    receipt = CHANNEL.send(account(server.port), ANSWER)
    assert (receipt.external_id, receipt.words) == ("42@council.example", "OK as 7F3")
    ((raw, sender, recipients),) = relay.mails
    assert (sender, recipients) == ("help@council.example", ["pat@example.org"])
    reader = AccountView(2, "email", "pat@example.org", "Pat")
    assert CHANNEL.read(reader, raw).text == ANSWER.text


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("code", "permanent"), [(421, False), (451, False), (550, True)])
def test_a_refusal_is_told_with_the_servers_words(
    relay: Relay, server: SmtpServer, command: str, code: int, permanent: bool
) -> None:
    relay.answers[command] = f"{code} 5.7.1 Not like this"
    error = failure(account(server.port))
    assert (error.permanent, error.uncertain) == (permanent, False)
    assert f"{code} 5.7.1 Not like this" in str(error)


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_hanging_up_before_the_email_is_no_doubt(relay: Relay, server: SmtpServer, command: str) -> None:
    relay.answers[command] = hang_up
    error = failure(account(server.port))
    assert (error.permanent, error.uncertain) == (False, False)
    assert relay.mails == []


def test_hanging_up_after_the_email_is_doubt(relay: Relay, server: SmtpServer) -> None:
    relay.answers["DATA"] = hang_up
    error = failure(account(server.port))
    assert error.uncertain
    assert "not known whether it was taken" in str(error)
    assert len(relay.mails) == 1


def test_no_answer_after_the_email_is_doubt(relay: Relay, server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_SECONDS", 0.3)
    relay.answers["DATA"] = say_nothing
    assert failure(account(server.port)).uncertain


def test_an_answer_that_makes_no_sense_is_doubt(relay: Relay, server: SmtpServer) -> None:
    relay.answers["DATA"] = "what?"
    assert failure(account(server.port)).uncertain


def test_breaking_off_half_way_through_the_email_is_no_doubt(
    relay: Relay, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dot that ends an email leaves last: whoever did not get it does not have the email."""

    def broken(*_: object) -> None:
        raise BrokenPipeError

    real = sending._hand_over

    def break_off(smtp: smtplib.SMTP, raw: bytes) -> str:
        monkeypatch.setattr(smtp, "send", broken)
        return real(smtp, raw)

    monkeypatch.setattr(sending, "_hand_over", break_off)
    with pytest.raises(ChannelError) as caught:
        CHANNEL.send(account(server.port), ANSWER)
    assert (caught.value.uncertain, relay.mails) == (False, [])


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    error = failure(account(port))
    assert (error.permanent, error.uncertain) == (False, False)
    assert "nothing answers there" in str(error)


def test_no_server_is_set() -> None:
    assert failure(AccountView(1, "email", "help@council.example", "Help")).permanent


def test_a_server_without_the_encryption_that_is_set(server: SmtpServer) -> None:
    error = failure(account(server.port, smtp_security="starttls"))
    assert error.permanent
    assert "Change the settings" in str(error)


def test_a_server_that_knows_no_passwords(server: SmtpServer) -> None:
    assert failure(account(server.port, smtp_auth="password")).permanent


def test_a_recipient_that_is_no_address(server: SmtpServer, relay: Relay) -> None:
    error = failure(account(server.port), Outgoing(to="pat@example.org\r\nBcc: x@y.example", text="", private=True))
    assert error.permanent
    assert relay.mails == []


def test_an_address_beyond_ascii(server: SmtpServer, relay: Relay) -> None:
    CHANNEL.send(account(server.port), Outgoing(to="päivi@bücher.example", text="Hei", private=True))
    assert relay.mails[0][2] == ["päivi@xn--bcher-kva.example"]


def scripted(answers: list[bytes], heard: list[bytes]) -> tuple[socket.socket, threading.Thread]:
    """A server that says these lines in turn, for aiosmtpd knows no XOAUTH2."""
    listening = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as lines:
            for answer in answers:
                connection.sendall(answer)
                heard.append(lines.readline())

    thread = threading.Thread(target=talk)
    thread.start()
    return listening, thread


@pytest.mark.parametrize("code", [235, 535])
def test_signing_in_with_a_token(graph: Graph, code: int) -> None:
    heard: list[bytes] = []
    outcome = [b"235 2.7.0 Accepted\r\n"] if code == 235 else [b"334 eyJzdGF0dXMiOiI0MDEifQ==\r\n", b"535 5.7.3 No\r\n"]
    listening, thread = scripted(
        [b"220 hello\r\n", b"250-hello\r\n250 AUTH XOAUTH2\r\n", *outcome, b"550 5.7.60 Not as this\r\n"], heard
    )
    settings = {"oauth_token_url": graph.token_url, "smtp_auth": "xoauth2"}
    view = account(listening.getsockname()[1], **settings)
    error = failure(view)
    listening.close()
    thread.join(20)
    (token,) = graph.tokens
    assert heard[1] == f"AUTH XOAUTH2 {tokens.sasl_encoded('help@council.example', token)}\r\n".encode()
    assert error.permanent
    assert ("refused the sender" in str(error)) == (code == 235)
    assert ("did not accept the sign-in" in str(error)) == (code == 535)
    assert token not in str(error)
