"""How near two texts are by their wording: shared words, neighbouring words, parts of words; rare ones count more.

Every feature has a fixed place by its hash, so that a text counts the same in every version of a model and nothing but
the rarity of each place has to be kept. Each text becomes two unit vectors side by side, one of words and one of parts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

PLACES = 1 << 17  # for words; as many again for parts of words
_TELLING = 0.5  # how rare a word is to be given as a reason, beside the rarest
_LONGEST_TEXT = 2000  # characters that are read
_PARTS = (2, 3, 4, 5)
_WORDS = 4096  # of which the parts are remembered: a kilobyte each
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[^\w\s]")

Rarity = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Features:
    """What stands in texts, one after the other: the ``places`` of their features and how much each counts (``data``).
    Those of text n begin at ``starts[n]``."""

    data: NDArray[np.float32]
    places: NDArray[np.int32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, at: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        its = slice(self.starts[at], self.starts[at + 1])
        return self.data[its], self.places[its]

    @property
    def lengths(self) -> NDArray[np.float64]:
        found: NDArray[np.float64] = np.log1p(np.diff(self.starts))
        return found


def counted(texts: Sequence[str]) -> Features:
    """How often each feature stands in each text, damped as 1 + log n."""
    rows = [_features(text) for text in texts]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    places = np.fromiter((place for row in rows for place in row), dtype=np.int32, count=starts[-1])
    counts = np.fromiter((count for row in rows for count in row.values()), dtype=np.float32, count=starts[-1])
    return Features(1 + np.log(counts), places, starts)


def rarity(counts: Features) -> Rarity:
    """The inverse document frequency of each place among these texts, smoothed so that no place is without weight."""
    seen = np.bincount(counts.places, minlength=2 * PLACES)
    weights: Rarity = (np.log((1 + len(counts)) / (1 + seen)) + 1).astype(np.float32)
    return weights


def vectors(counts: Features, rare: Rarity) -> Features:
    """The texts as vectors of length one, words and parts of words weighing the same."""
    data = counts.data * rare[counts.places]
    rows = np.repeat(np.arange(len(counts)), np.diff(counts.starts))
    halves = 2 * rows + (counts.places >= PLACES)
    lengths = np.sqrt(np.bincount(halves, weights=data**2, minlength=2 * len(counts)))
    data = data / np.maximum(lengths[halves], 1e-9) * np.sqrt(0.5)
    return Features(data.astype(np.float32), counts.places, counts.starts)


def _features(text: str) -> Counter[int]:
    words = _WORD.findall(text[:_LONGEST_TEXT].casefold())
    features = Counter(_places((*words, *(f"{one} {other}" for one, other in pairwise(words))), 0))
    for word in words:
        features.update(_parts_of(word))
    return features


@lru_cache(maxsize=_WORDS)
def _parts_of(word: str) -> tuple[int, ...]:
    """The places of a word's parts."""
    return tuple(_places(_parts(f" {word} "), PLACES))


def _parts(word: str) -> Iterable[str]:
    for length in _PARTS:
        for start in range(max(1, len(word) - length + 1)):
            yield word[start : start + length]


def _places(features: Iterable[str], first: int) -> Iterable[int]:
    for feature in features:
        yield first + (crc32(feature.encode("utf-8", "replace")) & (PLACES - 1))


def shared(text: str, rare: Rarity, among: Callable[[int], int], count: int, *, most: int = 3) -> list[str]:
    """The words of a text that stand in most of ``count`` others too, the rarest first; ``among`` says in how many of
    them the feature of a place stands."""
    found: dict[str, float] = {}
    telling = rare.max() * _TELLING
    for word in dict.fromkeys(_WORD.findall(text[:_LONGEST_TEXT].casefold())):
        place = next(iter(_places([word], 0)))
        if rare[place] > telling and (times := among(place)) * 2 > count:
            found[word] = float(rare[place]) * times
    return sorted(found, key=lambda word: -found[word])[:most]
