"""A file that a page carries from what it would do to doing it, so that what is imported is what was shown."""

from __future__ import annotations

from django.core import signing

MOST_SHOWN = 50
_A_DAY = 24 * 60 * 60


def sealed(name: str, text: str, *, what: str) -> str:
    return signing.dumps([name, text], salt=what, compress=True)


def opened(kept: str, *, what: str) -> tuple[str, bytes] | None:
    """The name and content of what was sealed as ``what``; None when it was not, or too long ago."""
    try:
        name, text = signing.loads(kept, salt=what, max_age=_A_DAY)
    except signing.BadSignature:
        return None
    return name, text.encode()


def many(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def more(number: int) -> int:
    """How many are not shown."""
    return max(0, number - MOST_SHOWN)
