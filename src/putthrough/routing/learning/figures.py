"""How good a model is on messages that it has not seen, in the figures that the field compares by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from putthrough.routing.learning.learnt import Judged

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Figures:
    """``n`` messages, of which some are out of scope (nobody's).

    ``accuracy``, ``macro_f1`` and ``top5`` are of those in scope. ``auto_share`` of all messages would be routed by
    themselves at the thresholds that were learnt, ``auto_precision`` of those rightly (an out-of-scope one never is).
    ``coverage_at_95`` and ``_at_98`` are the largest share of all messages with that precision, most sure first: what
    a threshold read off this very file would give, so an upper bound. ``out_of_scope_recall`` of the out-of-scope
    ones are less sure than 95 % of the others; ``out_of_scope_auroc`` is how often one is less sure than another
    message. None where there is nothing to measure.
    """

    n: int
    accuracy: float | None
    macro_f1: float | None
    top5: float | None
    auto_share: float
    auto_precision: float | None
    coverage_at_95: float
    coverage_at_98: float
    out_of_scope_auroc: float | None
    out_of_scope_recall: float | None

    def as_dict(self) -> dict[str, float | int | None]:
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


def figures(judged: Judged, truth: Sequence[str | None]) -> Figures:
    """``truth`` is the key of each message's service, None for those out of scope. Raises ValueError without any."""
    if not truth:
        raise ValueError("There is no message to measure with.")
    first = [judged.keys[at] for at in judged.scores.argmax(axis=1)]
    right = np.array([guess == service for guess, service in zip(first, truth, strict=True)])
    inside = np.array([service is not None for service in truth])
    auto = judged.acts
    among = np.array([service in judged.best(at) for at, service in enumerate(truth)])
    return Figures(
        n=len(truth),
        accuracy=_mean(right[inside]),
        macro_f1=_macro_f1(first, truth),
        top5=_mean(among[inside]),
        auto_share=float(auto.mean()),
        auto_precision=_mean(right[auto]),
        coverage_at_95=coverage(judged.sure, right, 0.95),
        coverage_at_98=coverage(judged.sure, right, 0.98),
        out_of_scope_auroc=_auroc(judged.sure, inside),
        out_of_scope_recall=_recall(judged.sure, inside),
    )


def coverage(sure: NDArray[np.float64], right: Bools, target: float) -> float:
    """The largest share, taken from the most sure down, of which at least ``target`` is right."""
    order = np.argsort(-sure, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(right) + 1)
    fine = np.flatnonzero(precision >= target)
    return float((fine[-1] + 1) / len(right)) if len(fine) else 0.0


def _mean(values: Bools) -> float | None:
    return float(values.mean()) if len(values) else None


def _macro_f1(first: Sequence[str], truth: Sequence[str | None]) -> float | None:
    """The mean, over the services that occur in the truth, of each one's F1; out-of-scope messages are left out."""
    pairs = [(guess, service) for guess, service in zip(first, truth, strict=True) if service is not None]
    found = []
    for key in {service for _, service in pairs}:
        hits = sum(guess == service == key for guess, service in pairs)
        named = sum((guess == key) + (service == key) for guess, service in pairs)
        found.append(2 * hits / named)
    return sum(found) / len(found) if found else None


def _auroc(sure: NDArray[np.float64], inside: Bools) -> float | None:
    """By ranks (Mann and Whitney 1947); equals count half."""
    if inside.all() or not inside.any():
        return None
    _, place, counts = np.unique(sure, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    ours, others = inside.sum(), (~inside).sum()
    return float((ranks[inside].sum() - ours * (ours + 1) / 2) / (ours * others))


def _recall(sure: NDArray[np.float64], inside: Bools) -> float | None:
    if inside.all() or not inside.any():
        return None
    return float((sure[~inside] < np.quantile(sure[inside], 0.05)).mean())
