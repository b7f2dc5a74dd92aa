"""Mailboxes, against a real dovecot."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from putthrough.channels.contract import AccountView, Batch, ChannelError
from putthrough.channels.email import CHANNEL, imap, instead, mailbox, tokens
from tests.doubles.graph import USER, Graph
from tests.parts.dovecot import Dovecot

pytestmark = pytest.mark.dovecot


def mail(subject: str, text: str = "The street lamp is out.") -> bytes:
    return (
        f"From: Pat Marsh <pat@example.org>\r\nTo: {USER}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{subject.replace(' ', '-')}@example.org>\r\n"
        f"Date: Tue, 24 Nov 2026 08:00:00 +0000\r\n\r\n{text}\r\n"
    ).encode()


def account(server: Dovecot, *, password: str = "correct horse", **settings: object) -> AccountView:
    given = {
        "incoming": "imap",
        "imap_host": "localhost",
        "imap_port": server.port,
        "imap_security": "none",
        **settings,
    }
    return AccountView(1, "email", USER, "Council help", given, {"password": password})


def subjects(batches: list[Batch], view: AccountView) -> list[str]:
    return [CHANNEL.read(view, one.raw).subject for batch in batches for one in batch.arrived]


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    imap._read_to.clear()
    yield
    imap._read_to.clear()


def test_what_is_delivered_is_received_and_read_and_the_mailbox_stays_as_it_was(dovecot: Dovecot) -> None:
    view = account(dovecot)
    dovecot.deliver(mail("First"), USER)
    dovecot.deliver(mail("Second"), USER)
    before = dovecot.files(USER)
    batches = list(CHANNEL.receive(view, {}))
    assert subjects(batches, view) == ["First", "Second"]
    first = CHANNEL.read(view, batches[0].arrived[0].raw)
    assert (first.handle, first.name, first.text) == ("pat@example.org", "Pat Marsh", "The street lamp is out.")
    assert batches[0].arrived[0].received_at is not None
    assert [name.partition(",")[2] for name in dovecot.files(USER)] == [name.partition(",")[2] for name in before]
    assert len(dovecot.files(USER)) == 2


def test_it_goes_on_from_the_cursor_of_the_last_batch_kept(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "_MOST_MESSAGES", 2)
    view = account(dovecot)
    for number in range(5):
        dovecot.deliver(mail(f"Number {number}"), USER)
    receiving = CHANNEL.receive(view, {})
    kept = next(receiving)
    receiving.close()
    rest = list(CHANNEL.receive(view, kept.cursor))
    assert subjects([kept], view) + subjects(rest, view) == [f"Number {number}" for number in range(5)]
    assert list(CHANNEL.receive(view, rest[-1].cursor)) == []


def test_batches_stay_small_in_bytes(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "_MOST_BYTES", 4_500)
    view = account(dovecot)
    for number in range(4):
        dovecot.deliver(mail(f"Number {number}", "word " * 250), USER)
    batches = list(CHANNEL.receive(view, {}))
    assert [len(batch.arrived) for batch in batches] == [2, 2]


def test_new_meaning_of_uids_starts_over_with_the_same_identities(dovecot: Dovecot) -> None:
    view = account(dovecot)
    dovecot.deliver(mail("First"), USER)
    first = list(CHANNEL.receive(view, {}))
    dovecot.new_uidvalidity(USER)
    dovecot.deliver(mail("Second"), USER)
    again = list(CHANNEL.receive(view, first[-1].cursor))
    assert again[-1].cursor["uidvalidity"] != first[-1].cursor["uidvalidity"]
    assert subjects(again, view) == ["First", "Second"]
    assert again[0].arrived[0].external_id == first[0].arrived[0].external_id


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_encrypted(dovecot: Dovecot, security: str) -> None:
    port = dovecot.tls_port if security == "ssl" else dovecot.port
    view = account(dovecot, imap_security=security, imap_port=port)
    dovecot.deliver(mail("Sealed"), USER)
    assert subjects(list(CHANNEL.receive(view, {})), view) == ["Sealed"]


def test_an_untrusted_certificate_is_refused_with_what_to_do(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ChannelError, match="certificate is not trusted") as caught:
        list(CHANNEL.receive(account(dovecot, imap_security="ssl", imap_port=dovecot.tls_port), {}))
    assert not caught.value.permanent


def test_tls_where_there_is_none(dovecot: Dovecot) -> None:
    with pytest.raises(ChannelError, match="Check the port and the encryption"):
        list(CHANNEL.receive(account(dovecot, imap_security="ssl"), {}))


def test_a_wrong_password_stops_it_and_is_not_repeated(dovecot: Dovecot) -> None:
    with pytest.raises(ChannelError, match="Enter the user name and password again") as caught:
        list(CHANNEL.receive(account(dovecot, password="battery staple"), {}))
    assert caught.value.permanent
    assert "staple" not in str(caught.value)


def test_a_folder_that_is_not_there_stops_it(dovecot: Dovecot) -> None:
    with pytest.raises(ChannelError, match="'Anfragen/Straße' cannot be opened") as caught:
        list(CHANNEL.receive(account(dovecot, imap_folder="Anfragen/Straße"), {}))
    assert caught.value.permanent


@pytest.mark.parametrize("name", ["Straße", 'Tom & "Ann"', "日本語"])
def test_folders_of_any_name(dovecot: Dovecot, name: str) -> None:
    view = account(dovecot, imap_folder=name)
    with mailbox.opened(account(dovecot), imap.options(account(dovecot))) as folder:
        assert folder.client.create(mailbox._quoted(name))[0] == "OK"
        folder.client.append(mailbox._quoted(name), "", "", mail("Filed"))
    assert subjects(list(CHANNEL.receive(view, {})), view) == ["Filed"]


def test_no_server(dovecot: Dovecot) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # taken, so that nothing else begins to listen there
        nowhere = account(dovecot, imap_port=silent.getsockname()[1])
        with pytest.raises(ChannelError, match="nothing answers there") as caught:
            list(CHANNEL.receive(nowhere, {}))
    assert not caught.value.permanent


def test_an_unknown_host(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_name(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    view = AccountView(1, "email", USER, "Help", {"incoming": "imap", "imap_host": "imap.example.org"})
    with pytest.raises(ChannelError, match="there is no such name") as caught:
        list(CHANNEL.receive(view, {}))
    assert not caught.value.permanent


def test_unencrypted_is_for_this_machine_only() -> None:
    view = AccountView(
        1, "email", USER, "Help", {"incoming": "imap", "imap_host": "x.example", "imap_security": "none"}
    )
    with pytest.raises(ChannelError, match="without encryption") as caught:
        list(CHANNEL.receive(view, {}))
    assert caught.value.permanent


def test_a_server_that_dies_half_way_loses_nothing(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "_MOST_MESSAGES", 1)
    view = account(dovecot)
    for number in range(3):
        dovecot.deliver(mail(f"Number {number}"), USER)
    receiving = CHANNEL.receive(view, {})
    kept = next(receiving)
    dovecot.kill()
    with pytest.raises(ChannelError, match="hung up") as caught:
        next(receiving)
    assert not caught.value.permanent
    dovecot.start()
    assert subjects(list(CHANNEL.receive(view, kept.cursor)), view) == ["Number 1", "Number 2"]


def test_an_email_too_large_is_kept_as_its_headers_and_a_sentence(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instead, "LARGEST", 2_000)
    monkeypatch.setattr(imap, "_MOST_BYTES", 2_000)
    view = account(dovecot)
    dovecot.deliver(mail("Photos", "x" * 70 + "\r\n" + "word " * 1_000), USER)
    dovecot.deliver(mail("Small"), USER)
    batches = list(CHANNEL.receive(view, {}))
    assert subjects(batches, view) == ["Photos", "Small"]
    large = CHANNEL.read(view, batches[0].arrived[0].raw)
    assert (large.handle, large.message_id) == ("pat@example.org", "Photos@example.org")
    assert f"Open it in the mailbox {USER}" in large.text
    assert "word" not in large.text


def test_one_email_that_is_not_handed_over_neither_stops_the_rest_nor_is_forgotten(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = account(dovecot)
    for number in range(3):
        dovecot.deliver(mail(f"Number {number}"), USER)
    whole = imap._Source._bodies

    def stumbling(self: imap._Source, uids: list[int], what: str) -> dict[int, bytes]:
        found = whole(self, uids, what)
        return {} if 2 in uids and what == "BODY.PEEK[]" else found

    with monkeypatch.context() as broken:
        broken.setattr(imap._Source, "_bodies", stumbling)
        first = list(CHANNEL.receive(view, {}))
        assert subjects(first, view) == ["Number 0", "Number 2"]
        assert first[-1].cursor["late"] == {"2": 1}
        second = list(CHANNEL.receive(view, first[-1].cursor))
        assert subjects(second, view) == []
        last = second
        for _ in range(instead.TRIES - 2):
            last = list(CHANNEL.receive(view, last[-1].cursor))
        assert subjects(last, view) == ["Number 1"]
        assert "number 2 in INBOX" in CHANNEL.read(view, last[0].arrived[0].raw).text
        assert "late" not in last[-1].cursor
    assert subjects(list(CHANNEL.receive(view, second[-1].cursor)), view) == ["Number 1"]


def waiting(view: AccountView, then: Callable[[], None]) -> bool:
    """What `listen` says when something happens while it waits."""
    said: list[bool | ChannelError] = []

    def wait() -> None:
        try:
            said.append(CHANNEL.listen(view, 20))
        except ChannelError as error:
            said.append(error)

    thread = threading.Thread(target=wait)
    started = threading.Event()
    original = imap._idle

    def idle(*given: object) -> bool:
        started.set()
        return original(*given)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(imap, "_idle", idle)
        thread.start()
        assert started.wait(10)
        then()
        thread.join(20)
    assert not thread.is_alive()
    if isinstance(said[0], ChannelError):
        raise said[0]
    return said[0]


def test_new_mail_ends_the_waiting(dovecot: Dovecot) -> None:
    assert waiting(account(dovecot), lambda: dovecot.deliver(mail("Now"), USER))


def test_a_server_that_goes_away_ends_the_waiting_in_words(dovecot: Dovecot) -> None:
    with pytest.raises(ChannelError, match="hung up"):
        waiting(account(dovecot), dovecot.kill)


def test_what_came_between_receiving_and_waiting_is_noticed_at_once(dovecot: Dovecot) -> None:
    view = account(dovecot)
    dovecot.deliver(mail("First"), USER)
    list(CHANNEL.receive(view, {}))
    assert CHANNEL.listen(view, 0.05) is False
    dovecot.deliver(mail("Second"), USER)
    assert CHANNEL.listen(view, 60) is True


def test_without_idle_it_looks_now_and_then(dovecot: Dovecot) -> None:
    view = account(dovecot, poll_seconds=0.05)
    with mailbox.opened(view, imap.options(view)) as folder:
        assert imap._look_now_and_then(folder.client, 0.1, every=0.05) is False
        dovecot.deliver(mail("Now"), USER)
        assert imap._look_now_and_then(folder.client, 20, every=0.05) is True


def test_signing_in_with_a_token(dovecot: Dovecot, graph: Graph) -> None:
    settings = {"auth": "xoauth2", "oauth_token_url": graph.token_url, "oauth_client_id": "client"}
    plain = account(dovecot, **settings)
    view = AccountView(1, "email", USER, "Help", plain.settings, {"refresh_token": "first-refresh"})
    dovecot.deliver(mail("With a token"), USER)
    fresh = CHANNEL.refresh(view)
    assert fresh["access_token"] in graph.tokens
    signed = AccountView(1, "email", USER, "Help", plain.settings, fresh)
    assert CHANNEL.refresh(signed) == {}
    assert subjects(list(CHANNEL.receive(signed, {})), signed) == ["With a token"]
    graph.tokens.clear()
    with pytest.raises(ChannelError, match="Sign the account in again") as caught:
        list(CHANNEL.receive(signed, {}))
    assert caught.value.permanent
    assert fresh["access_token"] not in str(caught.value)


def test_the_sign_in_string_is_the_documented_one() -> None:
    assert tokens.sasl("a@b", "t") == "user=a@b\x01auth=Bearer t\x01\x01"


def test_testing_an_account_names_each_step(dovecot: Dovecot) -> None:
    found = CHANNEL.test(account(dovecot))
    assert [one.what for one in found if one.works] == [
        "The mailbox server's name",
        "The connection to the mailbox server",
        "The sign-in",
        "The folder INBOX",
    ]
    assert [one.what for one in found if not one.works] == ["Sending"]
    wrong = CHANNEL.test(account(dovecot, password="no"))
    assert [one.works for one in wrong] == [True, True, False, False]


def test_a_connection_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "_SECONDS", 0.1)
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        settings = {"incoming": "imap", "imap_host": "127.0.0.1", "imap_port": port, "imap_security": "none"}
        with pytest.raises(ChannelError, match="did not answer in time"):
            list(CHANNEL.receive(AccountView(1, "email", USER, "Help", settings), {}))
