"""What kind of message it is: recall and precision by kind on both halves of the labelled messages, and the speed.

    bench/run kinds [--json]

Cues were written looking at the tune half alone, so only the held-out half says what to expect of other messages.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from bench._kinds import HELD_OUT, TUNE, Labelled, labelled
from bench._place import show
from putthrough.routing.kinds.detect import Kind, kinds


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    show(measure(labelled()), as_json=parser.parse_args().json)


def measure(rows: Sequence[Labelled]) -> dict[str, Any]:
    kinds("so that the cues are read before the clock starts")
    began = time.perf_counter()
    said = {row.id: {str(guess.kind) for guess in kinds(row.text, before=row.before)} for row in rows}
    figures: dict[str, Any] = {"messages_per_second": round(len(rows) / (time.perf_counter() - began))}
    for half in (TUNE, HELD_OUT):
        these = [row for row in rows if row.half == half]
        for kind in Kind:
            figures[f"{half}: {kind}"] = _figures(str(kind), these, said)
    return figures


def _figures(kind: str, rows: Sequence[Labelled], said: dict[str, set[str]]) -> dict[str, Any]:
    right = [row for row in rows if kind in row.kinds]
    flagged = [row for row in rows if kind in said[row.id]]
    hits = sum(kind in row.kinds for row in flagged)
    near = [row for row in rows if kind in row.near and kind not in row.kinds]
    return {
        "n": len(right),
        "recall": round(hits / len(right), 3) if right else None,
        "precision": round(hits / len(flagged), 3) if flagged else None,
        "near_misses_flagged": f"{sum(kind in said[row.id] for row in near)} of {len(near)}",
    }


if __name__ == "__main__":
    main()
