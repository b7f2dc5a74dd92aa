"""What a check is given and what it finds, in plain values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]*")


@dataclass(frozen=True, slots=True)
class Published:
    """What the body itself publishes, so that it is nobody's personal data: telephone numbers as their figures with a
    0 at the front, email addresses in lower case, and place names in lower case."""

    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is about to be sent.

    ``said`` is what it answers and ``said_privately`` whether that was for us alone. ``other_accounts`` are the names
    of our accounts that it does not go out by; ``foreign_account`` names the team whose account it goes out by, where
    the writer is not in it. ``dead_links`` were looked at before.
    """

    text: str
    public: bool
    said: str = ""
    said_privately: bool = False
    published: Published = field(default_factory=Published)
    sender: str = ""
    other_accounts: tuple[str, ...] = ()
    foreign_account: str = ""
    election: bool = False
    dead_links: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: ``start`` and ``end`` are the words of the text that counted, both 0 where it is no words.

    ``about`` is a further word for the explanation, such as the name of an account.
    """

    key: str
    start: int = 0
    end: int = 0
    about: str = ""

    def words(self, text: str) -> str:
        return text[self.start : self.end].strip()


Look = Callable[[Answer], Iterable[Finding]]


def found(key: str, matches: Iterable[re.Match[str]]) -> Iterator[Finding]:
    return (Finding(key, *match.span()) for match in matches)


def sentences(text: str) -> Iterator[re.Match[str]]:
    return SENTENCE.finditer(text)


def any_of(*phrases: str) -> re.Pattern[str]:
    """One expression for many phrases, whole words, whatever their case; straight and curly apostrophes are one."""
    joined = "|".join(phrases).replace("'", "['’]")
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)
