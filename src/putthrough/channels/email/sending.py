"""Sending by SMTP, step by step, so that it is always known whether the server may have the email."""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from putthrough.channels.contract import AccountView, ChannelError, Outgoing, Receipt
from putthrough.channels.email import options as opts
from putthrough.channels.email import tokens
from putthrough.channels.email.options import Server
from putthrough.channels.email.outgoing import compose, usable_address
from putthrough.channels.email.trouble import unreachable
from putthrough.kit.text import one_line

_SECONDS = 60.0
_LOST = (
    "The connection broke after the email was handed over, so it is not known whether it was taken. "
    "Look in the mail server's log or ask the recipient before you send it again."
)


def send(account: AccountView, server: Server, outgoing: Outgoing) -> Receipt:
    """One email to one recipient. Raises ``ChannelError`` (see there)."""
    email = compose(account, outgoing)
    with connected(account, server) as smtp:
        _envelope(smtp, usable_address(account.address), usable_address(outgoing.to))
        words = _hand_over(smtp, email)
    return Receipt(outgoing.message_id, words)


@contextmanager
def connected(account: AccountView, server: Server) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted and signed in as the account wants it. Raises ``ChannelError``."""
    smtp = _connect(account, server)
    try:
        try:
            _sign_in(account, server, smtp)
        except (OSError, smtplib.SMTPException) as error:
            raise _refusal(error, "the sign-in", server) from error
        yield smtp
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
    finally:
        smtp.close()  # after trouble without a word: in the midst of an email a QUIT would be part of it


def _connect(account: AccountView, server: Server) -> smtplib.SMTP:
    if not server.host:
        raise ChannelError("No outgoing mail server is set. Enter one in the account's settings.", permanent=True)
    name = usable_address(account.address).rpartition("@")[2]
    try:
        smtp = _greeted(server, name)
        if server.security == opts.STARTTLS:
            _encrypt(smtp)
    except (OSError, smtplib.SMTPException) as error:
        raise _refusal(error, "the connection", server) from error
    return smtp


def _greeted(server: Server, name: str) -> smtplib.SMTP:
    """A connection of which the first words are exchanged; ``name`` is how we introduce ourselves."""
    if server.security == opts.SSL:
        context = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, name, timeout=_SECONDS, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=_SECONDS)
    try:
        smtp.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException):
        smtp.close()
        raise
    return smtp


def _encrypt(smtp: smtplib.SMTP) -> None:
    try:
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException):
        smtp.close()
        raise


def _sign_in(account: AccountView, server: Server, smtp: smtplib.SMTP) -> None:
    if server.auth == opts.NONE:
        return
    if server.auth == opts.PASSWORD:
        _by_password(smtp, server)
        return
    token = tokens.usable(account)
    code, words = smtp.docmd("AUTH", f"XOAUTH2 {tokens.sasl_encoded(server.user, token)}")
    if code == 334:  # the server sends its reason as a challenge and waits for an empty line
        code, words = smtp.docmd("")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, words)


def _by_password(smtp: smtplib.SMTP, server: Server) -> None:
    if (server.user + server.password).isascii():
        smtp.login(server.user, server.password)
        return
    # smtplib's own ways know ASCII only; PLAIN takes UTF-8 (RFC 4616, 2)
    if "PLAIN" not in smtp.esmtp_features.get("auth", "").upper().split():
        words = f"The mail server {server.host} takes only plain letters (ASCII) in a user name and password."
        raise ChannelError(f"{words} Change the password.", permanent=True)
    said = base64.b64encode(f"\0{server.user}\0{server.password}".encode()).decode()
    code, answer = smtp.docmd("AUTH", f"PLAIN {said}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _envelope(smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
    beyond = [address for address in (recipient, sender) if not address.isascii()]
    extensions = ["SMTPUTF8"] if beyond else []
    if beyond and not smtp.has_extn("smtputf8"):
        words = f"The mail server cannot handle {beyond[0]}, which has letters beyond ASCII. Use another address."
        raise ChannelError(words, permanent=True)
    try:
        smtp.command_encoding = "utf-8" if extensions else "ascii"
        _expect(smtp.mail(sender, extensions), f"the sender {sender}")
        _expect(smtp.rcpt(recipient), f"the recipient {recipient}")
        _expect(smtp.docmd("DATA"), "the email")
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(f"The mail server hung up before it had the email ({_kind(error)}).") from error


def _hand_over(smtp: smtplib.SMTP, email: bytes) -> str:
    """The server's words when it has the email. Until the closing dot leaves, it surely does not have it."""
    dotted = email.replace(b"\r\n.", b"\r\n..")
    try:
        smtp.send(dotted)
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(f"The connection broke while the email was handed over ({_kind(error)}).") from error
    try:
        smtp.send(b".\r\n")
        code, words = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelError(_LOST, uncertain=True) from error
    if not (200 <= code < 300 or 400 <= code < 600):
        raise ChannelError(_LOST, uncertain=True)
    _expect((code, words), "the email")
    return one_line(words.decode("utf-8", "replace"), 200)


def _expect(answer: tuple[int, bytes], what: str) -> None:
    code, words = answer
    if not 200 <= code < 400:
        raise refused(code, words, what)


def refused(code: int, words: bytes | str, what: str) -> ChannelError:
    """A refusal in plain words; temporary for 4xx, for good for 5xx (RFC 5321, 4.2.1)."""
    said = one_line(words.decode("utf-8", "replace") if isinstance(words, bytes) else words, 200)
    permanent = 500 <= code < 600
    do = "Mend what it says and send again." if permanent else "It is tried again by itself."
    return ChannelError(f"The mail server refused {what}: {code} {said}. {do}", permanent=permanent)


def _refusal(error: Exception, what: str, server: Server) -> ChannelError:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        permanent = error.smtp_code >= 500
        words = f"The mail server {server.host} did not accept the sign-in as {server.user} ({error.smtp_code})."
        do = " Enter the user name and password again." if permanent else " It is tried again by itself."
        return ChannelError(words + do, permanent=permanent)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        words = f"The mail server {server.host} does not offer what is set for it ({error}). Change the settings."
        return ChannelError(words, permanent=True)
    if isinstance(error, smtplib.SMTPResponseException):
        return refused(error.smtp_code, error.smtp_error, what)
    return unreachable(error, server.host, server.port, "mail server")


def _kind(error: Exception) -> str:
    return "it did not answer in time" if isinstance(error, TimeoutError) else "the connection was closed"
