"""putthrough evaluate routing: how good learning from these examples is on messages that it has not seen."""

from __future__ import annotations

import gzip
import json
import resource
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from putthrough.config.cli import setup

if TYPE_CHECKING:
    from putthrough.routing.learning.examples import Example, Label

_HOW = (
    'Each line is an object, for example {"text": "…", "service": "KEY"}; in the services, {"key": "…", "name": "…"}.'
)
_SHOWN = 70  # characters of a file's name in a sentence


class BadFile(ValueError):
    """A file that cannot be read as it should be; the text says which line and why."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=["routing"])
    parser.add_argument("--services", type=Path, required=True, help="JSON lines: key, name, description, synonyms")
    parser.add_argument("--examples", type=Path, help="JSON lines to learn from: text, service")
    parser.add_argument(
        "--test", type=Path, required=True, help="JSON lines to measure with; service null: out of scope"
    )
    parser.add_argument("--target", type=float, default=0.95, help="precision that is wanted (default: %(default)s)")
    parser.add_argument("--words-alone", action="store_true", help="without the sentence encoder")
    parser.add_argument("--json", action="store_true")


def run(options: Namespace) -> int:
    setup()
    try:
        found = _evaluate(options)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(found) if options.json else "\n".join(f"{name:<22} {value}" for name, value in found.items()))
    return 0


def _evaluate(options: Namespace) -> dict[str, Any]:
    from django.conf import settings

    from putthrough.routing.learning.figures import figures
    from putthrough.routing.learning.learner import learn
    from putthrough.routing.meaning.found import encoder

    labels, examples = read_labels(options.services), read_examples(options.examples) if options.examples else []
    test = read_examples(options.test)
    means = None if options.words_alone else encoder(Path(settings.DATA) / "models", own=settings.ENCODER)
    started = time.perf_counter()
    learnt = learn(labels, examples, means, target=options.target)
    taught = time.perf_counter()
    judged = learnt.judge([one.text for one in test])
    ended = time.perf_counter()
    return {
        **figures(judged, [one.service for one in test]).as_dict(),
        "messages_per_second": round(len(test) / (ended - taught), 1),
        "train_seconds": round(taught - started, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def read_labels(path: Path) -> list[Label]:
    from putthrough.routing.learning.examples import Label

    return [
        Label(str(row["key"]), str(row["name"]), str(row.get("description", "")), tuple(row.get("synonyms", ())))
        for row in _rows(path, "key", "name")
    ]


def read_examples(path: Path) -> list[Example]:
    from putthrough.routing.learning.examples import Example

    return [Example(str(row["text"]), row["service"]) for row in _rows(path, "text", "service")]


def _rows(path: Path, *needed: str) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, gzipped or plain. Raises BadFile."""
    name = str(path)[-_SHOWN:]
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError:
                raise BadFile(f"{name}, line {number}: this is not JSON. {_HOW}") from None
            missing = [key for key in needed if not isinstance(row, dict) or key not in row]
            if missing:
                raise BadFile(f"{name}, line {number}: {' and '.join(missing)} is missing. {_HOW}")
            yield row
