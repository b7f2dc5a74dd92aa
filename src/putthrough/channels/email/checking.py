"""Testing an email account step by step, changing nothing and sending nothing."""

from __future__ import annotations

import imaplib
import smtplib
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from putthrough.channels.contract import AccountView, ChannelError, Checked
from putthrough.channels.email import mailbox, sending
from putthrough.channels.email.options import GRAPH, IMAP, Options, Server, options
from putthrough.channels.email.trouble import unreachable


def check(account: AccountView) -> Sequence[Checked]:
    """What was tried, in order; after a step that does not work, those that need it are left out."""
    try:
        wanted = options(account)
    except ChannelError as error:
        return [Checked("The settings", False, str(error))]
    return [*_incoming(account, wanted), *_outgoing(account, wanted)]


def _incoming(account: AccountView, wanted: Options) -> Iterator[Checked]:
    if wanted.incoming == IMAP:
        yield from _mailbox(account, wanted)
    elif wanted.incoming == GRAPH:
        yield _graph(account)
    else:
        words = f"Email for {account.address} is delivered to Putthrough's own receiver by your mail server."
        yield Checked("Email coming in", True, words)


def _mailbox(account: AccountView, wanted: Options) -> Iterator[Checked]:
    server = wanted.imap
    yield (found := _name("The mailbox server's name", server))
    if not found.works:
        return
    try:
        client = mailbox.connect(server)
    except ChannelError as error:
        yield Checked("The connection to the mailbox server", False, str(error))
        return
    try:
        yield Checked("The connection to the mailbox server", True, _encryption(server))
        yield (signed_in := _tried("The sign-in", lambda: mailbox.sign_in(account, server, client)))
        if signed_in.works:
            yield _tried(f"The folder {wanted.folder}", lambda: mailbox.look_into(client, wanted.folder))
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            client.logout()


def _graph(account: AccountView) -> Checked:
    from putthrough.channels.email import graph

    def look() -> None:
        with graph.Mailbox(account) as found, suppress(graph.Gone):
            found.page(found.first_page)

    return _tried("The mailbox at Microsoft 365", look)


def _outgoing(account: AccountView, wanted: Options) -> Iterator[Checked]:
    server = wanted.smtp
    if not server.host and wanted.incoming == GRAPH:
        yield Checked("Sending", True, "Answers leave through Microsoft 365. None was sent to try it.")
        return
    if server.host:
        yield (found := _name("The outgoing mail server's name", server))
        if not found.works:
            return

    def greet() -> None:
        with sending.connected(account, server) as smtp:
            smtp.noop()

    yield _tried("Sending", greet, f"{_encryption(server)} Nothing was sent.")


def _name(what: str, server: Server) -> Checked:
    try:
        if server.host:
            socket.getaddrinfo(server.host, server.port)
    except OSError as error:
        return Checked(what, False, str(unreachable(error, server.host, server.port, "server")))
    return Checked(what, bool(server.host), "" if server.host else "None is set. Enter it in the account's settings.")


def _encryption(server: Server) -> str:
    return "Not encrypted, which is allowed on this machine only." if server.security == "none" else "Encrypted."


def _tried(what: str, try_it: Callable[[], object], words: str = "") -> Checked:
    try:
        try_it()
    except ChannelError as error:
        return Checked(what, False, str(error))
    except (imaplib.IMAP4.error, smtplib.SMTPException, OSError):
        return Checked(what, False, "The connection broke. Try it again; if it stays so, ask whoever runs the server.")
    return Checked(what, True, words)
