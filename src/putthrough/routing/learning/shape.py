"""How alike two messages are, from their cosines by meaning and by wording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BLOCK = 2000  # rows that are worked on at once


@dataclass(frozen=True, slots=True)
class Shape:
    """``meaning`` (0 to 1) is its share beside wording; likeness falls off by ``steepness``; ``penalty`` smooths."""

    meaning: float = 0.75
    steepness: float = 2.0
    penalty: float = 0.1

    def blend(self, meaning: NDArray[np.float32], wording: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosines of both kinds as one, -1 to 1."""
        share = np.float32(self.meaning)
        blended = meaning * share
        for rows in blocks(len(blended)):
            blended[rows] += wording[rows] * (1 - share)
        return blended

    def likeness(self, blended: NDArray[np.float32]) -> NDArray[np.float32]:
        found = blended - np.float32(1.0)
        found *= np.float32(self.steepness)
        np.exp(found, out=found)
        return found


def blocks(count: int) -> Iterator[slice]:
    for start in range(0, count, _BLOCK):
        yield slice(start, start + _BLOCK)
