"""Small emails written for the tests, and what must be true of every one that is read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime

from putthrough.channels.contract import Incoming
from putthrough.channels.email.reading import read as read_at

ADDRESS = "enquiries@council.example"
WHEN = "Tue, 03 Mar 2026 10:00:00 +0000"


def mail(body: str | bytes = "The bin was missed.\n", **headers: str) -> bytes:
    """A plain email; header names are given with underscores, an empty value leaves one out."""
    given = {
        "From": "Pat Jones <pat@example.org>",
        "To": ADDRESS,
        "Subject": "Missed bin",
        "Date": WHEN,
        "Message-ID": "<one@example.org>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\n" for name, value in given.items() if value)
    return head.encode("latin-1") + b"\n" + (body.encode() if isinstance(body, str) else body)


def multipart(kind: str, *parts: str | bytes, boundary: str = "edge", **headers: str) -> bytes:
    """A multipart email of parts that bring their own header lines."""
    pieces = [part.encode() if isinstance(part, str) else part for part in parts]
    line = b"--" + boundary.encode()
    body = b"".join(line + b"\n" + piece + b"\n" for piece in pieces) + line + b"--\n"
    return mail(body, Content_Type=f'multipart/{kind}; boundary="{boundary}"', **headers)


def read(raw: bytes) -> Incoming:
    """Read a mail at the test's address and check what holds for all of them."""
    found = read_at(raw, address=ADDRESS)
    check(found)
    return found


def check(found: Incoming) -> None:
    for text in _texts(found):
        bad = {char for char in text if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"}
        assert not bad, (bad, text[:80])
        assert "\u202e" not in text
    assert "@" in found.handle
    assert len(found.handle) <= 254
    assert "\n" not in found.subject
    assert len(found.subject) <= 998
    assert len(found.message_id) <= 255
    assert all(0 < len(each) <= 255 for each in found.refers_to)
    assert len(set(found.refers_to)) == len(found.refers_to) <= 50
    assert found.text
    assert len(found.text) <= 201_000
    assert isinstance(found.sent_at, datetime)
    assert found.sent_at.tzinfo is not None
    assert 1990 <= found.sent_at.year < 2200
    assert found.starts_anew == (not found.refers_to and not found.thread)
    assert all(info.size >= 0 and 0 < len(info.name) <= 150 for info in found.attachments)


def _texts(found: Incoming) -> Iterator[str]:
    yield from (
        found.handle,
        found.name,
        found.subject,
        found.text,
        found.folded,
        found.html,
        found.message_id,
    )
    yield from (found.thread, found.reply_to, *found.refers_to, *found.to)
    for info in found.attachments:
        yield from (info.part, info.name, info.media_type, info.refused)
