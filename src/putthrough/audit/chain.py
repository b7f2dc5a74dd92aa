"""The arithmetic of the chain: each entry's hash covers the hash before it and the digest of its own words.

So whoever knows only the digests of the entries between can still follow the chain from one entry to its end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Words:
    """What one entry says; ``at`` in UTC as ``stamp`` writes it, ``data`` canonical JSON."""

    number: int
    at: str
    by: str
    verb: str
    thing: str
    sentence: str
    data: str

    def listed(self) -> list[Any]:
        return [self.number, self.at, self.by, self.verb, self.thing, self.sentence, self.data]


def canonical(data: Mapping[str, Any]) -> str:
    """JSON that is the same for the same data: sorted keys, no spaces, other scripts as they are."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest(words: Words) -> str:
    """Of an entry's own words (64 hexadecimal digits, SHA-256). They are written as a JSON list, so that no two
    different entries ever read the same."""
    return _sha256(json.dumps(words.listed(), ensure_ascii=False))


def link(before: str, of_words: str) -> str:
    """The hash of an entry with this digest that follows the one with hash ``before``."""
    return _sha256(before + of_words)


def joined(before: str, words: Words) -> str:
    """The same as it was until digests came: one hash over all. Entries from before then keep it."""
    return _sha256(json.dumps([before, *words.listed()], ensure_ascii=False))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
