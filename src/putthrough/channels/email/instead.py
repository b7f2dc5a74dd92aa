"""What is kept in the place of an email that cannot be had: its headers, if any, and a sentence saying what to do."""

from __future__ import annotations

import re

_BODY_HEADERS = re.compile(rb"(?im)^(?:content-[a-z-]+|mime-version)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*")
_LINE_END = re.compile(rb"\r\n|\r|\n")
MOST_HEADERS = 256 * 1024
LARGEST = 35 * 1024 * 1024
TRIES = 5


def too_large(headers: bytes, *, size: int | None, where: str) -> bytes:
    """An email above ``LARGEST``. ``size`` in bytes, None when it is not known; ``where`` names its mailbox."""
    how_large = f"{size / (1024 * 1024):.0f} MB large, " if size else "larger than Putthrough takes, "
    text = f"(This email is {how_large}so only its headers were fetched. Open it in the mailbox {where}.)"
    return _composed(headers, text)


def unfetchable(headers: bytes, *, where: str, mark: str) -> bytes:
    """An email that the server would not hand over in ``TRIES`` attempts. ``mark`` tells it from any other such."""
    text = f"(The mail server did not hand over this email. Look for it in the mailbox {where}: {mark}.)"
    return _composed(headers, text)


def _composed(headers: bytes, text: str) -> bytes:
    block = _LINE_END.sub(b"\r\n", headers.strip(b"\r\n") + b"\n") if headers.strip() else b""
    block = _BODY_HEADERS.sub(b"", block)
    kind = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    return block + f"{kind}\r\n{text}\r\n".encode()
