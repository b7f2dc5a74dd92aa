"""A connection to a mailbox server (IMAP4rev1, RFC 3501): opened, signed in, a folder looked into, read only."""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from putthrough.channels.contract import AccountView, ChannelError
from putthrough.channels.email import options as opts
from putthrough.channels.email import tokens
from putthrough.channels.email.options import Options, Server
from putthrough.channels.email.trouble import unreachable
from putthrough.kit.text import one_line

_SECONDS = 60.0
_PASSING = re.compile(r"\[(?:INUSE|LIMIT|SERVERBUG|THROTTLED)\]|unavailable|temporar|too many|try again", re.IGNORECASE)
_BEYOND_ASCII = re.compile(r"[^ -~]+")


@dataclass(frozen=True, slots=True)
class Folder:
    """An open folder. ``next_uid`` is above every UID in it, None where the server does not say."""

    client: imaplib.IMAP4
    validity: str
    next_uid: int | None


@contextmanager
def opened(account: AccountView, wanted: Options) -> Iterator[Folder]:
    """The account's folder, of which nothing is changed. All trouble inside is raised as ``ChannelError``."""
    client = connect(wanted.imap)
    try:
        sign_in(account, wanted.imap, client)
        yield look_into(client, wanted.folder)
    except (imaplib.IMAP4.error, OSError) as error:
        raise broke(error, wanted.imap) from error
    finally:
        _leave(client)


def connect(server: Server) -> imaplib.IMAP4:
    """Raises ``ChannelError``."""
    if not server.host:
        raise ChannelError("No mailbox server is set. Enter one in the account's settings.", permanent=True)
    client: imaplib.IMAP4 | None = None
    try:
        if server.security == opts.SSL:
            context = ssl.create_default_context()
            return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=_SECONDS)
        client = imaplib.IMAP4(server.host, server.port, timeout=_SECONDS)
        if server.security == opts.STARTTLS:
            client.starttls(ssl_context=ssl.create_default_context())
    except imaplib.IMAP4.error as error:
        _drop(client)
        if client is None or isinstance(error, imaplib.IMAP4.abort):  # turned away at the door, mostly when busy
            raise broke(error, server) from error
        words = f"The mailbox server {server.host} does not offer the encryption that is set. Change the settings."
        raise ChannelError(words, permanent=True) from error
    except OSError as error:
        _drop(client)
        raise unreachable(error, server.host, server.port, "mailbox server") from error
    return client


def sign_in(account: AccountView, server: Server, client: imaplib.IMAP4) -> None:
    """Raises ``ChannelError``, permanent when the server does not accept who we say we are."""
    token = tokens.usable(account) if server.auth == opts.XOAUTH2 else ""
    try:
        if token:
            said = tokens.sasl(server.user, token).encode()
            client.authenticate("XOAUTH2", lambda challenge: b"" if challenge.strip() else said)
        elif "AUTH=PLAIN" in client.capabilities:
            plain = f"\0{server.user}\0{server.password}".encode()
            client.authenticate("PLAIN", lambda _: plain)
        else:
            _login(server, client)
    except imaplib.IMAP4.abort as error:
        raise broke(error, server) from error
    except imaplib.IMAP4.error as error:
        raise _not_signed_in(error, server) from error
    except OSError as error:
        raise broke(error, server) from error


def _login(server: Server, client: imaplib.IMAP4) -> None:
    """The oldest way, whose quoted strings hold printable ASCII only (RFC 3501, 9)."""
    both = server.user + server.password
    if not (both.isascii() and both.isprintable()):
        words = f"The mailbox server {server.host} takes only plain letters (ASCII) in a user name and password."
        raise ChannelError(f"{words} Enter the password again, or change it.", permanent=True)
    client.login(_in_quotes(server.user), server.password)


def look_into(client: imaplib.IMAP4, folder: str) -> Folder:
    """Open a folder so that nothing in it changes (EXAMINE). Raises ``ChannelError``, permanent if it is not there."""
    status, said = client.select(_quoted(folder), readonly=True)
    if status != "OK":
        words = one_line(_text(said), 120)
        passing = _PASSING.search(words) is not None
        do = "It is tried again." if passing else "Check the folder's name in the account's settings."
        raise ChannelError(f"The folder {folder!r} cannot be opened ({words}). {do}", permanent=not passing)
    client.response("EXISTS")  # taken out, so that a later one is news
    return Folder(client, _text(client.response("UIDVALIDITY")[1]), _number(client.response("UIDNEXT")[1]))


def broke(error: Exception, server: Server) -> ChannelError:
    """Trouble half-way: what was handed over before is kept, and it goes on from there."""
    if isinstance(error, imaplib.IMAP4.error) and not isinstance(error, imaplib.IMAP4.abort):
        said = error.args[0] if error.args else ""
        words = one_line(_text([said]) or str(said), 150)
        return ChannelError(f"The mailbox server {server.host} said no: {words}. It is tried again.")
    if isinstance(error, ssl.SSLError | TimeoutError):
        return unreachable(error, server.host, server.port, "mailbox server")
    return ChannelError(f"The mailbox server {server.host} hung up. It goes on from where it was as soon as it can.")


def _not_signed_in(error: Exception, server: Server) -> ChannelError:
    """The server's own words are not told: some repeat what they were given."""
    words = str(error)
    passing = _PASSING.search(words) is not None
    if re.search(r"PRIVACYREQUIRED|LOGINDISABLED|plaintext|disabled", words, re.IGNORECASE):
        do = "It wants an encrypted connection, or this way of signing in is switched off there. Change the settings."
    elif passing:
        do = "It cannot check sign-ins at this moment and is tried again."
    elif server.auth == opts.XOAUTH2:
        do = "Sign the account in again, and check that the application may use IMAP for it."
    else:
        do = "Enter the user name and password again."
    said = f"The mailbox server {server.host} did not accept the sign-in as {server.user}. {do}"
    return ChannelError(said, permanent=not passing)


def _quoted(folder: str) -> str:
    """A folder's name in modified UTF-7 (RFC 3501, 5.1.3), quoted."""
    name = _BEYOND_ASCII.sub(_shifted, folder.replace("&", "&-"))
    return _in_quotes(name)


def _in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(found: re.Match[str]) -> str:
    coded = base64.b64encode(found[0].encode("utf-16-be")).decode()
    return "&" + coded.rstrip("=").replace("/", ",") + "-"


def _text(said: Sequence[object]) -> str:
    last = said[-1] if said else None
    return last.decode("utf-8", "replace") if isinstance(last, bytes) else ""


def _number(said: Sequence[object]) -> int | None:
    text = _text(said)
    return int(text) if text.isascii() and text.isdigit() else None


def _leave(client: imaplib.IMAP4) -> None:
    with suppress(imaplib.IMAP4.error, OSError):
        client.logout()
    _drop(client)


def _drop(client: imaplib.IMAP4 | None) -> None:
    if client is not None:
        with suppress(OSError):
            client.shutdown()
