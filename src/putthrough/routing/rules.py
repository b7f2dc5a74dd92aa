"""Rules that people write, as pure matching: no database, no network.

All given conditions must hold; in a list of words any one is enough. A condition left empty says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from putthrough.kit.language import NAMES


class RuleError(ValueError):
    """The rule cannot stand as it is written; ``str(error)`` says why and what to change."""


@dataclass(frozen=True)
class Conditions:
    """What a rule asks of a message. ``words`` and ``subject`` are whole words or phrases, upper case or lower.

    ``sender`` is an address, or ``@domain`` for everybody there. ``visibility`` is ``public``, ``private`` or empty.
    ``automatic`` is a kind of automatic message (``auto_reply``, ``bulk``, ``bounce``, ``loop``); ``language`` is the
    code of one (ISO 639-1).
    """

    words: Sequence[str] = ()
    subject: Sequence[str] = ()
    sender: str = ""
    account: int | None = None
    channel: str = ""
    visibility: str = ""
    automatic: str = ""
    language: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Conditions:
        """From stored JSON. Raises RuleError for a condition that there is not, or for none at all."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(data) - known):
            raise RuleError(f"There is no condition called {unknown[0]!r}. There are: {', '.join(sorted(known))}.")
        conditions = cls(**data)
        if conditions == cls():
            raise RuleError("This rule has no condition and would match every message. Add at least one.")
        return conditions

    @cached_property
    def _in_text(self) -> re.Pattern[str] | None:
        return _any_of(self.words)

    @cached_property
    def _in_subject(self) -> re.Pattern[str] | None:
        return _any_of(self.subject)

    def match(self, message: Asked) -> str | None:
        """The words that made it match (empty when none were asked for), or None when it does not match."""
        if not self._fits(message):
            return None
        found = []
        for pattern, text in (
            (self._in_text, f"{message.subject}\n{message.text}"),
            (self._in_subject, message.subject),
        ):
            if pattern is None:
                continue
            hit = pattern.search(text)
            if hit is None:
                return None
            found.append(" ".join(hit.group().split()))
        return ", ".join(found)

    def _fits(self, message: Asked) -> bool:
        return (
            (not self.sender or _is_sender(self.sender, message.handle))
            and (self.account is None or self.account == message.account)
            and (not self.channel or self.channel == message.channel)
            and (not self.visibility or (self.visibility == "private") == message.private)
            and (not self.automatic or self.automatic == message.automatic)
            and (not self.language or self.language == message.language)
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What rules look at."""

    text: str
    subject: str
    handle: str
    account: int
    channel: str
    private: bool
    automatic: str = ""
    language: str = ""

    @property
    def whole(self) -> str:
        """What is read and learnt: the subject, where there is one, and the text."""
        return f"{self.subject}\n{self.text}" if self.subject else self.text

    @property
    def about(self) -> tuple[str, ...]:
        """What is learnt from beside that."""
        return circumstances(self.account, self.language)


def circumstances(account: int, language: str) -> tuple[str, ...]:
    """What learning goes by beside the text (see ``learning.circumstances``); nothing for what is unknown."""
    account_word = (f"account:{account}",) if account else ()
    return (*account_word, f"language:{language}") if language else account_word


def _is_sender(wanted: str, handle: str) -> bool:
    wanted = wanted.strip().lower()
    return handle.endswith(wanted) if wanted.startswith("@") and "@" in handle[1:] else handle == wanted


def _any_of(phrases: Sequence[str]) -> re.Pattern[str] | None:
    kept = [r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases if phrase.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(kept)})(?!\w)", re.IGNORECASE) if kept else None


def in_words(conditions: Conditions, accounts: Mapping[int, str]) -> str:
    """What a rule asks, as a person would say it; ``accounts`` are their names by id."""
    asked = conditions
    said = [
        asked.words and f"says {_or(asked.words)}",
        asked.subject and f"says {_or(asked.subject)} in its subject",
        asked.sender and f"comes from {asked.sender}",
        asked.account is not None and f"was written to {accounts.get(asked.account or 0, 'an account that is gone')}",
        asked.channel and f"came by {asked.channel}",
        asked.visibility and f"is {asked.visibility}",
        asked.language and f"is in {NAMES.get(asked.language, asked.language)}",
        asked.automatic and f"was written by a machine ({asked.automatic.replace('_', ' ')})",
    ]
    return ", ".join(str(part) for part in said if part)


def _or(words: Sequence[str]) -> str:
    shown = [f"“{word}”" for word in words[:3]]
    return " or ".join(shown) + (f" or {len(words) - 3} more" if len(words) > 3 else "")
