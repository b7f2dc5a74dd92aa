"""Whether the links in drafts open: looked at by the sweep while somebody writes, so that nobody ever waits for it.

Only what a server says plainly counts: a page that is not there (404, 410). Addresses within private networks are never
asked (``kit/strangers.py``), nor are names that are reserved for examples (RFC 2606, RFC 6761).
"""

from __future__ import annotations

import re
from datetime import timedelta

from putthrough.kit.http import NoAnswer, Web, host_of
from putthrough.kit.strangers import may_be_asked
from putthrough.kit.time import now
from putthrough.replies.models import Link

_URL = re.compile(r"https?://[^\s<>\"']+")
_RESERVED = ("example", "test", "invalid", "localhost", "example.com", "example.org", "example.net")
_GONE = (404, 410)
_MOST = 5
_AGAIN_AFTER = timedelta(days=1)
_LARGEST = 1_000_000  # bytes of a page, of which nothing is kept


def links_in(text: str) -> list[str]:
    """The first few web addresses in it, without the full stop or bracket that ends the sentence."""
    found = (match[0].rstrip(".,;:!?)»”’") for match in _URL.finditer(text))
    return list(dict.fromkeys(url for url in found if len(url) <= 500))[:_MOST]


def note(text: str) -> None:
    """Have the links in a draft looked at, unless that was done of late."""
    found = links_in(text)
    if not found:
        return
    Link.objects.bulk_create([Link(url=url) for url in found], ignore_conflicts=True)
    old = Link.objects.filter(url__in=found, looked_at__lt=now() - _AGAIN_AFTER)
    old.update(looked_at=None)


def dead(text: str) -> frozenset[str]:
    """Those of its links that did not open when they were looked at."""
    found = links_in(text)
    return (
        frozenset(Link.objects.filter(url__in=found, gone=True).values_list("url", flat=True)) if found else frozenset()
    )


def look() -> int:
    """Look at a few links that nobody has looked at yet. Returns how many."""
    rows = list(Link.objects.filter(looked_at=None).order_by("pk")[:_MOST])
    for row in rows:  # claimed first: one that takes down its looker is not tried for ever
        if Link.objects.filter(pk=row.pk, looked_at=None).update(looked_at=now()):
            Link.objects.filter(pk=row.pk).update(gone=is_gone(row.url))
    return len(rows)


def is_gone(url: str) -> bool:
    """Whether a server says that there is no such page. What cannot be asked is not called dead."""
    if _is_reserved(host_of(url)) or not may_be_asked(url):
        return False
    try:
        with Web() as web:
            return web.ask("GET", url, largest=_LARGEST).status in _GONE
    except NoAnswer:
        return False


def _is_reserved(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in _RESERVED)
