"""How sure a lexical match is: from how far the first service leads and how much speaks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p

CONFIDENT = 0.8
"""The confidence from which a match may route by itself: of such matches about 95 in 100 named the right service on
the even lines of tests/data/residents.jsonl, most of the others a neighbouring one."""


@dataclass(frozen=True, slots=True)
class Told:
    """What speaks for the first service: its strongest single piece of evidence, how many words of the
    message it rests on, which share of what the message says that is (0 to 1), how many words mean anything, how many
    of its phrases stand there whole, and how many other services have a whole phrase there too."""

    strongest: float
    kinds: int
    covered: float
    words: int
    phrases: int = 0
    rivals: int = 0


# Fitted by logistic regression on the odd lines of tests/data/residents.jsonl, on phrases of the directory
# itself and, as examples of what is nobody's service, on requests to a telephone assistant.
_CONSTANT = -10.496
_SCORE, _LEAD, _STRONGEST, _KINDS = 1.166, 1.920, 0.218, 2.510
_COVERED, _WORDS, _PHRASE, _ALONE = 2.788, 0.569, 1.400, 0.413


def features(scores: Sequence[float], told: Told) -> tuple[float, ...]:
    """What the first confidence is computed from, in the order of the weights."""
    first = scores[0]
    lead = (first - scores[1]) / first if len(scores) > 1 and first > 0 else 1.0
    return (
        log1p(first),
        lead,
        told.strongest,
        log1p(told.kinds),
        told.covered,
        log1p(told.words),
        float(told.phrases > 0),
        float(told.phrases > 0 and told.rivals == 0),
    )


def confidences(scores: Sequence[float], told: Told) -> list[float]:
    """A confidence (0 to 1) for each of ``scores`` (highest first), in that order, adding up to at most 1."""
    weights = (_SCORE, _LEAD, _STRONGEST, _KINDS, _COVERED, _WORDS, _PHRASE, _ALONE)
    weighed = zip(weights, features(scores, told), strict=True)
    first = 1 / (1 + exp(-_CONSTANT - sum(weight * value for weight, value in weighed)))
    left, others = 1 - first, sum(scores[1:]) or 1.0
    return [first, *(min(first, left * score / others) for score in scores[1:])]
