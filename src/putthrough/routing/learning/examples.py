"""What there is to learn from: labels with their own words, and messages that somebody has put to one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_CLAUSE = re.compile(r"[.;:,]|\band\b|\bor\b")
_SHORTEST = 3  # characters
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Label:
    """A service as far as learning goes: what it is called and in which words people ask for it."""

    key: str
    name: str
    description: str = ""
    synonyms: Sequence[str] = ()

    @property
    def texts(self) -> list[str]:
        """Its own words as examples of it: the name with the description, with each of several things that the
        description names, and the synonyms by the dozen."""
        whole = ". ".join(part for part in (self.name, self.description) if part)
        dozens = [", ".join(self.synonyms[at : at + 12]) for at in range(0, len(self.synonyms), 12)]
        clauses = [part.strip() for part in _CLAUSE.split(self.description) if len(part.strip()) > _SHORTEST]
        things = [f"{self.name}: {clause}" for clause in clauses] if len(clauses) > 1 else []
        return [whole, *things, *dozens]


@dataclass(frozen=True, slots=True)
class Example:
    """A message and the key of the service that it is about; None when it is about none. ``about`` are its
    circumstances, as far as they are known (see ``circumstances``)."""

    text: str
    service: str | None
    about: Sequence[str] = ()


@lru_cache(maxsize=1)
def nobodys() -> tuple[str, ...]:
    """Messages of our own writing that no public body is responsible for: chat, advertising, questions to a quiz. So a
    small body, which has seen few of them, knows what they look like."""
    return tuple((Path(__file__).parent / "nobodys.txt").read_text(encoding="utf-8").splitlines())


def groups(texts: Sequence[str]) -> NDArray[np.int64]:
    """A number for each text, the same for texts of the same words in any order: what is copied and pasted in a storm
    must not stand on both sides of a trial."""
    bags = [" ".join(sorted(set(_WORD.findall(text.casefold())))) for text in texts]
    return np.unique(bags, return_inverse=True)[1].astype(np.int64)
