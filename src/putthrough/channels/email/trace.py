"""The headers with which a mail server says how an email came in (RFC 5321, 4.4)."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from email.utils import format_datetime

from putthrough.kit.time import now

_UNSAFE = re.compile(r"[^!-'*-:=?-~]")  # white space, control characters, brackets and semicolons


def headers(mail_from: str, *, helo: str, peer: str, secure: bool) -> bytes:
    """Return-Path and Received, as bytes to put in front of an email. Strangers' words cannot add lines."""
    said, place = _word(helo), _word(peer)
    protocol = "ESMTPS" if secure else "ESMTP"
    text = (
        f"Return-Path: <{_word(mail_from)}>\r\n"
        f"Received: from {said or 'unknown'} ([{place}])\r\n"
        f"\tby {_word(socket.gethostname())} with {protocol}; {format_datetime(now())}\r\n"
    )
    return text.encode()


def delivered_to(addresses: Sequence[str]) -> bytes:
    """Delivered-To for each plus-address, which may stand nowhere else in the email (a blind copy)."""
    plus = [address for address in addresses if "+" in address.partition("@")[0]]
    return "".join(f"Delivered-To: {_word(address)}\r\n" for address in plus).encode()


def ascii_only(text: str) -> str:
    """Answers may hold ASCII only, unless the client said that it reads more (RFC 6531, 3.7.4)."""
    return text.encode("ascii", "replace").decode()


def _word(text: str) -> str:
    return _UNSAFE.sub("?", ascii_only(text[:300]))
