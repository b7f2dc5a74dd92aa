"""Emails by which Meta tells that somebody commented or wrote: what a body works with until Meta has reviewed its app.

They are known by their sender's domain alone, so nothing but a link to Meta's own pages is taken from them. Meta
documents no form for them; what cannot be recognised is an email like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from putthrough.channels.contract import Standing

_SENDERS = {"facebookmail.com": "Facebook", "mail.instagram.com": "Instagram"}
_FROM = re.compile(rb"^From:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)
_DOMAIN = re.compile(r"@([\w.-]+)>?\s*$")
_LINK = re.compile(r"https://(?:www\.|m\.|business\.)?(?:facebook|instagram|messenger)\.com/[^\s\"'<>)\]]+")
_ELSEWHERE = re.compile(r"unsubscribe|/settings|/help|/o\.php|/privacy|/policies|/legal", re.IGNORECASE)
_HEAD = 32 * 1024


@dataclass(frozen=True, slots=True)
class Notice:
    """From which network, and where to answer on it; ``url`` may be empty."""

    network: str
    url: str


def network_of(raw: bytes) -> str:
    """``Facebook`` or ``Instagram`` for one of their notifications, empty for any other email. Reads headers alone."""
    head = raw[:_HEAD].partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]
    line = _FROM.search(head)
    found = _DOMAIN.search(line[0].decode("ascii", "replace").strip()) if line else None
    return _SENDERS.get(found[1].lower(), "") if found else ""


def notice(raw: bytes, *words: str) -> Notice | None:
    """What a notification leads to, by the links in its ``words`` (its text, its HTML); None for any other email."""
    network = network_of(raw)
    return Notice(network, _link(words)) if network else None


def _link(words: tuple[str, ...]) -> str:
    links = (found[0].replace("&amp;", "&") for text in words for found in _LINK.finditer(text))
    return next((link for link in links if not _ELSEWHERE.search(link)), "")


def standing(found: Notice) -> Standing:
    words = (
        f"This is {found.network}'s notification: an answer by email would reach nobody. Answer on {found.network} "
        "itself, and keep the answer here with its link."
    )
    return Standing(False, words, found.url or f"https://www.{found.network.lower()}.com/")
