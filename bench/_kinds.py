"""The labelled messages of ``tests/data/kinds.jsonl`` and how they are divided in two halves.

Each row is ``{"id", "text", "kinds", "near", "before"}``: ``near`` are kinds that it could be mistaken for, ``before``
what the same person wrote earlier, newest first (absent where nothing), ``known`` the only kinds of which it was looked
at whether it is one (absent: all). The rule of the halves stood before anything
was tuned: cues are written looking at the one half and judged by the other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FILE = Path(__file__).parent.parent / "tests" / "data" / "kinds.jsonl"
TUNE, HELD_OUT = "tune", "held-out"


@dataclass(frozen=True, slots=True)
class Labelled:
    id: str
    text: str
    kinds: frozenset[str]
    near: frozenset[str]
    before: tuple[str, ...]
    known: frozenset[str] | None = None

    @property
    def half(self) -> str:
        return half(self.id)


def half(id: str) -> str:
    """By the first byte of the SHA-256 of its id: even for tuning, odd to be held out."""
    return TUNE if sha256(id.encode()).digest()[0] % 2 == 0 else HELD_OUT


def labelled(path: Path = FILE) -> Sequence[Labelled]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [
        Labelled(
            row["id"],
            row["text"],
            frozenset(row["kinds"]),
            frozenset(row["near"]),
            tuple(row.get("before", ())),
            frozenset(row["known"]) if "known" in row else None,
        )
        for row in rows
    ]


def everyday() -> Sequence[str]:
    """Ordinary messages to a council that ``bench/fit_kinds`` has not seen: every second line of two files that were
    written to see where messages go (it learns from the others)."""
    files = [FILE.with_name("residents.jsonl"), FILE.with_name("numbered.jsonl")]
    return [json.loads(line)["text"] for path in files for line in path.read_text(encoding="utf-8").splitlines()[::2]]
