"""Composing an email (RFC 5322). Header fields are written here one by one, each from cleaned values.

``email.message`` is not used for it: it encodes long message ids as if they were words, which breaks threads.
"""

from __future__ import annotations

import re
import secrets
from email.header import Header
from email.utils import format_datetime

from putthrough.channels.contract import AccountView, ChannelError, Outgoing
from putthrough.channels.email.automatic import LOOP_HEADER
from putthrough.channels.email.bodyparts import body
from putthrough.channels.email.options import options
from putthrough.kit.text import clean, one_line
from putthrough.kit.time import now

_MOST_REFERENCES = 20
_LONGEST_SUBJECT = 250
_LONGEST_NAME = 100
_LONGEST_ADDRESS = 254
_NOT_IN_ID = re.compile(r"[^!-;=?-~]")
_ATOMS = r"[^\s\x00-\x20\x7f<>()\[\]:;@\\,\"]+"
_ADDRESS = re.compile(rf"{_ATOMS}@{_ATOMS}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,60}")
_RE = re.compile(r"\s*(?:re|aw|sv|antw|atb|ynt)\s?(?:\[\d+\])?:\s*", re.IGNORECASE)


def new_message_id(domain: str) -> str:
    """A public id nobody can guess, without brackets."""
    return f"{secrets.token_urlsafe(24)}@{_ascii_domain(domain)}"


def compose(account: AccountView, outgoing: Outgoing) -> bytes:
    """The email as it leaves, with CRLF line ends. Raises ``ChannelError`` when an address is none."""
    sender, recipient = usable_address(account.address), usable_address(outgoing.to)
    lines = [
        f"Date: {format_datetime(now())}",
        f"From: {_person(outgoing.from_name or account.name, sender)}",
        f"To: {_person(outgoing.to_name, recipient)}",
    ]
    lines += _reply_to(account, sender, outgoing.thread)
    lines.append(f"Subject: {_words(_subject(outgoing), 'Subject')}")
    lines += [f"Message-ID: <{own}>" for own in [_identifier(outgoing.message_id)] if own]
    lines += _thread_lines(outgoing)
    lines += [*_automatic_lines(outgoing), f"{LOOP_HEADER}: {sender}", "MIME-Version: 1.0"]
    return "\r\n".join(lines).encode() + b"\r\n" + body(outgoing.text, outgoing.files)


def usable_address(address: str) -> str:
    """The address as it may stand in a header; a domain beyond ASCII in its IDNA form. Raises ``ChannelError``."""
    address = address.strip()
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address) or clean(address) != address:
        shown = one_line(address, 80) or "nothing"
        raise ChannelError(f"{shown!r} is not an email address. Correct it and send again.", permanent=True)
    local, _, domain = address.rpartition("@")
    return f"{local}@{_ascii_domain(domain)}"


def reply_address(address: str, thread: str) -> str:
    """Where an answer leads home by itself: ``local+TOKEN@domain`` (RFC 5233); the plain address without a token."""
    if not _TOKEN.fullmatch(thread):
        return address
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}+{thread}@{domain}"


def subject_line(subject: str) -> str:
    """``Re:`` once, whatever stood there before and in whichever language."""
    rest = one_line(subject, _LONGEST_SUBJECT)
    while found := _RE.match(rest):
        rest = rest[found.end() :]
    return f"Re: {rest}" if rest else "Re: your message"


def _subject(outgoing: Outgoing) -> str:
    begins = outgoing.automatic == "auto-generated"
    return one_line(outgoing.subject, _LONGEST_SUBJECT) if begins else subject_line(outgoing.subject)


def _automatic_lines(outgoing: Outgoing) -> list[str]:
    """What keeps machines from answering: RFC 3834, 5, and Exchange's own header (MS-OXCMAIL, 2.2.3.2.14)."""
    if not outgoing.automatic:
        return []
    return [f"Auto-Submitted: {outgoing.automatic}", "X-Auto-Response-Suppress: OOF, AutoReply"]


def _reply_to(account: AccountView, sender: str, thread: str) -> list[str]:
    address = reply_address(sender, thread) if options(account).plus_addresses else sender
    return [f"Reply-To: {address}"] if address != sender else []


def _thread_lines(outgoing: Outgoing) -> list[str]:
    answered = _identifier(outgoing.in_reply_to)
    known = [identifier for one in outgoing.references if (identifier := _identifier(one))]
    chain = list(dict.fromkeys(one for one in known if one != answered))
    chain += [answered] if answered else []
    if len(chain) > _MOST_REFERENCES:
        chain = [chain[0], *chain[1 - _MOST_REFERENCES :]]
    lines = [f"In-Reply-To: <{answered}>"] if answered else []
    if chain:
        lines.append("References: " + "\r\n ".join(f"<{one}>" for one in chain))
    return lines


def _identifier(value: str) -> str:
    """A message id that can stand in a header as it is; empty for one that cannot."""
    bare = value.strip().removeprefix("<").removesuffix(">")
    return "" if _NOT_IN_ID.search(bare) or len(bare) > 900 else bare


def _person(name: str, address: str) -> str:
    shown = one_line(name, _LONGEST_NAME)
    if not shown:
        return address
    if shown.isascii() and "=?" not in shown:
        quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address}>'
    return f"{_words(shown, 'From')}\r\n <{address}>"


def _words(text: str, field: str) -> str:
    """Text of any script, folded (RFC 2047); what only looks encoded is encoded, so that it arrives as written."""
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, header_name=field).encode(linesep="\r\n")


def _ascii_domain(domain: str) -> str:
    try:
        return domain.encode("idna").decode() if not domain.isascii() else domain
    except UnicodeError as error:
        shown = one_line(domain, 80)
        raise ChannelError(f"{shown!r} is not a domain. Correct the address.", permanent=True) from error
