"""Guesses about messages that were held back: what is known of how good a model is before it has acted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from putthrough.routing.bounds import bound
from putthrough.routing.learning import sureness
from putthrough.routing.learning.kernel import FOLDS, Floats, Ints
from putthrough.routing.learning.sureness import NEVER, Sureness

NOBODYS, STRANGERS = -1, -2
"""Truths of messages that are nobody's, and of those whose service was held back whole, so that it cannot be known."""
EXPECTED = {NOBODYS: 0.1, STRANGERS: 0.2}
"""How many of each kind come for each message that is somebody's, as far as is known beforehand."""
ENOUGH_CASES = 5
"""Messages that a service must have before anything goes to it without a person."""
_ENOUGH_GUESSES = 10


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
        """From how sure on each service may be acted for (``cases`` are its messages): from where on all together keep
        the target; a service that falls short of it alone has a higher one, and then the others are looked at again."""
        found = np.full(len(cases), NEVER)
        able = cases >= ENOUGH_CASES
        for _ in range(2):
            here = able[self.guess]
            overall = sureness.threshold(sure[here], self.right[here], self.weight[here], target)
            found[able] = overall
            for service in np.flatnonzero(able):
                if self._falls_short(service, sure, overall, target):
                    able[service] = False
                    mine = self.guess == service
                    found[service] = sureness.threshold(sure[mine], self.right[mine], self.weight[mine], target)
        return found

    def _falls_short(self, service: np.intp, sure: Floats, threshold: float, target: float) -> bool:
        mine = (self.guess == service) & (sure >= threshold)
        if mine.sum() < _ENOUGH_GUESSES:
            return False
        weight = self.weight[mine]
        share = float((weight * self.right[mine]).sum() / weight.sum())
        return bool(bound(share, float(mine.sum()), sureness.CAUTION) < target)
