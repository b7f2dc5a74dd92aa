"""What an email account can be set to, read once from its plain mappings."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from putthrough.channels.contract import AccountView, ChannelError, Field
from putthrough.kit.http import host_of

SSL, STARTTLS, NONE = "ssl", "starttls", "none"
PASSWORD, XOAUTH2 = "password", "xoauth2"  # what kind, not the secret
SMTP, IMAP, GRAPH = "smtp", "imap", "graph"
YES, NO = "yes", "no"
GRAPH_BASE = "https://graph.microsoft.com/v1.0"

_SECURITIES = (
    (SSL, "TLS from the start"),
    (STARTTLS, "STARTTLS"),
    (NONE, "None (this machine only)"),
)
_PORTS = {(IMAP, SSL): 993, (IMAP, STARTTLS): 143, (IMAP, NONE): 143, (SMTP, SSL): 465, (SMTP, STARTTLS): 587}
_DEFAULT_POLL = 60.0

ADDRESS = Field(
    "address",
    "Email address",
    pattern=r"[^\s@<>,;]+@[^\s@<>,;.]+(?:\.[^\s@<>,;.]+)+",
    wrong="Write an email address such as help@council.example.",
)
FIELDS: Sequence[Field] = (
    Field(
        "incoming",
        "How email comes in",
        default=IMAP,
        choices=(
            (IMAP, "From a mailbox (IMAP)"),
            (GRAPH, "From Microsoft 365 (Graph)"),
            (SMTP, "Delivered to Putthrough (SMTP)"),
        ),
    ),
    Field("imap_host", "Mailbox server", "For example imap.example.org", required=False),
    Field("imap_port", "Mailbox server's port", "Empty for the usual one", required=False),
    Field("imap_security", "Mailbox server's encryption", required=False, default=SSL, choices=_SECURITIES),
    Field("imap_folder", "Mailbox folder", required=False, default="INBOX"),
    Field(
        "auth",
        "How Putthrough signs in",
        required=False,
        default=PASSWORD,
        choices=((PASSWORD, "User name and password"), (XOAUTH2, "OAuth 2.0 (Microsoft 365, NHSmail, Google)")),
    ),
    Field("username", "User name", "Empty when it is the email address", required=False),
    Field("password", "Password", secret=True, required=False),
    Field("oauth_token_url", "OAuth token address", required=False),
    Field("oauth_client_id", "OAuth client id", required=False),
    Field("oauth_client_secret", "OAuth client secret", secret=True, required=False),
    Field("oauth_scope", "OAuth scope", required=False),
    Field("refresh_token", "OAuth refresh token", "Empty when the application signs in by itself", True, False),
    Field("graph_base", "Graph address", required=False, default=GRAPH_BASE),
    Field("graph_user", "Graph mailbox", "Empty when it is the email address", required=False),
    Field("smtp_host", "Outgoing mail server", "Empty to send through Graph", required=False),
    Field("smtp_port", "Outgoing mail server's port", "Empty for the usual one", required=False),
    Field("smtp_security", "Outgoing mail server's encryption", required=False, default=STARTTLS, choices=_SECURITIES),
    Field(
        "smtp_auth",
        "How Putthrough signs in to send",
        required=False,
        default=PASSWORD,
        choices=((PASSWORD, "User name and password"), (XOAUTH2, "OAuth 2.0"), (NONE, "Not at all (a relay)")),
    ),
    Field("smtp_username", "User name to send", "Empty when it is the same", required=False),
    Field("smtp_password", "Password to send", "Empty when it is the same", secret=True, required=False),
    Field(
        "plus_addresses",
        "Answers come back to a plus-address (name+token@)",
        "Only where the mailbox takes email for such addresses; elsewhere answers to it would be lost",
        required=False,
        choices=(("", "As is usual: not for IMAP"), (YES, "Yes"), (NO, "No")),
    ),
    Field("poll_seconds", "Seconds between two looks", required=False, default=str(int(_DEFAULT_POLL))),
)


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect and as whom. ``auth`` is ``password``, ``xoauth2`` or ``none``."""

    host: str
    port: int
    security: str
    auth: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Options:
    incoming: str
    imap: Server
    folder: str
    smtp: Server
    graph_base: str
    graph_user: str
    token_url: str
    plus_addresses: bool
    poll_seconds: float

    @property
    def needs_token(self) -> bool:
        return self.incoming == GRAPH or XOAUTH2 in (self.imap.auth, self.smtp.auth)


def options(account: AccountView) -> Options:
    """Raises ``ChannelError`` (permanent) for a setting that cannot be."""
    settings = account.settings
    incoming = _one_of(settings, "incoming", (SMTP, IMAP, GRAPH), SMTP)
    user = _text(settings, "username") or account.address
    password = str(account.credentials.get("password", ""))
    return Options(
        incoming=incoming,
        imap=_server(settings, IMAP, auth="auth", user=user, password=password),
        folder=_text(settings, "imap_folder") or "INBOX",
        smtp=_server(
            settings,
            SMTP,
            auth="smtp_auth",
            user=_text(settings, "smtp_username") or user,
            password=str(account.credentials.get("smtp_password") or password),
        ),
        graph_base=_url(settings, "graph_base", GRAPH_BASE).rstrip("/"),
        graph_user=_text(settings, "graph_user") or account.address,
        plus_addresses=_one_of(settings, "plus_addresses", (YES, NO), NO if incoming == IMAP else YES) == YES,
        token_url=_url(settings, "oauth_token_url", ""),
        poll_seconds=_number(settings, "poll_seconds", _DEFAULT_POLL),
    )


def _server(settings: Mapping[str, Any], kind: str, *, auth: str, user: str, password: str) -> Server:
    default = SSL if kind == IMAP else STARTTLS
    security = _one_of(settings, f"{kind}_security", (SSL, STARTTLS, NONE), default)
    host = _host(settings, f"{kind}_host")
    if host and security == NONE and not _is_loopback(host):
        words = f"{host} would be reached without encryption. Choose TLS or STARTTLS in the account's settings."
        raise ChannelError(words, permanent=True)
    port = int(_number(settings, f"{kind}_port", _PORTS.get((kind, security), 25)))
    how = _one_of(settings, auth, (PASSWORD, XOAUTH2, NONE), PASSWORD)
    return Server(host=host, port=port, security=security, auth=how, user=user, password=password)


def _host(settings: Mapping[str, Any], key: str) -> str:
    """A server's name that can be looked up: labels of 1 to 63 characters (RFC 1035, 2.3.4), international ones too."""
    host = _text(settings, key)
    try:
        host.encode("idna")
    except UnicodeError as error:
        words = f"The account's setting {key} is {host[:80]!r}, which is not a server's name. Correct it."
        raise ChannelError(words, permanent=True) from error
    return host


def _text(settings: Mapping[str, Any], key: str) -> str:
    """Raises ``ChannelError`` for a line break or the like inside, which could end a command of a mail protocol."""
    value = str(settings.get(key) or "").strip()
    if not value.isprintable():
        words = f"The account's setting {key} holds a character that cannot be seen, such as a line break."
        raise ChannelError(f"{words} Enter it again.", permanent=True)
    return value


def _url(settings: Mapping[str, Any], key: str, default: str) -> str:
    """A web address that is safe to tell a secret."""
    value = _text(settings, key) or default
    host = host_of(value)
    if value and not (host and (value.startswith("https://") or _is_loopback(host))):
        words = f"The account's setting {key} is no web address that begins with https://. Correct it."
        raise ChannelError(words, permanent=True)
    return value


def _one_of(settings: Mapping[str, Any], key: str, allowed: Sequence[str], default: str) -> str:
    value = _text(settings, key) or default
    if value not in allowed:
        words = f"The account's setting {key} is {value[:40]!r}. It can be: {', '.join(allowed)}."
        raise ChannelError(words, permanent=True)
    return value


def _number(settings: Mapping[str, Any], key: str, default: float) -> float:
    value = _text(settings, key)
    try:
        number = float(value) if value else default
    except ValueError:
        number = 0.0
    if not 0 < number <= 65535:
        raise ChannelError(f"The account's setting {key} is {value[:40]!r}. Give a number.", permanent=True)
    return number


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
