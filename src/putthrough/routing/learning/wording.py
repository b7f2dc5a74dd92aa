"""How near two texts are by their wording: shared words, neighbouring words, parts of words; rare ones count more.

Every feature has a fixed place by its hash, so that a text counts the same in every version of a model and nothing but
the rarity of each place has to be kept. Each text becomes two unit vectors side by side, one of words and one of parts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

PLACES = 1 << 17  # for words; as many again for parts of words
_TELLING = 0.5  # how rare a word is to be given as a reason, beside the rarest
_LONGEST_TEXT = 2000  # characters that are read
_PARTS = (2, 3, 4, 5)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[^\w\s]")

Rarity = NDArray[np.float32]


def counted(texts: Sequence[str]) -> csr_array:
    """How often each feature stands in each text (texts x 2 PLACES), damped as 1 + log n."""
    rows = [_features(text) for text in texts]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    places = np.fromiter((place for row in rows for place in row), dtype=np.int32, count=starts[-1])
    counts = np.fromiter((count for row in rows for count in row.values()), dtype=np.float32, count=starts[-1])
    return csr_array((1 + np.log(counts), places, starts), shape=(len(texts), 2 * PLACES))


def rarity(counts: csr_array) -> Rarity:
    """The inverse document frequency of each place among these texts, smoothed so that no place is without weight."""
    seen = np.bincount(counts.indices, minlength=2 * PLACES)
    weights: Rarity = (np.log((1 + counts.shape[0]) / (1 + seen)) + 1).astype(np.float32)
    return weights


def vectors(counts: csr_array, rare: Rarity) -> csr_array:
    """The texts as vectors of length one, words and parts of words weighing the same."""
    data = counts.data * rare[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    halves = 2 * rows + (counts.indices >= PLACES)
    lengths = np.sqrt(np.bincount(halves, weights=data**2, minlength=2 * counts.shape[0]))
    data = data / np.maximum(lengths[halves], 1e-9) * np.sqrt(0.5)
    return csr_array((data.astype(np.float32), counts.indices, counts.indptr), shape=counts.shape)


def _features(text: str) -> Counter[int]:
    words = _WORD.findall(text[:_LONGEST_TEXT].casefold())
    features = Counter(_places((*words, *(f"{one} {other}" for one, other in pairwise(words))), 0))
    features.update(_places((part for word in words for part in _parts(f" {word} ")), PLACES))
    return features


def _parts(word: str) -> Iterable[str]:
    for length in _PARTS:
        for start in range(max(1, len(word) - length + 1)):
            yield word[start : start + length]


def _places(features: Iterable[str], first: int) -> Iterable[int]:
    for feature in features:
        yield first + (crc32(feature.encode("utf-8", "replace")) & (PLACES - 1))


def shared(text: str, rare: Rarity, others: Sequence[NDArray[np.int32]], *, most: int = 3) -> list[str]:
    """The words of a text that stand in most of the others too (given by their places), the rarest first."""
    found: dict[str, float] = {}
    telling = rare.max() * _TELLING
    for word in dict.fromkeys(_WORD.findall(text[:_LONGEST_TEXT].casefold())):
        place = next(iter(_places([word], 0)))
        among = sum(bool((places == place).any()) for places in others)
        if among * 2 > len(others) and rare[place] > telling:
            found[word] = float(rare[place]) * among
    return sorted(found, key=lambda word: -found[word])[:most]
