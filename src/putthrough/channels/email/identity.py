"""What makes two hand-overs of one email the same."""

from __future__ import annotations

import hashlib

from putthrough.channels.contract import Unreadable
from putthrough.channels.email.mime import split

# What its writer gave it. Trace fields (Received, Return-Path, Delivered-To, X-..., ARC-..., DKIM-...)
# differ between two ways of delivery and are left out. How to read the body is part of what it says.
_OWN = (
    "message-id",
    "date",
    "from",
    "reply-to",
    "to",
    "cc",
    "subject",
    "content-type",
    "content-transfer-encoding",
)


def external_id(raw: bytes) -> str:
    """The same 64 characters for one message however it came, others for any other message.

    A Message-ID alone is not enough, for broken and hostile programs use one twice. Line ends, folding
    of header lines and blank lines at the end do not count: mail servers change them. Never raises:
    bytes that are no email are known by themselves.
    """
    try:
        whole, fields, start = split(raw)
    except Unreadable:
        whole, fields, start = raw, {}, 0
    digest = hashlib.sha256()
    for name in _OWN:
        for value in fields.get(name, ()):
            digest.update(f"{name}:{' '.join(value.split())}\n".encode())
    digest.update(b"\n")
    body = whole[start:]
    if b"\r" in body:
        body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    digest.update(body.rstrip(b"\n"))
    return digest.hexdigest()
