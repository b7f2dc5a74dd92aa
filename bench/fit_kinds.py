"""Fits what tells kinds of message apart, and writes it into the package: words' weights and the encoder's layers.

    bench/run fit_kinds    writes routing/kinds/weights.txt and routing/meaning/adapted.npz, and says on standard error
                           how well kinds are told of messages that had no part in it. About twenty minutes.

It learns from the tune half of ``tests/data/kinds.jsonl`` and from ``bench/data/kinds_written.jsonl`` (of ordinary
messages, whose ids begin with o, it is only known whether they are of the graver kinds), never from what is held out.
Thresholds are chosen by cross-validation on these alone, and by what the cues were not written from, for there cues
look better than they are. Needs the packages of the dependency group ``fit``.
"""

from __future__ import annotations

import math
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from bench._kinds import FILE, TUNE, Labelled, labelled
from putthrough.routing.kinds.detect import Kind, by_cues, reader
from putthrough.routing.kinds.learnt import terms_of

WRITTEN = Path(__file__).parent / "data" / "kinds_written.jsonl"
ROUTING = Path(__file__).parent.parent / "src" / "putthrough" / "routing"
TARGET, ADAPTED = ROUTING / "kinds" / "weights.txt", ROUTING / "meaning" / "adapted.npz"
KINDS = tuple(str(kind) for kind in Kind)
FEWEST = 3  # messages that have a term
STRENGTH, CUE_STRENGTH, TOLD_STRENGTH = 0.12, 0.02, 0.3  # of the penalties, in hundredths
FOLDS = 3
PRECISION_OF_A_LIFE = 0.52  # that the most recall is sought at: half, and some room
RECALL, PRECISION = 0.95, 0.8  # of the other kinds
_WRITTEN_FROM = 779  # the cues were written looking at the tune half of k001 to k779
Array = Any


def main() -> None:
    ArgumentParser(description=__doc__).parse_args()
    rows = training()
    truth = np.array([[kind in row.kinds for kind in KINDS] for row in rows])
    known = np.array([[row.known is None or kind in row.known for kind in KINDS] for row in rows])
    folds, later = np.arange(len(rows)) % FOLDS, np.array([_is_later(row.id) for row in rows])
    told = _told(rows, truth, known, folds)
    TARGET.write_text(_fitted(rows, truth, known, folds, later, told), encoding="utf-8")


def training() -> Sequence[Labelled]:
    """In an order of no meaning, the same each time."""
    rows = [*(row for row in labelled() if row.half == TUNE), *labelled(WRITTEN)]
    return sorted(rows, key=lambda row: sha256(row.text.encode()).digest())


def digest() -> str:
    """Of all that the weights come from: messages, and the cues whose confidences they weigh."""
    found = sha256()
    for path in (FILE, WRITTEN, *sorted((TARGET.parent / "cues").glob("*.txt"))):
        found.update(path.read_bytes())
    return found.hexdigest()


def _told(rows: Sequence[Labelled], truth: Array, known: Array, folds: Array) -> Array:
    """What layers that never saw a message say of it; writes those that saw them all."""
    from bench._adapting import Layers, Taught, stored

    taught = Taught(Layers(), [row.text for row in rows], truth, known)
    told = np.zeros(truth.shape)
    for fold in range(FOLDS):
        learnt = taught.learn(np.flatnonzero(folds != fold), seed=fold)
        told[folds == fold] = taught.tell(learnt, np.flatnonzero(folds == fold))
        print(f"layers taught without part {fold + 1} of {FOLDS}", file=sys.stderr, flush=True)
    np.savez(ADAPTED, **stored(taught.learn(np.arange(len(rows)), seed=FOLDS), KINDS))
    return told


def _fitted(rows: Sequence[Labelled], truth: Array, known: Array, folds: Array, later: Array, told: Array) -> str:
    lines = [
        f"# Written by bench/run fit_kinds from {len(rows)} messages. SHA-256 of what it came from:",
        f"# {digest()}",
    ]
    seen = [terms_of(reader().read(row.text).words) for row in rows]
    cues = np.array([[by_cues(row.text, before=row.before).get(kind, 0.0) for kind in KINDS] for row in rows])
    names = _names(seen)
    words, terms = _matrix(seen, names), dict[str, list[str]]()
    alone, sums = {}, np.zeros(truth.shape)
    for at, kind in enumerate(KINDS):
        unseen = _out_of_fold(words, cues, truth[:, at], known[:, at], folds)
        bias, of_cues, of_words = _parts(_fit(words, cues, truth[:, at], known[:, at]), len(KINDS))
        judged = later & known[:, at]
        alone[kind] = bias - _threshold(f"{kind} by words", truth[judged, at], unseen[judged])
        sums[:, at] = unseen - bias + alone[kind]
        lines.append(f"cue\t{kind}\t{_pairs(KINDS, of_cues, least=0.005)}")
        for name, weight in zip(names, of_words, strict=True):
            if abs(weight) >= 0.05:
                terms.setdefault(name, []).append(f"{kind}:{weight:.2f}")
    lines += _with_told(alone, truth, known, folds, later, np.hstack([sums, told]))
    lines += [f"term\t{name}\t{' '.join(those)}" for name, those in sorted(terms.items())]
    return "\n".join(lines) + "\n"


def _with_told(
    alone: Mapping[str, float], truth: Array, known: Array, folds: Array, later: Array, both: Array
) -> list[str]:
    """How words and the encoder's layers are weighed together, each by what it said of messages it had not seen."""
    lines, none, kinds = [], csr_matrix((len(both), 0)), len(KINDS)
    for at, kind in enumerate(KINDS):
        unseen = _out_of_fold(none, both, truth[:, at], known[:, at], folds, strength=TOLD_STRENGTH)
        bias, weights, _ = _parts(_fit(none, both, truth[:, at], known[:, at], strength=TOLD_STRENGTH), 2 * kinds)
        judged = later & known[:, at]
        bias -= _threshold(kind, truth[judged, at], unseen[judged])
        lines.append(f"kind\t{kind}\talone:{alone[kind]:.3f} both:{bias:.3f}")
        lines.append(f"words\t{kind}\t{_pairs(KINDS, weights[:kinds])}")
        lines.append(f"told\t{kind}\t{_pairs(KINDS, weights[kinds:])}")
    return lines


def _pairs(names: Sequence[str], weights: Array, *, least: float = 0.0) -> str:
    return " ".join(f"{name}:{weight:.3f}" for name, weight in zip(names, weights, strict=True) if abs(weight) >= least)


def _is_later(id: str) -> bool:
    return not (id.startswith("k") and int(id[1:]) <= _WRITTEN_FROM)


def _names(seen: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    counted = Counter(term for one in seen for term in one)
    return sorted(term for term, number in counted.items() if number >= FEWEST and not set(term) & set("\t:"))


def _matrix(seen: Sequence[Mapping[str, Any]], names: Sequence[str]) -> csr_matrix:
    """Each row has the terms that it holds, divided by the root of their number."""
    at = {name: number for number, name in enumerate(names)}
    columns, values, ends = [], [], [0]
    for one in seen:
        known = sorted(at[term] for term in one if term in at)
        columns += known
        values += [1 / math.sqrt(len(known) or 1)] * len(known)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(seen), len(names)))


def _fit(words: csr_matrix, dense: Array, truth: Array, known: Array, *, strength: float = CUE_STRENGTH) -> Array:
    """Logistic regression on what is known, both classes weighing the same: bias, weights of ``dense`` (penalised by
    ``strength``), of ``words``."""
    words, dense, truth = words[known], dense[known], truth[known]
    share = truth.mean()
    weight = np.where(truth, 0.5 / share, 0.5 / (1 - share)) / len(truth)
    sign, cut = np.where(truth, 1.0, -1.0), 1 + dense.shape[1]
    penalty = np.concatenate([[0.0], np.full(dense.shape[1], strength), np.full(words.shape[1], STRENGTH)]) / 100

    def loss(w: Array) -> tuple[float, Array]:
        margin = sign * (w[0] + dense @ w[1:cut] + words @ w[cut:])
        value = float(weight @ np.logaddexp(0, -margin) + 0.5 * penalty @ (w * w))
        pull = -weight * sign / (1 + np.exp(np.clip(margin, -500, 500)))
        return value, np.concatenate([[pull.sum()], dense.T @ pull, words.T @ pull]) + penalty * w

    begin = np.zeros(cut + words.shape[1])
    return minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x


def _parts(weights: Array, dense: int) -> tuple[float, Array, Array]:
    return float(weights[0]), weights[1 : 1 + dense], weights[1 + dense :]


def _out_of_fold(
    words: csr_matrix, dense: Array, truth: Array, known: Array, folds: Array, *, strength: float = CUE_STRENGTH
) -> Array:
    """The score of each message by weights that never saw it."""
    found = np.zeros(len(truth))
    for fold in range(FOLDS):
        there = folds == fold
        weights = _fit(words[~there], dense[~there], truth[~there], known[~there], strength=strength)
        bias, of_dense, of_words = _parts(weights, dense.shape[1])
        found[there] = bias + dense[there] @ of_dense + words[there] @ of_words
    return found


def _threshold(what: str, truth: Array, scores: Array) -> float:
    """Where recall and precision are, of their goals, the larger share at once; for a life the most recall that its
    precision allows."""
    best, found, figures = (0.0, 0.0), 0.0, (0.0, 0.0)
    for cut in np.unique(np.round(scores, 2)):
        said = scores >= cut
        right = int((said & truth).sum())
        recall, precision = right / max(1, truth.sum()), right / max(1, said.sum())
        worth = min(recall / RECALL, precision / PRECISION)
        if what.startswith("risk_to_life"):
            worth = recall if precision >= PRECISION_OF_A_LIFE else 0.0
        if (worth, recall) > best:
            best, found, figures = (worth, recall), float(cut), (recall, precision)
    print(f"{what}: cross-validated recall {figures[0]:.2f}, precision {figures[1]:.2f}", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    main()
