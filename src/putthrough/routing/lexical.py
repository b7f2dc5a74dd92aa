"""Stub until the matcher lands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

CONFIDENT = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    key: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    candidates: tuple[Candidate, ...]


class Index:
    def __init__(self, entries: Sequence[Any]) -> None:
        self.entries = entries

    @classmethod
    def build(cls, entries: Sequence[Any]) -> Index:
        return cls(list(entries))

    def match(self, text: str, *, limit: int = 5) -> Match:
        text = text.lower()
        hits = []
        for e in self.entries:
            w = tuple(s for s in e.synonyms if s.lower() in text)
            if w:
                hits.append(Candidate(e.key, min(0.99, 0.6 + 0.1 * len(w)), w))
        return Match(tuple(sorted(hits, key=lambda c: -c.confidence)[:limit]))
