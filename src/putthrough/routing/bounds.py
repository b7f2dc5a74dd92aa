"""What a share of right ones among so many may really be: the bounds of Wilson's interval (1927).

Plain arithmetic, so that numbers and arrays of numbers both go in and come out.
"""

from __future__ import annotations

from typing import Any


def bound(share: Any, count: Any, errors: float) -> Any:
    """The share that lies ``errors`` standard errors above what was seen, below it where that is negative.

    ``share`` is 0 to 1 of ``count``, which is above 0 and need not be whole.
    """
    square = errors * errors
    spread = errors * (share * (1 - share) / count + square / (4 * count**2)) ** 0.5
    return (share + square / (2 * count) + spread) / (1 + square / count)
