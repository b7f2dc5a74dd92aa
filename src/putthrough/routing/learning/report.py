"""What a model was measured at, as a person who answers for it reads it; from guesses about messages held back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from putthrough.routing.learning.learnt import Floats, Ints
from putthrough.routing.learning.trials import Trials

_POINTS = 20
_PAIRS = 12
_EXAMPLES = 3
_LEFT_TO_PEOPLE = -1  # what is nobody's always has some first guess; it counts where it would have been acted on


def report(trials: Trials, sure: Floats, thresholds: Floats, keys: Sequence[str], lessons: Ints) -> dict[str, Any]:
    """JSON values. ``lessons`` are the ids of the examples. Shares are 0 to 1:

    ``n``, ``accuracy`` and ``auto_share``, ``auto_precision`` (None when nothing would go by itself); ``services``
    ``[{"key", "n", "right", "auto"}]``; ``pairs`` ``[{"truth", "guess", "n", "lessons"}]``, the most frequent first, a
    truth of None is nobody's; ``coverage`` ``[[share, precision]]``, the surest first.
    """
    real = _real(trials, len(lessons))
    guess, truth, rows, sure = trials.guess[real], trials.truth[real], trials.rows[real], sure[real]
    right, auto = guess == truth, sure >= thresholds[guess]
    return {
        "n": len(truth),
        "accuracy": float(right[truth >= 0].mean()) if (truth >= 0).any() else 0.0,
        "auto_share": float(auto.mean()) if len(auto) else 0.0,
        "auto_precision": float(right[auto].mean()) if auto.any() else None,
        "services": [_service(keys[at], truth == at, right, auto) for at in sorted(set(truth[truth >= 0].tolist()))],
        "pairs": _pairs(guess, truth, keys, np.where((truth >= 0) | auto, lessons[rows], _LEFT_TO_PEOPLE)),
        "coverage": _curve(sure, right),
    }


def _real(trials: Trials, count: int) -> Ints:
    """Each of the examples (the first ``count``) once: as itself, not where its service was held back whole."""
    found: Ints = np.unique(trials.rows[::-1], return_index=True)[1]
    last = len(trials.rows) - 1 - found
    first_known = {int(row): at for at, row in enumerate(trials.rows) if trials.truth[at] >= 0}
    chosen = [first_known.get(int(trials.rows[at]), int(at)) for at in last if trials.rows[at] < count]
    return np.array(chosen, dtype=np.int64)


def _service(key: str, its: Any, right: Any, auto: Any) -> dict[str, Any]:
    return {"key": key, "n": int(its.sum()), "right": int(right[its].sum()), "auto": int(auto[its].sum())}


def _pairs(guess: Ints, truth: Ints, keys: Sequence[str], lessons: Ints) -> list[dict[str, Any]]:
    counts: Counter[tuple[int, int]] = Counter()
    shown: dict[tuple[int, int], list[int]] = defaultdict(list)
    for one, other, lesson in zip(truth.tolist(), guess.tolist(), lessons.tolist(), strict=True):
        if one != other and lesson != _LEFT_TO_PEOPLE:
            counts[one, other] += 1
            shown[one, other].append(lesson)
    return [
        {
            "truth": keys[one] if one >= 0 else None,
            "guess": keys[other],
            "n": number,
            "lessons": shown[one, other][-_EXAMPLES:],
        }
        for (one, other), number in counts.most_common(_PAIRS)
    ]


def _curve(sure: Floats, right: Any) -> list[list[float]]:
    if not len(sure):
        return []
    order = np.argsort(-sure, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    places = np.unique(np.linspace(0, len(order) - 1, _POINTS).astype(int))
    return [[round((int(at) + 1) / len(order), 4), round(float(precision[at]), 4)] for at in places]
