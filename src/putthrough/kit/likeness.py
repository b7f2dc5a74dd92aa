"""How alike two texts are by their wording, whatever their language. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log, sqrt
from statistics import fmean
from unicodedata import normalize

LONGEST_READ = 2000
"""Characters of a text that are read: what it is about is said by then."""
_WORD = re.compile(r"[^\W_]+")
_PAIR = 0.5  # what two neighbouring words weigh, of what they weigh on average


def words_of(text: str) -> list[str]:
    """The words of a text's beginning in lower case, in order; punctuation and signs are no words."""
    return _WORD.findall(normalize("NFC", text[:LONGEST_READ]).lower())


def rarity(held_by: float, among: float) -> float:
    """What a word weighs that ``held_by`` of ``among`` texts hold (the inverse document frequency), above 0."""
    return log(1 + (1 + among) / (1 + held_by))


class Likeness:
    """Compares one text with others, by words and neighbouring words; a rare word counts more than a common one.

    ``rarities`` says what the text's own words weigh. A word that only another text has weighs what the text's own
    do on average, so that nothing about other texts need be known. A call gives the cosine, 0 to 1.
    """

    def __init__(self, words: Sequence[str], rarities: Mapping[str, float]) -> None:
        self._rarities = rarities
        self._usual = fmean(rarities.values()) if rarities else 1.0
        self._own = self._weighed(words)
        self._length = _length(self._own)

    def __call__(self, words: Sequence[str]) -> float:
        other = self._weighed(words)
        shared = sum(weight * other[feature] for feature, weight in self._own.items() if feature in other)
        return min(1.0, shared / (self._length * _length(other))) if shared else 0.0

    def _weighed(self, words: Sequence[str]) -> dict[str, float]:
        weights = [self._rarities.get(word, self._usual) for word in words]
        features = dict(zip(words, weights, strict=True))
        for (one, other), (first, second) in zip(pairwise(words), pairwise(weights), strict=True):
            features[f"{one} {other}"] = _PAIR * (first + second) / 2
        return features


def _length(features: Mapping[str, float]) -> float:
    return sqrt(sum(weight * weight for weight in features.values()))
