"""What was learnt, asked about messages. It takes little room and loads numpy alone, for every worker holds one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from putthrough.routing.learning import sureness, wording
from putthrough.routing.learning.circumstances import NONE, Circumstances
from putthrough.routing.learning.shape import Shape
from putthrough.routing.learning.sureness import Sureness
from putthrough.routing.learning.trials import Trials
from putthrough.routing.learning.wording import Features

_FEW = 3  # known messages that speak most for a guess
AROUND = 5
"""Neighbours by which it is seen whether a message stands apart."""

Points = NDArray[np.float32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Places = NDArray[np.unsignedinteger[Any]]


class Encoder(Protocol):
    def encode(self, texts: Sequence[str]) -> Points:
        """A point of unit length for each text (texts x dimensions)."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """``scores`` (messages x services) order the services; ``sure`` is how likely the first one is right, ``acts``
    whether that is enough to go without a person; ``near`` are the kept messages (by their place, the most alike first,
    at most three) that speak most for the first service."""

    keys: Sequence[str]
    scores: Floats
    sure: Floats
    acts: NDArray[np.bool_]
    near: Ints

    def best(self, at: int, count: int = 5) -> list[str]:
        return [self.keys[column] for column in np.argsort(-self.scores[at], kind="stable")[:count]]


@dataclass(frozen=True, slots=True)
class Kept:
    """The messages that are remembered, in both kinds of space. Their wording stands by feature: which of them
    (``rows``) have it, and how much (``data``, float16); those of place p begin at ``starts[p]``."""

    data: NDArray[np.float16]
    rows: Places
    starts: NDArray[np.int32]
    points: Points

    @classmethod
    def of(cls, words: Features, points: Points) -> Kept:
        """Features by message become messages by feature."""
        order = np.argsort(words.places, kind="stable")
        small: Any = np.uint16 if len(words) <= np.iinfo(np.uint16).max else np.uint32
        rows = np.repeat(np.arange(len(words), dtype=small), np.diff(words.starts))[order]
        counts = np.bincount(words.places, minlength=2 * wording.PLACES)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return cls(words.data[order].astype(np.float16), rows, starts, points)

    def cosines(self, words: Features, points: Points) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """By meaning and by wording (other messages x these)."""
        by_meaning = np.array([self.points @ point for point in points], dtype=np.float32)
        by_wording = np.array([self._worded(*words.of(at)) for at in range(len(words))], dtype=np.float32)
        shape = len(words), len(self.points)
        return by_meaning.reshape(shape), by_wording.reshape(shape)

    def _worded(self, data: NDArray[np.float32], places: NDArray[np.int32]) -> Floats:
        first, counts = self.starts[places], self.starts[places + 1] - self.starts[places]
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        taken = np.repeat(first - (ends - counts), counts) + np.arange(total)
        parts = self.data[taken].astype(np.float32) * np.repeat(data, counts)
        found = np.bincount(self.rows[taken], weights=parts, minlength=len(self.points))
        return found.astype(np.float64, copy=False)

    def having(self, place: int) -> Places:
        """Which of them have a feature."""
        return self.rows[self.starts[place] : self.starts[place + 1]]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A model: the messages that it keeps, their weights, and from which confidence on it may act by itself.

    ``kept_rows`` are the kept ones' places among the examples that it learnt from, -1 for a label's own words;
    ``density`` is how alike each is to its own neighbours. ``thresholds`` has one for each service.
    """

    keys: Sequence[str]
    encoder: Encoder | None
    rarity: wording.Rarity
    shape: Shape
    kept: Kept
    kept_rows: Ints
    kept_services: Ints
    density: Floats
    weights: NDArray[np.float32]
    sureness: Sureness
    thresholds: Floats
    circumstances: Circumstances = NONE
    trials: Trials | None = None
    """What it was tried on; not stored with it."""

    def judge(
        self, texts: Sequence[str], points: Points | None = None, about: Sequence[Sequence[str]] | None = None
    ) -> Judged:
        """Which services each text may be about. ``points`` spares encoding where they are known already; ``about`` are
        the messages' circumstances."""
        asked = wording.vectors(wording.counted(texts), self.rarity)
        meaning, words = self.kept.cosines(asked, encoded(texts, self.encoder) if points is None else points)
        blended = self.circumstances.beside(self.shape.blend(meaning, words), about or [()] * len(texts))
        scores = (self.shape.likeness(blended) @ self.weights).astype(np.float64)
        what, near = seen(scores, blended, words, self.kept_services, asked.lengths, self.density)
        sure = self.sureness(what)
        return Judged(self.keys, scores, sure, sure >= self.thresholds[scores.argmax(axis=1)], near)


def encoded(texts: Sequence[str], encoder: Encoder | None) -> Points:
    """All at one place where nothing tells by meaning."""
    return encoder.encode(texts) if encoder else np.zeros((len(texts), 1), dtype=np.float32)


def seen(
    scores: Floats,
    blended: NDArray[np.float32],
    words: NDArray[np.float32],
    services: Ints,
    lengths: Floats,
    density: Floats,
) -> tuple[Floats, Ints]:
    """What is seen of each first guess, and which of the known messages speak most for it."""
    guessed = np.where(services[None, :] == scores.argmax(axis=1)[:, None], blended, -1.0)
    near = most(guessed, _FEW)
    kin = np.take_along_axis(guessed, near, axis=1).mean(axis=1)
    around = most(blended, AROUND)
    crowd = (np.take_along_axis(blended, around, axis=1) - density[around]).mean(axis=1)
    what = sureness.seen(scores, blended.max(axis=1), words.max(axis=1), kin, lengths, crowd)
    return what, near


def most(values: NDArray[np.float32], count: int) -> Ints:
    """The places of the largest few of each row, the largest first."""
    count = min(count, values.shape[1])
    found = np.argpartition(values, -count, axis=1)[:, -count:]
    order = np.argsort(-np.take_along_axis(values, found, axis=1), axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1).astype(np.int64)
