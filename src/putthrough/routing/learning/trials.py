"""Guesses about messages that were held back: what is known of how good a model is before it has acted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from putthrough.routing.learning import sureness
from putthrough.routing.learning.sureness import NEVER, Floats, Sureness, expit

Ints = NDArray[np.int64]

NOBODYS, STRANGERS = -1, -2
"""Truths of messages that are nobody's, and of those whose service was held back whole, so that it cannot be known."""
EXPECTED = {NOBODYS: 0.1, STRANGERS: 0.2}
"""How many of each kind come for each message that is somebody's, as far as is known beforehand."""
ENOUGH_CASES = 5
"""Messages that a service must have before anything goes to it without a person."""
_HELD = 0.5  # how firmly a service is held to what is known of all; chosen on parts cut from the examples
_ROUNDS = 15
_LEAST = 1e-6
FOLDS = 5
"""Parts of which one after the other is held back."""


def logit(sure: Floats | float) -> Floats:
    found: Floats = np.log(sure) - np.log1p(-np.asarray(sure))
    return found


@dataclass(frozen=True, slots=True)
class Trials:
    """A line for each guess. ``rows`` are the messages' places among the examples; ``guess`` and ``truth`` are places
    of services, or ``NOBODYS``, or ``STRANGERS``."""

    what: Floats
    rows: Ints
    guess: Ints
    truth: Ints

    @classmethod
    def together(cls, parts: Sequence[Trials]) -> Trials:
        joined = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("what", "rows", "guess", "truth")
        )
        return cls(*joined)

    @property
    def right(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.guess == self.truth
        return found

    @property
    def weight(self) -> Floats:
        """What cannot be right counts for as many as are to be expected, however many were tried."""
        found = np.ones(len(self.truth))
        for kind, share in EXPECTED.items():
            of_it = self.truth == kind
            found[of_it] = share * (self.truth >= 0).sum() / max(1, of_it.sum())
        return found

    def fit(self) -> Sureness:
        return sureness.fit(self.what, self.right, self.weight)

    def sure(self, chance: np.random.Generator) -> Floats:
        """How sure each guess would have been, by what was learnt without it."""
        part = chance.permutation(len(self.right)) % FOLDS
        sure = np.zeros(len(self.right))
        right, weight = self.right, self.weight
        for number in range(FOLDS):
            rest, asked = part != number, part == number
            if asked.any() and rest.any():
                sure[asked] = sureness.fit(self.what[rest], right[rest], weight[rest])(self.what[asked])
        return sure

    def thresholds(self, sure: Floats, cases: Ints, target: float) -> Floats:
        """From how sure on each service may be acted for (``cases`` are its messages): where all together keep the
        target, each seen by its own standing, so that one of which less was right than it looked has a higher bar."""
        found = np.full(len(cases), NEVER)
        able = cases >= ENOUGH_CASES
        odds, here = logit(np.clip(sure, _LEAST, 1 - _LEAST)), able[self.guess]
        held = expit(odds + self._standing_held_back(odds, len(cases)))
        overall = sureness.threshold(held[here], self.right[here], self.weight[here], target)
        if overall != NEVER:
            found[able] = expit(logit(overall) - self._standing(odds, len(cases), np.ones(len(odds), bool)))[able]
        return found

    def _standing_held_back(self, odds: Floats, services: int) -> Floats:
        """The standing of each guess's service as the guesses about other messages show it."""
        part, found = self.rows % FOLDS, np.zeros(len(odds))
        for number in range(FOLDS):
            found[part == number] = self._standing(odds, services, part != number)[self.guess[part == number]]
        return found

    def _standing(self, odds: Floats, services: int, among: NDArray[np.bool_]) -> Floats:
        """By how much, in log odds, the guesses of each service are better or worse than they looked: a random
        intercept (Laird and Ware 1982), so that few guesses say little. By Newton's method."""
        guess, right, weight = self.guess[among], self.right[among], self.weight[among]
        found = np.zeros(services)
        for _ in range(_ROUNDS):
            looked = expit(odds[among] + found[guess])
            slope = np.bincount(guess, weight * (right - looked), services) - _HELD * found
            found += slope / (np.bincount(guess, weight * looked * (1 - looked), services) + _HELD)
        return found
