"""The first day: how often the right service is the first guess, and among five, from the directory's own words alone.

The messages are of our own writing: the even lines of tests/data/residents.jsonl (without what is nobody's) and of
tests/data/numbered.jsonl, each with the numbers in the government's list that are right; nothing was tuned on these.
LIST is that list as CSV; its services come to those of the starter directory.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from bench._place import show

_DATA = Path(__file__).parent.parent / "tests" / "data"
_Case = tuple[str, frozenset[str]]


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--list", type=Path, help="the government's list as CSV")
    parser.add_argument("--json", action="store_true")
    show(measure(options := parser.parse_args()), as_json=options.json)


def measure(options: Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="putthrough-bench-") as folder:
        os.environ |= {"PUTTHROUGH_DATA": folder, "DJANGO_SETTINGS_MODULE": "putthrough.config.settings"}
        from putthrough.config.cli import setup

        setup()
        return dict(_figures(options.list, Path(folder)))


def _figures(official: Path | None, folder: Path) -> Iterator[tuple[str, Any]]:
    from putthrough.directory.servicefile import read_services, starter
    from putthrough.routing.lexical import Index
    from putthrough.routing.meaning.found import encoder
    from putthrough.routing.meant import Meant, guesses, phrases

    known = {entry.key for entry in starter()}
    added = [entry for entry in read_services(official).entries if entry.key not in known] if official else []
    services = [*starter(), *added]
    index, means = Index.build(services), encoder(folder, threads=os.cpu_count() or 1)
    said = [*chain.from_iterable(phrases(service) for service in services)]
    meant = Meant.of(services, dict(zip(said, means.encode(said), strict=True))) if means else None
    yield "services", len(services)
    for name, cases in (("residents", residents()), ("numbered", numbered() if official else [])):
        points = means.encode([text for text, _ in cases]) if means else [None] * len(cases)
        for how, by in (("words", None), ("words and meaning", meant)):
            if cases and (by or how == "words"):
                found = [
                    [guess.key for guess in guesses(text, index, by, point)]
                    for (text, _), point in zip(cases, points, strict=True)
                ]
                yield f"{name}, {len(cases)}, by {how}: first, among five", _shares(found, cases)
    yield "by words, one message, ms, p95", _speed(index, [text for text, _ in residents()])


def _shares(found: Sequence[Sequence[str]], cases: Sequence[_Case]) -> list[float]:
    first = np.mean([bool(right & set(keys[:1])) for keys, (_, right) in zip(found, cases, strict=True)])
    among = np.mean([bool(right & set(keys)) for keys, (_, right) in zip(found, cases, strict=True)])
    return [round(float(first), 3), round(float(among), 3)]


def residents() -> list[_Case]:
    rows = _lines("residents.jsonl")[1::2]
    return [(row["text"], frozenset([row["service"]])) for row in rows if row["service"]]


def numbered() -> list[_Case]:
    return [(row["text"], frozenset(f"lgsl:{at}" for at in row["lgsl"])) for row in _lines("numbered.jsonl")[1::2]]


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_DATA / name).read_text("utf-8").splitlines()]


def _speed(index: Any, texts: Sequence[str]) -> float:
    times = []
    for text in texts:
        started = time.perf_counter()
        index.match(text)
        times.append(1000 * (time.perf_counter() - started))
    return round(sorted(times)[int(0.95 * len(times))], 3)


if __name__ == "__main__":
    main()
