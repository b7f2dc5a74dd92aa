"""The body of an email that leaves: its words, and with files a multipart/mixed of them all (RFC 2045, 2046)."""

from __future__ import annotations

import base64
import quopri
import secrets
from collections.abc import Sequence
from email.header import Header
from pathlib import PurePosixPath
from urllib.parse import quote

from putthrough.channels.contract import File
from putthrough.kit.text import clean, one_line

_LONGEST_NAME, _LONGEST_ENDING = 150, 10
_LONGEST_QUOTED = 700  # bytes: a line of an email has at most 998 (RFC 5322, 2.1.1)
_FOLD = "\r\n"


def body(text: str, files: Sequence[File]) -> bytes:
    """Its header fields, an empty line, and what follows, with CRLF line ends."""
    if not files:
        return _words(text)
    edge = f"part-{secrets.token_hex(12)}"
    parts = [_words(text), *map(_file, files)]
    head = f'Content-Type: multipart/mixed; boundary="{edge}"\r\n\r\n'.encode()
    return head + b"".join(f"--{edge}\r\n".encode() + part + b"\r\n" for part in parts) + f"--{edge}--\r\n".encode()


def _words(text: str) -> bytes:
    head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    plain = clean(text).rstrip("\n") + "\n"
    return head + quopri.encodestring(plain.encode()).replace(b"\n", b"\r\n")


def _name(given: str) -> str:
    """Percent-encoded, shortened where a script takes many bytes; its ending stays."""
    name = one_line(given, _LONGEST_NAME) or "file"
    ending = PurePosixPath(name).suffix
    ending = ending if len(ending) <= _LONGEST_ENDING else ""
    stem = name.removesuffix(ending)
    while len(quote(stem, safe="")) > _LONGEST_QUOTED:
        stem = stem[:-1]
    return quote(stem + ending, safe="")


def _file(file: File) -> bytes:
    """The name as RFC 2231 has it for any script, the description as Content-Description (RFC 2045, 8)."""
    described = Header(one_line(file.alt, 1000), "utf-8", header_name="Content-Description")
    lines = [
        f"Content-Type: {file.media_type}",
        *([f"Content-Description: {described.encode(linesep=_FOLD)}"] if file.alt else []),
        f"Content-Disposition: attachment;\r\n filename*=utf-8''{_name(file.name)}",
        "Content-Transfer-Encoding: base64",
    ]
    content = base64.encodebytes(file.content).replace(b"\n", b"\r\n")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content
