"""What follows from how alike messages are.

Kernel ridge regression (Saunders, Gammerman and Vovk 1998): each service's score is a weighted sum of a message's
likeness to the messages that were kept. Of many messages only some are kept (Nyström; Williams and Seeger 2001).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve, solve

from putthrough.routing.learning.circumstances import mixed
from putthrough.routing.learning.shape import Shape, blocks
from putthrough.routing.learning.trials import FOLDS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MEANING = (0.4, 0.6, 0.75, 0.9)
_STEEPNESS = (1.0, 2.0, 4.0, 7.0)
_PENALTY = (0.03, 0.1, 0.3, 1.0)
_CIRCUMSTANCES = (0.1, 0.25, 0.4)
_PLAINLY = 0.97  # of the loss without them
_MOST_TRIED = 800  # messages on which the shape is chosen


_UNTRIED = Shape(meaning=0.75, penalty=0.03)
"""Where there is nothing to try it on: the best on the descriptions alone of three public sets' examples together."""


def weights(likeness: NDArray[np.float32], kept: Ints, targets: Floats, penalty: float) -> Floats:
    """The weights (kept x services) for messages whose ``likeness`` to the kept ones is given (messages x kept);
    ``kept`` are the kept ones' rows. What has to be exact is added up a block at a time, for it takes much room."""
    square = likeness[kept].astype(np.float64)
    if len(kept) == len(likeness):
        square[np.diag_indices_from(square)] += penalty
        return _solved(square, targets[kept])
    square *= penalty
    wanted = np.zeros((len(kept), targets.shape[1]))
    for rows in blocks(len(likeness)):
        block = likeness[rows].astype(np.float64)
        square += block.T @ block
        wanted += block.T @ targets[rows]
    square[np.diag_indices_from(square)] += 1e-7 * np.trace(square) / len(square)
    return _solved(square, wanted)


def _solved(square: Floats, wanted: Floats) -> Floats:
    try:
        found: Floats = cho_solve(cho_factor(square, check_finite=False), wanted)
    except LinAlgError:  # too many messages that are one and the same
        found = solve(square + 1e-3 * np.eye(len(square)), wanted)
    return found


def folds(groups: Ints, chance: np.random.Generator, count: int = FOLDS) -> Ints:
    """A fold for each message; a group is never torn apart."""
    names, members = np.unique(groups, return_inverse=True)
    return (chance.permutation(len(names)) % count)[members].astype(np.int64)


def choose(
    meaning: NDArray[np.float32], wording: NDArray[np.float32], targets: Floats, fold: Ints, shares: Sequence[float]
) -> Shape:
    """The shape that does best on messages that it has not seen. The matrices are square, over the same messages;
    rows of fold -1 (the labels' own words) are always known."""
    if not (fold >= 0).any():
        return Shape(meaning=min(_UNTRIED.meaning, max(shares)), penalty=_UNTRIED.penalty)
    tried = _tried(fold)
    meaning, wording = meaning[np.ix_(tried, tried)], wording[np.ix_(tried, tried)]
    targets, fold = targets[tried], fold[tried]
    best, least = Shape(), np.inf
    for share, steepness in product(shares, _STEEPNESS):
        likeness = Shape(share, steepness).likeness(Shape(share).blend(meaning, wording)).astype(np.float64)
        for penalty, loss in zip(_PENALTY, _losses(likeness, targets, fold), strict=True):
            if loss < least:
                best, least = Shape(share, steepness, penalty), loss
    return best


def share(shape: Shape, blended: NDArray[np.float32], same: NDArray[np.float32], targets: Floats, fold: Ints) -> float:
    """What being of the ``same`` circumstances is worth beside what the texts say: nothing, where messages that were
    held back do not plainly do better with it. The matrices are square, over the same messages."""
    if not (fold >= 0).any():
        return 0.0
    tried, at = _tried(fold), _PENALTY.index(shape.penalty)
    block = np.ix_(tried, tried)
    losses = {}
    for part in (0.0, *_CIRCUMSTANCES):
        likeness = shape.likeness(mixed(blended[block], same[block], part)).astype(np.float64)
        losses[part] = _losses(likeness, targets[tried], fold[tried])[at]
    best = min(losses, key=lambda part: losses[part])
    return best if losses[best] < _PLAINLY * losses[0.0] else 0.0


def _tried(fold: Ints) -> Ints:
    """The first of them; where labels' own words would fill most of the room, only as many, evenly taken, as leave half
    of it to messages."""
    own, asked = np.flatnonzero(fold < 0), np.flatnonzero(fold >= 0)
    room = max(_MOST_TRIED // 2, _MOST_TRIED - len(asked))
    if len(own) > room:
        own = own[np.linspace(0, len(own) - 1, room).astype(np.int64)]
    return np.sort(np.concatenate([own, asked])[:_MOST_TRIED])


def shares(*, meaning: bool) -> Sequence[float]:
    """Which shares of meaning are worth trying."""
    return _MEANING if meaning else (0.0,)


def _losses(likeness: Floats, targets: Floats, fold: Ints) -> Floats:
    """For each penalty: messages put to the wrong service, and a little for scores that are far from the truth."""
    losses = np.zeros(len(_PENALTY))
    for known, asked in _trials(fold):
        values, vectors = np.linalg.eigh(likeness[np.ix_(known, known)])
        seen, shown = vectors.T @ targets[known], likeness[np.ix_(asked, known)] @ vectors
        for at, penalty in enumerate(_PENALTY):
            scores = shown @ (seen / (np.maximum(values, 0) + penalty)[:, None])
            truth = targets[asked]
            wrong = (scores.argmax(axis=1) != truth.argmax(axis=1)) & truth.any(axis=1)
            losses[at] += wrong.sum() + 0.1 * np.square(scores - truth).sum()
    return losses


def _trials(fold: Ints) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    for number in range(FOLDS):
        asked = np.flatnonzero(fold == number)
        if len(asked):
            yield np.flatnonzero(fold != number), asked
