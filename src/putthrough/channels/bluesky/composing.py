"""A reply as its posts or messages: links shown short, cut where it is too long, and where links and names stand. Pure.

A post holds 300 signs and 3,000 bytes, a chat message 1,000 and 10,000 (the lexicons' ``maxGraphemes``, ``maxLength``).
Facets count bytes of UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from putthrough.channels.contract import Outgoing
from putthrough.kit.cutting import CannotBeCut, cut, graphemes

MOST, MOST_BYTES = 300, 3000
MOST_CHAT, MOST_CHAT_BYTES = 1000, 10_000
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]']")
_NAME = re.compile(r"(?<![\w/@.])@([a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+)")
_SHOWN = 32


@dataclass(frozen=True, slots=True)
class Part:
    """One post or message: its text, its links (start byte, end byte, address), and the names in it."""

    text: str
    links: tuple[tuple[int, int, str], ...]

    @property
    def names(self) -> list[tuple[int, int, str]]:
        """Start byte, end byte, handle."""
        return [(*_bytes(self.text, found.span()), found[1].lower()) for found in _NAME.finditer(self.text)]


def parts(outgoing: Outgoing) -> list[Part]:
    """Raises CannotBeCut."""
    shown, links = _shortened(outgoing.text)
    signs, size = (MOST_CHAT, MOST_CHAT_BYTES) if outgoing.private else (MOST, MOST_BYTES)
    texts = cut(shown, lambda part: graphemes(part) <= signs and len(part.encode()) <= size)
    found = []
    for text in texts:
        placed, links = _placed(text, links)
        found.append(Part(text, placed))
    return found


def problems(outgoing: Outgoing) -> list[str]:
    try:
        parts(outgoing)
    except CannotBeCut as error:
        return [f"It is too long to be sent: {error}"]
    return []


def used(text: str) -> int:
    return graphemes(_shortened(text)[0])


def _shortened(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text with its links as they are shown, and what each stands for, in order."""
    links = [(_shown(found[0]), found[0]) for found in _LINK.finditer(text)]
    return _LINK.sub(lambda found: _shown(found[0]), text), links


def _shown(link: str) -> str:
    bare = link.partition("://")[2]
    return bare if len(bare) <= _SHOWN else f"{bare[: _SHOWN - 1]}…"


def _placed(text: str, links: list[tuple[str, str]]) -> tuple[tuple[tuple[int, int, str], ...], list[tuple[str, str]]]:
    """Where this part's links stand, and the links that are left for the next parts."""
    placed: list[tuple[int, int, str]] = []
    at = 0
    while links and (start := text.find(links[0][0], at)) >= 0:
        shown, link = links[0]
        at = start + len(shown)
        placed.append((*_bytes(text, (start, at)), link))
        links = links[1:]
    return tuple(placed), links


def _bytes(text: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    before = len(text[:start].encode())
    return before, before + len(text[start:end].encode())


def facets(part: Part, identities: Mapping[str, str]) -> list[dict[str, Any]]:
    """Its links, and those of its names whose unchanging identifier is known."""
    found = [_facet(start, end, {"$type": f"{_RICH}#link", "uri": link}) for start, end, link in part.links]
    for start, end, handle in part.names:
        if did := identities.get(handle):
            found.append(_facet(start, end, {"$type": f"{_RICH}#mention", "did": did}))
    return found


_RICH = "app.bsky.richtext.facet"


def _facet(start: int, end: int, feature: Mapping[str, str]) -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [dict(feature)]}
