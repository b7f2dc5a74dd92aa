"""How sure the learnt guess is, and from where on it may act by itself.

A logistic regression over a few things that are seen of a guess, fitted on guesses about messages that were held
back, and on messages of services that were held back whole: so it has met what belongs to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from putthrough.routing.bounds import bound

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SEEN = 9
NEVER = 2.0
"""A threshold that no confidence reaches."""
_ROUNDS = 30
_ENOUGH = 400  # guesses from which products of what is seen are looked at, too
_FAR = 5.0
CAUTION = 1.28  # standard errors by which the precision must lie above the target: chance does so one time in ten


def seen(scores: Floats, like: Floats, nearest: Floats, kin: Floats, length: Floats, crowd: Floats) -> Floats:
    """What tells a good guess (messages x 9): the first score, its lead, the sum of all, how alike the nearest message
    is, by wording alone, how alike those of the guessed service are, how long the message is, how spread the scores,
    and how much less alike its neighbours are to it than to their own (Breunig et al. 2000, in short)."""
    ordered = np.sort(scores, axis=1)
    first, second = ordered[:, -1], ordered[:, -2] if scores.shape[1] > 1 else np.zeros(len(scores))
    shares = np.clip(scores, 1e-9, None)
    shares = shares / shares.sum(axis=1, keepdims=True)
    spread = -(shares * np.log(shares)).sum(axis=1)
    return np.column_stack([first, first - second, scores.sum(axis=1), like, nearest, kin, length, spread, crowd])


@dataclass(frozen=True, slots=True)
class Sureness:
    middle: Floats
    scale: Floats
    weights: Floats
    products: bool

    def __call__(self, what: Floats) -> Floats:
        """How likely each guess is right, 0 to 1."""
        sure: Floats = expit(_terms(what, self.middle, self.scale, products=self.products) @ self.weights)
        return sure


def untried() -> Sureness:
    """Before anything could be tried: the further the first guess leads, the surer, and never very sure."""
    weights = np.zeros(SEEN + 1)
    weights[[0, 1, 2]] = -2.0, 1.0, 3.0
    return Sureness(np.zeros(SEEN), np.ones(SEEN), weights, products=False)


def fit(what: Floats, right: Bools, weight: Floats) -> Sureness:
    """By Newton's method with a ridge. ``weight`` is how much each guess counts."""
    middle, scale = np.average(what, axis=0, weights=weight), what.std(axis=0) + 1e-6
    products = len(right) >= _ENOUGH
    terms = _terms(what, middle, scale, products=products)
    ridge = np.full(terms.shape[1], 1.0 if products else 3.0)
    ridge[0] = 1e-3
    found = np.zeros(terms.shape[1])
    for _ in range(_ROUNDS):
        sure = expit(terms @ found)
        slope = terms.T @ (weight * (right - sure)) - ridge * found
        curve = (terms * (weight * sure * (1 - sure) + 1e-9)[:, None]).T @ terms + np.diag(ridge)
        found = found + np.linalg.solve(curve, slope)
    return Sureness(middle, scale, found, products)


def expit(odds: Floats) -> Floats:
    """The logistic function, without loading scipy for it."""
    found: Floats = 0.5 + 0.5 * np.tanh(0.5 * odds)
    return found


def _terms(what: Floats, middle: Floats, scale: Floats, *, products: bool) -> Floats:
    plain = np.clip((what - middle) / scale, -_FAR, _FAR)
    parts = [np.ones((len(plain), 1)), plain]
    if products:
        parts += [plain[:, [at]] * plain[:, at:] for at in range(plain.shape[1])]
    return np.hstack(parts)


def threshold(sure: Floats, right: Bools, weight: Floats, target: float) -> float:
    """The lowest confidence above which the precision's lower bound (Wilson 1927) keeps the target; NEVER if none.

    Weighted guesses count as so many as their weights are worth (Kish 1965).
    """
    if not len(sure):
        return NEVER
    order = np.argsort(-sure)
    total, good = np.cumsum(weight[order]), np.cumsum(weight[order] * right[order])
    worth = total**2 / np.cumsum(weight[order] ** 2)
    fine = np.flatnonzero(bound(good / total, worth, -CAUTION) >= target)
    return float(sure[order][fine[-1]]) if len(fine) else NEVER
