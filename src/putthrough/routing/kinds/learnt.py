"""What the cues leave open, weighed: a linear model over the cues' own confidences and a message's words and pairs, and
over what the encoder's taught layers make of the message, where there is an encoder.

Its weights stand in ``weights.txt``, written by ``bench/run fit_kinds`` from messages that people labelled. Without
that file, or with one that cannot be read, the cues speak alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import structlog

log = structlog.get_logger()

FILE = "weights.txt"
_WINDOW, _STRIDE = 60, 30  # words of a long message that are weighed together
IN_PARTS = frozenset({"risk_to_life", "safeguarding", "hazard"})
"""Kinds of which one sentence among many is enough: of a long message the part that says it most counts."""
By = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Weights:
    """By kind its ``bias``, what each cue kind's confidence adds (``cues``), and by term, a word or two and a space
    between, what it adds to which kind. Where the encoder told, what each kind's sum then adds (``words``), what each
    of the encoder's kinds does (``told``) and another ``bias_told``. 0 is where a kind is said."""

    bias: Mapping[str, float]
    cues: By
    terms: By
    bias_told: Mapping[str, float]
    words: By
    told: By


def read(text: str) -> Weights:
    """Raises ValueError, naming the line, for one that cannot be read."""
    found: dict[str, dict[str, dict[str, float]]] = {name: {} for name in ("kind", "cue", "term", "words", "told")}
    for number, line in enumerate(text.splitlines(), 1):
        what, *rest = line.split("\t")
        if what.startswith("#"):
            continue
        try:
            name, given = rest
            found[what][name] = {key: float(weight) for key, weight in (one.split(":") for one in given.split(" "))}
        except (ValueError, KeyError) as error:
            raise ValueError(f"{FILE}:{number}: {line[:60]!r} cannot be read as a weight") from error
    kinds = found["kind"]
    if unknown := {kind for given in found["term"].values() for kind in given} - set(kinds):
        raise ValueError(f"{FILE}: weights of kinds that are not declared: {sorted(unknown)}")
    alone, both = ({kind: kinds[kind][name] for kind in kinds if name in kinds[kind]} for name in ("alone", "both"))
    return Weights(alone, found["cue"], found["term"], both, found["words"], found["told"])


@cache
def weights() -> Weights | None:
    """Those that ship with the package, read once; None, and a line in the log, where they cannot be."""
    try:
        return read(files("putthrough.routing.kinds").joinpath(FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        log.warning("kinds are told by cues alone", why=str(error))
        return None


def terms_of(words: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Each word and each two that follow one another, with its first and last place."""
    found: dict[str, tuple[int, int]] = {}
    for at, word in enumerate(words):
        found.setdefault(word, (at, at))
        if at:
            found.setdefault(f"{words[at - 1]} {word}", (at - 1, at))
    return found


def windows(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """The whole of a short message; of a long one its parts, each beginning in the midst of the one before."""
    if len(words) <= _WINDOW + _STRIDE:
        yield words
        return
    for at in range(0, len(words) - _STRIDE, _STRIDE):
        yield words[at : at + _WINDOW]


def confidences(
    model: Weights, cues: Mapping[str, float], words: Sequence[str], told: Mapping[str, float] | None = None
) -> dict[str, float]:
    """How sure (0 to 1, said from 0.5) of each kind that the model knows. ``told`` is what the encoder makes of it."""
    sums = scores(model, cues, words)
    if not told or not model.told:
        return {kind: _squashed(score) for kind, score in sums.items()}
    return {
        kind: _squashed(bias + _sum(model.words[kind], sums) + _sum(model.told[kind], told))
        for kind, bias in model.bias_told.items()
    }


def scores(model: Weights, cues: Mapping[str, float], words: Sequence[str]) -> dict[str, float]:
    """The sum of each kind by cues and words alone."""
    whole = _added(model, words)
    parts = [whole, *(_added(model, part) for part in windows(words) if len(part) < len(words))]
    found = {}
    for kind, bias in model.bias.items():
        by_words = max(part.get(kind, 0.0) for part in (parts if kind in IN_PARTS else [whole]))
        found[kind] = bias + _sum(model.cues.get(kind, {}), cues) + by_words
    return found


def _sum(weights: Mapping[str, float], given: Mapping[str, float]) -> float:
    return sum(weight * given.get(name, 0.0) for name, weight in weights.items())


def _added(model: Weights, words: Sequence[str]) -> dict[str, float]:
    found = [given for term in terms_of(words) if (given := model.terms.get(term)) is not None]
    added: dict[str, float] = {}
    for given in found:
        for kind, weight in given.items():
            added[kind] = added.get(kind, 0.0) + weight
    size = math.sqrt(len(found)) or 1.0
    return {kind: weight / size for kind, weight in added.items()}


def _squashed(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def telling(model: Weights, kind: str, words: Sequence[str], *, most: int) -> list[tuple[int, int]]:
    """Where the words stand that spoke most for the kind, the weightiest first."""
    weighed = [(model.terms.get(term, {}).get(kind, 0.0), place) for term, place in terms_of(words).items()]
    return [place for weight, place in sorted(weighed, key=lambda one: -one[0])[:most] if weight > 0]
