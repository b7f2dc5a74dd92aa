"""The built-in SMTP receiver, spoken to by real SMTP clients."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from putthrough.channels.contract import AccountView, ChannelError
from putthrough.channels.email import CHANNEL, smtp_server
from putthrough.channels.email.identity import external_id
from putthrough.channels.email.receiver import Kept, Outcome, Received, Receiver
from putthrough.demo.postbox import PostBox
from tests.parts.dovecot import certify

ACCOUNTS = {"help@council.example": 1, "help+c12-token@council.example": 1, "member@council.example": 2}
MAIL = (
    b"From: Pat Marsh <pat@example.org>\r\nTo: help@council.example\r\nSubject: Lamp\r\n"
    b"Message-ID: <1@example.org>\r\nDate: Tue, 24 Nov 2026 08:00:00 +0000\r\n\r\nThe lamp is out.\r\n"
)
ACCOUNT = AccountView(1, "email", "help@council.example", "Help")


class Store:
    """Keeps what is received, or does what the test ordered instead."""

    def __init__(self) -> None:
        self.groups: list[list[Received]] = []
        self.instead: Callable[[Sequence[Received]], Sequence[Kept]] | None = None

    def __call__(self, mails: Sequence[Received]) -> Sequence[Kept]:
        if self.instead is not None:
            return self.instead(mails)
        self.groups.append(list(mails))
        return [Kept()] * len(mails)

    @property
    def mails(self) -> list[Received]:
        return [mail for group in self.groups for mail in group]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def receiver(store: Store) -> Iterator[Receiver]:
    running = Receiver(port=0, recognise=ACCOUNTS.get, keep=store, max_bytes=200_000)
    running.start()
    yield running
    running.stop()


def client(receiver: Receiver) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", receiver.port, "writer.example", timeout=30)


def test_an_email_arrives_with_its_trace(receiver: Receiver, store: Store) -> None:
    with client(receiver) as smtp:
        assert smtp.sendmail("pat@example.org", ["help@council.example"], MAIL) == {}
    (mail,) = store.mails
    assert (mail.account_ids, mail.mail_from, mail.peer) == ((1,), "pat@example.org", "127.0.0.1")
    assert mail.raw.startswith(b"Return-Path: <pat@example.org>\r\nReceived: from writer.example ([127.0.0.1])\r\n")
    assert mail.raw.endswith(MAIL)
    assert CHANNEL.read(ACCOUNT, mail.raw).text == "The lamp is out."
    assert external_id(mail.raw) == external_id(MAIL)


def test_an_unknown_recipient_is_refused_in_words_and_the_known_one_is_served(receiver: Receiver, store: Store) -> None:
    with client(receiver) as smtp:
        refused = smtp.sendmail("pat@example.org", ["nobody@council.example", "help@council.example"], MAIL)
    assert refused["nobody@council.example"][0] == 550
    assert b"Nobody here has the address nobody@council.example" in refused["nobody@council.example"][1]
    assert [mail.rcpt_tos for mail in store.mails] == [("help@council.example",)]


def test_each_account_gets_its_mail_and_a_plus_address_is_told_to_its_own_account_only(
    receiver: Receiver, store: Store
) -> None:
    with client(receiver) as smtp:
        smtp.sendmail("pat@example.org", ["help+c12-token@council.example", "member@council.example"], MAIL)
    ours, members = sorted(store.mails, key=lambda mail: mail.account_ids)
    assert (ours.account_ids, members.account_ids) == ((1,), (2,))
    assert b"Delivered-To: help+c12-token@council.example\r\n" in ours.raw
    assert b"token" not in members.raw
    assert members.rcpt_tos == ("member@council.example",)


def test_accounts_share_one_mail_where_nothing_tells_them_apart(receiver: Receiver, store: Store) -> None:
    with client(receiver) as smtp:
        smtp.sendmail("pat@example.org", ["help@council.example", "member@council.example"], MAIL)
    assert [mail.account_ids for mail in store.mails] == [(1, 2)]


@pytest.mark.parametrize(
    "body",
    [b"", b"\r\n", b".\r\n", b"..\r\n.\r\n", b"a\r\n", b"\r\n.\r\n", b"x" * 150_000 + b"\r\n", b"\xff\xfe 8 bit\r\n"],
    ids=["nothing", "blank", "dot", "dots", "short", "blank and dot", "one long line", "bytes"],
)
def test_any_body_arrives_as_it_was_sent(receiver: Receiver, store: Store, body: bytes) -> None:
    with client(receiver) as smtp:
        smtp.sendmail("pat@example.org", ["help@council.example"], body)
    assert store.mails[0].raw.partition(b"+0000\r\n")[2] == (body or b"\r\n")


def test_logs_tell_neither_who_writes_nor_what(
    receiver: Receiver, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with client(receiver) as smtp:
        smtp.sendmail("pat@example.org", ["help@council.example"], MAIL)
    store.instead = lambda mails: 1 / 0
    with client(receiver) as smtp, pytest.raises(smtplib.SMTPDataError):
        smtp.sendmail("pat@example.org", ["help@council.example"], MAIL)
    assert "pat@" not in caplog.text
    assert "lamp" not in caplog.text


def test_each_thread_closes_what_it_holds(store: Store) -> None:
    ended: list[str] = []
    running = Receiver(
        port=0, recognise=ACCOUNTS.get, keep=store, at_end=lambda: ended.append(threading.current_thread().name)
    )
    running.start()
    with client(running) as smtp:
        smtp.sendmail("pat@example.org", ["help@council.example"], MAIL)
    running.stop()
    assert sorted(ended) == ["smtp-keeper", "smtp-recognise_0"]


def test_a_bounce_has_no_sender(receiver: Receiver, store: Store) -> None:
    with client(receiver) as smtp:
        smtp.sendmail("", ["help@council.example"], MAIL)
    assert store.mails[0].mail_from == ""
    assert store.mails[0].raw.startswith(b"Return-Path: <>\r\n")


def test_what_is_too_large_is_refused_and_the_connection_goes_on(receiver: Receiver, store: Store) -> None:
    with client(receiver) as smtp:
        smtp.ehlo()
        smtp.mail("pat@example.org")
        smtp.rcpt("help@council.example")
        code, words = smtp.data(MAIL + b"x" * 70 * 1024 * 10)
        assert (code, b"larger than" in words) == (552, True)
        smtp.sendmail("pat@example.org", ["help@council.example"], MAIL)
    assert len(store.mails) == 1


def test_a_size_said_before_is_refused_before(receiver: Receiver) -> None:
    with client(receiver) as smtp:
        smtp.ehlo()
        assert smtp.mail("pat@example.org", ["SIZE=1000000"])[0] == 552


@pytest.mark.parametrize(
    ("outcome", "code", "words"),
    [
        (
            lambda mails: [Kept(Outcome.LATER, "The disk is full; come back\r\n250 OK.")] * len(mails),
            451,
            "disk is full",
        ),
        (lambda mails: [Kept(Outcome.NEVER, "This account is closed.")] * len(mails), 554, "account is closed"),
        (lambda mails: [], 451, "Send it again later"),
        (lambda mails: 1 / 0, 451, "Send it again later"),
    ],
    ids=["later", "never", "no outcome", "raises"],
)
def test_what_is_not_kept_is_not_accepted(
    receiver: Receiver, store: Store, outcome: Callable[..., Sequence[Kept]], code: int, words: str
) -> None:
    store.instead = outcome
    with client(receiver) as smtp:
        with pytest.raises(smtplib.SMTPDataError) as caught:
            smtp.sendmail("pat@example.org", ["help@council.example"], MAIL)
        assert caught.value.smtp_code == code
        assert words in caught.value.smtp_error.decode()
        store.instead = None
        smtp.sendmail("pat@example.org", ["help@council.example"], MAIL)
    assert len(store.mails) == 1


def test_kept_for_one_account_and_not_for_the_other_is_sent_again(receiver: Receiver, store: Store) -> None:
    store.instead = lambda mails: [Kept(), Kept(Outcome.LATER, "Busy.")]
    with client(receiver) as smtp, pytest.raises(smtplib.SMTPDataError, match="Busy"):
        smtp.sendmail("pat@example.org", ["help+c12-token@council.example", "member@council.example"], MAIL)


def test_when_nobody_can_be_looked_up_the_sender_comes_again() -> None:
    def locked(address: str) -> int | None:
        raise RuntimeError("database is locked")

    running = Receiver(port=0, recognise=locked, keep=Store())
    running.start()
    try:
        with client(running) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
            smtp.sendmail("pat@example.org", ["help@council.example"], MAIL)
        assert caught.value.recipients["help@council.example"][0] == 451
    finally:
        running.stop()


def test_twenty_at_once_are_kept_together(receiver: Receiver, store: Store) -> None:
    first_is_in, rest_waits = threading.Event(), threading.Event()

    def slowly(mails: Sequence[Received]) -> Sequence[Kept]:
        first_is_in.set()
        assert rest_waits.wait(20)
        store.instead = None
        return store(mails)

    def send(number: int) -> None:
        with client(receiver) as smtp:
            smtp.sendmail("pat@example.org", ["help@council.example"], MAIL.replace(b"<1@", b"<%d@" % number))

    store.instead = slowly
    with ThreadPoolExecutor(20) as senders:
        sending = [senders.submit(send, 0)]
        assert first_is_in.wait(20)
        sending += [senders.submit(send, number) for number in range(1, 20)]
        give_up = time.monotonic() + 20
        while receiver._keeper._waiting.qsize() < 19 and time.monotonic() < give_up:
            time.sleep(0.01)
        rest_waits.set()
        for one in sending:
            one.result(30)
    assert [len(group) for group in store.groups] == [1, 19]
    assert len({external_id(mail.raw) for mail in store.mails}) == 20


KILLED = """
import os, sys, threading
from pathlib import Path
from putthrough.channels.email.receiver import Receiver
def keep(mails):
    Path(sys.argv[1]).write_bytes(mails[0].raw)
    os._exit(9)
receiver = Receiver(port=0, recognise=lambda address: 1, keep=keep)
receiver.start()
print(receiver.port, flush=True)
threading.Event().wait()
"""


def test_killed_between_keeping_and_answering_the_same_email_comes_again(
    receiver: Receiver, store: Store, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    killed = subprocess.Popen([sys.executable, "-c", KILLED, str(kept)], stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    with killed.stdout:
        port = int(killed.stdout.readline())
        smtp = smtplib.SMTP("127.0.0.1", port, "writer.example", timeout=30)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.sendmail("pat@example.org", ["help@council.example"], MAIL)
        smtp.close()
        assert killed.wait(20) == 9
    with client(receiver) as smtp:
        smtp.sendmail("pat@example.org", ["help@council.example"], MAIL)
    assert external_id(kept.read_bytes()) == external_id(store.mails[0].raw)


def test_a_sender_that_goes_away_half_way_leaves_nothing(receiver: Receiver, store: Store) -> None:
    smtp = client(receiver)
    smtp.ehlo()
    smtp.mail("pat@example.org")
    smtp.rcpt("help@council.example")
    smtp.docmd("DATA")
    smtp.send(MAIL)
    smtp.close()
    with client(receiver) as other:
        other.sendmail("pat@example.org", ["help@council.example"], MAIL)
    assert len(store.mails) == 1


def test_who_says_nothing_is_hung_up_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_server, "_IDLE_SECONDS", 0.2)
    running = Receiver(port=0, recognise=ACCOUNTS.get, keep=store)
    running.start()
    try:
        smtp = client(running)
        smtp.ehlo()
        smtp.mail("pat@example.org")
        smtp.rcpt("help@council.example")
        smtp.docmd("DATA")
        smtp.send(b"From: slow")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.getreply()
        smtp.close()
    finally:
        running.stop()
    assert store.mails == []


def test_too_many_connections_are_asked_to_come_back() -> None:
    handler = smtp_server.Handler()
    server = smtp_server.SmtpServer("127.0.0.1", 0, handler=handler, most_connections=1)
    server.start()
    try:
        with smtplib.SMTP("127.0.0.1", server.port, "a.example", timeout=30):
            with pytest.raises(smtplib.SMTPConnectError) as caught:
                smtplib.SMTP("127.0.0.1", server.port, "b.example", timeout=30)
            assert caught.value.smtp_code == 421
    finally:
        server.stop()


def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        taken = Receiver(port=port, recognise=ACCOUNTS.get, keep=Store())
        with pytest.raises(ChannelError, match=f"port {port} .*choose another port"):
            taken.start()
        taken.stop()


def test_hostile_words_add_no_header(receiver: Receiver, store: Store) -> None:
    with client(receiver) as smtp:
        smtp.send(b"EHLO evil);\rX-Evil: 1\r\n")
        assert smtp.getreply()[0] == 250
        smtp.docmd("MAIL", "FROM:<pat@example.org>")
        smtp.docmd("RCPT", "TO:<help@council.example>")
        smtp.data(MAIL)
    assert all(b"X-Evil" not in line[:6] for line in store.mails[0].raw.replace(b"\r", b"\n").split(b"\n"))


def test_starttls(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certify(certificate, key)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    running = Receiver(port=0, recognise=ACCOUNTS.get, keep=store, certificate=certificate, key=key)
    running.start()
    try:
        box = {"smtp_host": "localhost", "smtp_port": running.port, "smtp_auth": "none"}
        view = AccountView(1, "email", "pat@example.org", "Pat", box)
        sent = CHANNEL.test(view)
        assert [one.works for one in sent] == [True, True, True]
        with smtplib.SMTP("127.0.0.1", running.port, "writer.example", timeout=30) as smtp:
            assert not smtp.has_extn("auth")
            smtp.starttls()
            assert not smtp.has_extn("auth")
            smtp.sendmail("pat@example.org", ["help@council.example"], MAIL)
    finally:
        running.stop()
    assert b"with ESMTPS;" in store.mails[0].raw


def test_a_certificate_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("nothing")
    with pytest.raises(ChannelError, match="cannot be used"):
        Receiver(port=0, recognise=ACCOUNTS.get, keep=Store(), certificate=tmp_path / "no.pem")


def test_the_post_box_takes_everything() -> None:
    taken: list[tuple[bytes, str, list[str]]] = []
    box = PostBox(keep=lambda raw, sender, recipients: taken.append((raw, sender, recipients)))
    box.start()
    try:
        with smtplib.SMTP("127.0.0.1", box.port, "writer.example", timeout=30) as smtp:
            smtp.sendmail("help@council.example", ["anybody@example.org"], MAIL)
    finally:
        box.stop()
    assert taken == [(MAIL, "help@council.example", ["anybody@example.org"])]


@given(st.lists(st.sampled_from([b"\r\n", b".", b"\r", b"\n", b"ab", b".\r\n", b"\r\n.", b"x" * 40]), max_size=40))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_bytes_and_wherever_they_are_cut(receiver: Receiver, store: Store, pieces: list[bytes]) -> None:
    """The end of an email is found, and its dots are right, also where a read ends in the midst of them."""
    body = b"".join(pieces) + b"\r\n"
    dotted = b"." + body if body.startswith(b".") else body
    dotted = dotted.replace(b"\r\n.", b"\r\n..") + b".\r\n"
    with pytest.MonkeyPatch.context() as patched, closing(socket.socket()) as raw:
        patched.setattr(smtp_server.Dialogue, "line_length_limit", 64)
        raw.connect(("127.0.0.1", receiver.port))
        with raw.makefile("rwb") as lines:
            for command in (b"", b"HELO w.example", b"MAIL FROM:<>", b"RCPT TO:<help@council.example>", b"DATA"):
                if command:
                    lines.write(command + b"\r\n")
                    lines.flush()
                assert lines.readline()[:1] in (b"2", b"3")
            lines.write(dotted + b"QUIT\r\n")
            lines.flush()
            assert lines.readline().startswith(b"250 ")
            assert lines.readline().startswith(b"221 ")
    assert store.mails[-1].raw.partition(b"+0000\r\n")[2] == body
