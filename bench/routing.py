"""Routing that learns, on labelled sets in the form of `putthrough evaluate routing`, beside plain baselines.

Each folder of DATA holds services, examples and test (.jsonl or .jsonl.gz). Thresholds come from the examples alone.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from bench._place import show
from putthrough.config.commands.evaluate import read_examples, read_labels
from putthrough.routing.learning.examples import Example, Label
from putthrough.routing.learning.figures import Figures, figures
from putthrough.routing.learning.learner import learn
from putthrough.routing.learning.learnt import Encoder
from putthrough.routing.meaning.found import encoder

_SHOWN = ("accuracy", "top5", "auto_share", "auto_precision", "coverage_at_95", "out_of_scope_recall")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the sets")
    parser.add_argument("--sets", default="", help="names of folders, separated by commas (default: all)")
    parser.add_argument("--shots", default="0,10,all", help="examples a service: 0 is descriptions alone")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    show(measure(options := parser.parse_args()), as_json=options.json)


def measure(options: Namespace) -> dict[str, Any]:
    sets = options.sets.split(",") if options.sets else sorted(path.name for path in options.data.iterdir())
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="putthrough-bench-") as folder:
        means = encoder(Path(folder), threads=os.cpu_count() or 1)
        if means is None:
            raise SystemExit("The sentence encoder is not installed: run scripts/setup --dev.")
        for name in sets:
            for shots in options.shots.split(","):
                for at, values in _one_set(options.data / name, shots, options.seeds, means):
                    print(at, values, file=sys.stderr, flush=True)  # the larger sets take minutes each
                    found[at] = values
        found["one message, ms, p95"] = _one_message(options.data / sets[0], means)
    return found


def _one_set(folder: Path, shots: str, seeds: int, means: Encoder) -> Iterator[tuple[str, Any]]:
    labels, examples, test = (
        read_labels(_file(folder, "services")),
        read_examples(_file(folder, "examples")),
        read_examples(_file(folder, "test")),
    )
    ours: list[Figures] = []
    plain: dict[str, list[float]] = defaultdict(list)
    points = means.encode([one.text for one in test])
    for seed in range(1 if shots == "0" else seeds):
        chosen = _few(examples, shots, seed)
        model = learn(labels, chosen, means, seed=seed)
        judged = model.judge([one.text for one in test], points)
        ours.append(figures(judged, [one.service for one in test]))
        if chosen:
            for what, accuracy in _baselines(chosen, test, points, means):
                plain[what].append(accuracy)
    at = f"{folder.name}, {'descriptions only' if shots == '0' else shots if shots == 'all' else shots + ' each'}"
    yield at, {key: _spread([getattr(one, key) for one in ours]) for key in _SHOWN}
    yield f"{at}: baselines", {what: _spread(values) for what, values in plain.items()}


def _file(folder: Path, name: str) -> Path:
    zipped = folder / f"{name}.jsonl.gz"
    return zipped if zipped.exists() else folder / f"{name}.jsonl"


def _few(examples: Sequence[Example], shots: str, seed: int) -> list[Example]:
    if shots == "all":
        return list(examples)
    shuffled = random.Random(seed).sample(list(examples), len(examples))
    had: dict[str | None, list[Example]] = defaultdict(list)
    for one in shuffled:
        had[one.service].append(one)
    return [one for those in had.values() for one in those[: int(shots)]]


def _baselines(
    chosen: Sequence[Example], test: Sequence[Example], points: Any, means: Encoder
) -> Iterator[tuple[str, float]]:
    texts, services = [one.text for one in chosen], [one.service for one in chosen]
    inside = [at for at, one in enumerate(test) if one.service is not None]
    truth = [test[at].service for at in inside]
    words = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    svm = make_pipeline(words, LinearSVC()).fit(texts, services)
    yield "TF-IDF + linear SVM", float(np.mean(svm.predict([test[at].text for at in inside]) == np.array(truth)))
    logistic = LogisticRegression(C=10, max_iter=1000).fit(means.encode(texts), services)
    yield "MiniLM + logistic regression", float(np.mean(logistic.predict(points[inside]) == np.array(truth)))


def _spread(values: Sequence[float | None]) -> str:
    there = [value for value in values if value is not None]
    if not there:
        return "-"
    spread = f" ± {statistics.stdev(there):.3f}" if len(there) > 1 and len(set(there)) > 1 else ""
    return f"{statistics.fmean(there):.3f}{spread}"


def _one_message(folder: Path, means: Encoder) -> float:
    labels: list[Label] = read_labels(_file(folder, "services"))
    examples = read_examples(_file(folder, "examples"))[:4000]
    model = learn(labels, examples, means)
    times = []
    for one in examples[:300]:
        started = time.perf_counter()
        model.judge([one.text])
        times.append(1000 * (time.perf_counter() - started))
    return round(sorted(times)[int(0.95 * len(times))], 2)


if __name__ == "__main__":
    main()
