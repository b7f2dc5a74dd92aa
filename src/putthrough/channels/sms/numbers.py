"""Telephone numbers in one form, so that the same person is the same contact. Pure."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\s().-]+")
_INTERNATIONAL = re.compile(r"\+\d{6,15}")


def normal(number: str) -> str:
    """``+447700900123``, however it was written; a short code or sender's name stays as it is, in lower case.

    Numbers without a country are of the United Kingdom, where Notify is (ITU-T E.164).
    """
    plain = _SIGNS.sub("", number.strip())
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    elif plain.startswith("0"):
        plain = f"+44{plain[1:]}"
    elif plain.isdigit() and len(plain) > 10:
        plain = f"+{plain}"
    return plain if _INTERNATIONAL.fullmatch(plain) else number.strip().lower()
