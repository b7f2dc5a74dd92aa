"""Learning whose a message is from messages that people have put to their service.

The labels' own words stay in as examples, so the first day and the hundredth are one method; what each kind of
likeness is worth is chosen on messages held back. Nothing here knows of the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from putthrough.routing.learning import circumstances, kernel, sureness, wording
from putthrough.routing.learning.circumstances import Circumstances
from putthrough.routing.learning.examples import Example, Label, groups, nobodys
from putthrough.routing.learning.kernel import Floats, Ints
from putthrough.routing.learning.learnt import AROUND, Encoder, Kept, Learnt, Points, encoded, most, seen
from putthrough.routing.learning.shape import Shape, blocks
from putthrough.routing.learning.sureness import NEVER, Sureness
from putthrough.routing.learning.trials import FOLDS, STRANGERS, Trials

MOST_KEPT = 4000
"""Messages that are remembered one by one; of more, as many of each service as there is room for."""
# With fewer services than this each is so broad that one held back whole is like no message that is nobody's.
_ENOUGH_LABELS = 30


class CannotLearn(ValueError):
    """There is nothing to learn from; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in both kinds of space."""

    words: csr_array
    points: Points

    @classmethod
    def of(cls, words: wording.Features, points: Points) -> Texts:
        shape = (len(words), 2 * wording.PLACES)
        return cls(csr_array((words.data, words.places, words.starts), shape=shape), points)

    def rows(self, at: Ints) -> Texts:
        return Texts(self.words[at], self.points[at])

    def cosines(self, others: Texts) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """By meaning and by wording (these x others)."""
        columns = others.words.T.tocsr()
        found = np.empty((len(self.points), len(others.points)), dtype=np.float32)
        for rows in blocks(len(found)):  # what is sparse takes three times the room of its result on the way
            found[rows] = (self.words[rows] @ columns).toarray()
        return self.points @ others.points.T, found

    def kept(self) -> Kept:
        starts = self.words.indptr.astype(np.int64)
        return Kept.of(wording.Features(self.words.data, self.words.indices, starts), self.points)

    @property
    def lengths(self) -> Floats:
        found: Floats = np.log1p(np.diff(self.words.indptr)).astype(np.float64)
        return found


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


def _density(blended: NDArray[np.float32]) -> Floats:
    """How alike each message is to its nearest few, itself left out; the matrix is square."""
    others = blended.copy()
    np.fill_diagonal(others, -1.0)
    found: Floats = np.take_along_axis(others, most(others, AROUND), axis=1).mean(axis=1).astype(np.float64)
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
        self.about: list[Sequence[str]] = [()] * len(own) + [one.about for one in examples] + [()] * len(strangers)
        places = [*(at for _, at in own), *(number[one.service] for one in examples), *(-1 for _ in strangers)]
        self.services: Ints = np.array(places, dtype=np.int64)
        self.targets = np.zeros((len(texts), len(self.keys)))
        somebodys = np.flatnonzero(self.services >= 0)
        self.targets[somebodys, self.services[somebodys]] = 1.0
        counts = wording.counted(texts)
        self.rarity = wording.rarity(counts)
        if points is not None:
            points = np.vstack([encoded(texts[: self.own], encoder), points, encoded(texts[self.told :], encoder)])
        points = encoded(texts, encoder) if points is None else points
        self.texts = Texts.of(wording.vectors(counts, self.rarity), points)
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
        blended, around = self._circumstances(shape, blended, kept)
        likeness = shape.likeness(blended)
        density = _density(blended[kept])
        trials = self._trials(shape, likeness, blended, words, kept)
        sure, thresholds = self._confidence(trials)
        return Learnt(
            keys=self.keys,
            encoder=self.encoder,
            rarity=self.rarity,
            shape=shape,
            kept=self.texts.rows(kept).kept(),
            kept_rows=np.where(kept < self.told, np.maximum(kept - self.own, -1), -1),
            kept_services=self.services[kept],
            density=density,
            weights=kernel.weights(likeness, kept, self.targets, shape.penalty).astype(np.float32),
            sureness=sure,
            thresholds=thresholds,
            circumstances=around,
            trials=trials,
        )

    def _circumstances(
        self, shape: Shape, blended: NDArray[np.float32], kept: Ints
    ) -> tuple[NDArray[np.float32], Circumstances]:
        """The likeness with that of circumstances, as far as these tell anything."""
        known = circumstances.Known.of(self.about)
        if not known.words:
            return blended, circumstances.NONE
        rows = known.rows(self.about)
        same = rows @ rows[kept].T
        share = kernel.share(shape, blended[kept], same[kept], self.targets[kept], self.fold[kept])
        if not share:
            return blended, circumstances.NONE
        return circumstances.mixed(blended, same, share), Circumstances(known, rows[kept], share)

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
        for number in range(FOLDS):
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
            what, _ = seen(scores, blended[here], words[here], services, self.texts.lengths[asked], density)
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
        return (self.chance.permutation(count) % FOLDS).astype(np.int64)
