"""Content-Transfer-Encoding undone (RFC 2045), whatever is wrong with it."""

from __future__ import annotations

import binascii

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))


def decode(data: bytes, encoding: str) -> bytes:
    """The bytes behind a transfer encoding; an unknown one is taken as none."""
    match encoding.strip().lower():
        case "base64":
            return unbase64(data)
        case "quoted-printable":
            return binascii.a2b_qp(data)
        case "x-uuencode" | "uuencode" | "x-uue":
            return _unuu(data)
    return data


def size(data: bytes, encoding: str) -> int:
    """The number of bytes that ``decode`` gives, without holding them where that can be known."""
    if encoding.strip().lower() != "base64":
        return len(decode(data, encoding))
    whole, rest = divmod(len(_letters(data)), 4)
    return whole * 3 + max(0, rest - 1)


def unbase64(data: bytes) -> bytes:
    """What can be had of base64: foreign characters are passed over, missing padding is made up."""
    letters = _letters(data)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _letters(data: bytes) -> bytes:
    return data.translate(None, _NOT_BASE64).partition(b"=")[0]


def _unuu(data: bytes) -> bytes:
    found = []
    for line in data.splitlines():
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(found)
