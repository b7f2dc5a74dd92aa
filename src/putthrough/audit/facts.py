"""A fact is a kind of thing that can happen, with the sentence that says it.

Each stage declares its own facts beside its actions; ``journey.py`` says what follows from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """``verb`` is the stable name (``conversation.passed_on``); ``words`` the sentence, with places for data."""

    verb: str
    words: str

    def sentence(self, data: dict[str, Any]) -> str:
        return self.words.format_map(data)[:500]
