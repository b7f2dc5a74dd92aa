"""Learning whose a message is from messages that people have put to their service.

The labels' own words stay in as examples, so the first day and the hundredth are one method; what each kind of
likeness is worth is chosen on messages held back. Nothing here knows of the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from putthrough.routing.learning import kernel, sureness, wording
from putthrough.routing.learning.examples import Example, Label, groups, nobodys
from putthrough.routing.learning.kernel import Floats, Ints, Shape
from putthrough.routing.learning.sureness import NEVER, Sureness
from putthrough.routing.learning.trials import STRANGERS, Trials

MOST_KEPT = 4000
"""Messages that are remembered one by one; of more, as many of each service as there is room for."""
# With fewer services than this each is so broad that one held back whole is like no message that is nobody's.
_ENOUGH_LABELS = 30
_FEW = 3  # known messages that speak most for a guess
_AROUND = 5  # neighbours by which it is seen whether a message stands apart

Points = NDArray[np.float32]


class Encoder(Protocol):
    def encode(self, texts: Sequence[str]) -> Points:
        """A point of unit length for each text (texts x dimensions)."""
        ...


class CannotLearn(ValueError):
    """There is nothing to learn from; the text says what is missing."""


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
class Texts:
    """Texts in both kinds of space."""

    words: csr_array
    points: Points
    columns: csr_array | None = None
    """The words turned round, where others are compared with these again and again."""

    def turned(self) -> Texts:
        return Texts(self.words, self.points, self.words.T.tocsr())

    def rows(self, at: Ints) -> Texts:
        return Texts(self.words[at], self.points[at])

    def cosines(self, others: Texts) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """By meaning and by wording (these x others)."""
        columns = others.words.T if others.columns is None else others.columns
        return self.points @ others.points.T, (self.words @ columns).toarray()

    @property
    def lengths(self) -> Floats:
        found: Floats = np.log1p(np.diff(self.words.indptr)).astype(np.float64)
        return found


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
    kept: Texts
    kept_rows: Ints
    kept_services: Ints
    density: Floats
    weights: Floats
    sureness: Sureness
    thresholds: Floats
    trials: Trials | None = None
    """What it was tried on; not stored with it."""

    def judge(self, texts: Sequence[str], points: Points | None = None) -> Judged:
        """Which services each text may be about. ``points`` spares encoding where they are known already."""
        asked = _texts(texts, self.rarity, self.encoder, points)
        meaning, words = asked.cosines(self.kept)
        blended = self.shape.blend(meaning, words)
        scores = self.shape.likeness(blended) @ self.weights
        what, near = _seen(scores, blended, words, self.kept_services, asked.lengths, self.density)
        sure = self.sureness(what)
        return Judged(self.keys, scores, sure, sure >= self.thresholds[scores.argmax(axis=1)], near)


def learn(
    labels: Sequence[Label],
    examples: Sequence[Example],
    encoder: Encoder | None = None,
    *,
    target: float = 0.95,
    seed: int = 0,
    points: Points | None = None,
) -> Learnt:
    """A model of these labels and examples that acts by itself where at least ``target`` of it is right.

    ``points`` are the examples' own, where they are known. The same seed gives the same model. Raises CannotLearn
    when there are fewer than two labels or an example names none of them.
    """
    return _Learning(labels, examples, encoder, target, seed, points).run()


def _texts(texts: Sequence[str], rarity: wording.Rarity, encoder: Encoder | None, points: Points | None) -> Texts:
    words = wording.vectors(wording.counted(texts), rarity)
    return Texts(words, _points(texts, encoder) if points is None else points)


def _points(texts: Sequence[str], encoder: Encoder | None) -> Points:
    return encoder.encode(texts) if encoder else np.zeros((len(texts), 1), dtype=np.float32)


def _seen(
    scores: Floats,
    blended: NDArray[np.float32],
    words: NDArray[np.float32],
    services: Ints,
    lengths: Floats,
    density: Floats,
) -> tuple[Floats, Ints]:
    """What is seen of each first guess, and which of the known messages speak most for it."""
    guessed = np.where(services[None, :] == scores.argmax(axis=1)[:, None], blended, -1.0)
    near = _most(guessed, _FEW)
    kin = np.take_along_axis(guessed, near, axis=1).mean(axis=1)
    around = _most(blended, _AROUND)
    crowd = (np.take_along_axis(blended, around, axis=1) - density[around]).mean(axis=1)
    what = sureness.seen(scores, blended.max(axis=1), words.max(axis=1), kin, lengths, crowd)
    return what, near


def _most(values: NDArray[np.float32], count: int) -> Ints:
    """The places of the largest few of each row, the largest first."""
    count = min(count, values.shape[1])
    found = np.argpartition(values, -count, axis=1)[:, -count:]
    order = np.argsort(-np.take_along_axis(values, found, axis=1), axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1).astype(np.int64)


def _density(blended: NDArray[np.float32]) -> Floats:
    """How alike each message is to its nearest few, itself left out; the matrix is square."""
    others = blended.copy()
    np.fill_diagonal(others, -1.0)
    found: Floats = np.take_along_axis(others, _most(others, _AROUND), axis=1).mean(axis=1).astype(np.float64)
    return found


class _Learning:
    """One model on its way."""

    def __init__(
        self,
        labels: Sequence[Label],
        examples: Sequence[Example],
        encoder: Encoder | None,
        target: float,
        seed: int,
        points: Points | None,
    ) -> None:
        self.keys = [label.key for label in labels]
        self._check(examples)
        self.encoder, self.target = encoder, target
        self.chance = np.random.default_rng(seed)
        own = [(text, at) for at, label in enumerate(labels) for text in label.texts]
        self.own = len(own)
        strangers = nobodys() if examples else ()
        self.told = len(own) + len(examples)
        texts = [*(text for text, _ in own), *(example.text for example in examples), *strangers]
        number = {key: at for at, key in enumerate(self.keys)} | {None: -1}
        places = [*(at for _, at in own), *(number[one.service] for one in examples), *(-1 for _ in strangers)]
        self.services: Ints = np.array(places, dtype=np.int64)
        self.targets = np.zeros((len(texts), len(self.keys)))
        somebodys = np.flatnonzero(self.services >= 0)
        self.targets[somebodys, self.services[somebodys]] = 1.0
        counts = wording.counted(texts)
        self.rarity = wording.rarity(counts)
        if points is not None:
            points = np.vstack([_points(texts[: self.own], encoder), points, _points(texts[self.told :], encoder)])
        self.texts = Texts(wording.vectors(counts, self.rarity), _points(texts, encoder) if points is None else points)
        apart = kernel.folds(groups(texts[self.own :]), self.chance) if examples else np.zeros(0, dtype=np.int64)
        self.fold: Ints = np.concatenate([np.full(self.own, -1, dtype=np.int64), apart])

    def _check(self, examples: Sequence[Example]) -> None:
        if len(set(self.keys)) < len(self.keys):
            raise CannotLearn("Two services have the same key; give each its own.")
        if len(self.keys) < 2:
            raise CannotLearn("There is only one service, so there is nothing to tell apart. Name at least two.")
        unknown = sorted({str(one.service) for one in examples if one.service is not None} - set(self.keys))
        if unknown:
            raise CannotLearn(
                f"No service has the key “{unknown[0]}”, which an example names. Add it, or mend the key."
            )

    def run(self) -> Learnt:
        kept = self._keep()
        meaning, words = self.texts.cosines(self.texts.rows(kept))
        among = kernel.shares(meaning=self.encoder is not None)
        shape = kernel.choose(meaning[kept], words[kept], self.targets[kept], self.fold[kept], among)
        blended = shape.blend(meaning, words)
        del meaning  # with many messages each of these takes hundreds of megabytes
        likeness = shape.likeness(blended)
        density = _density(blended[kept])
        trials = self._trials(shape, likeness, blended, words, kept)
        sure, thresholds = self._confidence(trials)
        return Learnt(
            keys=self.keys,
            encoder=self.encoder,
            rarity=self.rarity,
            shape=shape,
            kept=self.texts.rows(kept).turned(),
            kept_rows=np.where(kept < self.told, np.maximum(kept - self.own, -1), -1),
            kept_services=self.services[kept],
            density=density,
            weights=kernel.weights(likeness, kept, self.targets, shape.penalty),
            sureness=sure,
            thresholds=thresholds,
            trials=trials,
        )

    def _keep(self) -> Ints:
        """The labels' own words and, in a random order, the same number of each service's messages first."""
        count = len(self.services)
        order = self.own + self.chance.permutation(count - self.own)
        turn = np.zeros(count, dtype=np.int64)
        had: dict[int, int] = {}
        for at in order:
            service = int(self.services[at])
            turn[at] = had[service] = had.get(service, 0) + 1
        fair = order[np.argsort(turn[order], kind="stable")][: max(0, MOST_KEPT - self.own)]
        return np.concatenate([np.arange(self.own), fair]).astype(np.int64)

    def _trials(
        self,
        shape: Shape,
        likeness: NDArray[np.float32],
        blended: NDArray[np.float32],
        words: NDArray[np.float32],
        kept: Ints,
    ) -> Trials | None:
        """Guesses about messages held back, a fold and some whole services at a time."""
        held = self._held_back()
        found: list[Trials] = []
        for number in range(kernel.FOLDS):
            strange = np.isin(self.services, np.flatnonzero(held == number))
            known = np.flatnonzero((self.fold != number) & ~strange)
            columns = np.flatnonzero((self.fold[kept] != number) & ~strange[kept])
            asked = np.flatnonzero((self.fold == number) | (strange & (self.fold >= 0)))
            if not len(asked) or not len(columns):
                continue
            place = np.searchsorted(known, kept[columns])
            part = likeness[np.ix_(known, columns)]
            scores = likeness[np.ix_(asked, columns)] @ kernel.weights(part, place, self.targets[known], shape.penalty)
            services, here = self.services[kept][columns], np.ix_(asked, columns)
            density = _density(blended[np.ix_(kept[columns], columns)])
            what, _ = _seen(scores, blended[here], words[here], services, self.texts.lengths[asked], density)
            truth = np.where(strange[asked], STRANGERS, self.services[asked])
            found.append(Trials(what, asked - self.own, scores.argmax(axis=1).astype(np.int64), truth))
        return Trials.together(found) if found else None

    def _confidence(self, trials: Trials | None) -> tuple[Sureness, Floats]:
        """How sure a guess is, and from where on it may act; before there is any example, never."""
        if trials is None:
            return sureness.untried(), np.full(len(self.keys), NEVER)
        cases = np.bincount(self.services[self.own :][self.services[self.own :] >= 0], minlength=len(self.keys))
        return trials.fit(), trials.thresholds(trials.sure(self.chance), cases.astype(np.int64), self.target)

    def _held_back(self) -> Ints:
        """In which trial each service is a stranger; -1 for never."""
        count = len(self.keys)
        if count < _ENOUGH_LABELS:
            return np.full(count, -1, dtype=np.int64)
        return (self.chance.permutation(count) % kernel.FOLDS).astype(np.int64)
