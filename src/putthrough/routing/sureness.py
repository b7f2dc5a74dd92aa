"""How sure a lexical match is: from how far the first service leads and how much speaks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p

CONFIDENT = 0.9
"""The confidence from which a match may route by itself: about 95 of 100 such matches were right on messages
that nobody tuned on."""


@dataclass(frozen=True, slots=True)
class Told:
    """What speaks for the first service: its strongest single piece of evidence, how many words of the
    message it rests on, which share of what the message says that is (0 to 1), and how many words mean
    anything."""

    strongest: float
    kinds: int
    covered: float
    words: int


# Fitted by logistic regression on the odd lines of tests/data/residents.jsonl, on phrases of the directory
# itself and, as examples of what is nobody's service, on requests to a telephone assistant.
_CONSTANT = -12.374
_SCORE, _LEAD, _STRONGEST, _KINDS, _COVERED, _WORDS = 1.01, 0.615, 0.436, 3.714, 3.253, 1.053


def features(scores: Sequence[float], told: Told) -> tuple[float, ...]:
    """What the first confidence is computed from, in the order of the weights."""
    first = scores[0]
    lead = (first - scores[1]) / first if len(scores) > 1 and first > 0 else 1.0
    return (log1p(first), lead, told.strongest, log1p(told.kinds), told.covered, log1p(told.words))


def confidences(scores: Sequence[float], told: Told) -> list[float]:
    """A confidence (0 to 1) for each of ``scores`` (highest first), in that order, adding up to at most 1."""
    weights = (_SCORE, _LEAD, _STRONGEST, _KINDS, _COVERED, _WORDS)
    weighed = zip(weights, features(scores, told), strict=True)
    first = 1 / (1 + exp(-_CONSTANT - sum(weight * value for weight, value in weighed)))
    left, others = 1 - first, sum(scores[1:]) or 1.0
    return [first, *(min(first, left * score / others) for score in scores[1:])]
