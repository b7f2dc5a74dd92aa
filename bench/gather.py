"""Gathering a crowd that writes at once: how long, how well, and who is kept out of the bulk reply.

    bench/run gather --burst 10000 --others 2000

The crowds are made up (tests/handover/crowd.py): one burst pipe, and a differently built busy day with snow everywhere,
power cuts in two towns, a rumour and something that nobody could have foreseen. ``putthrough gather`` is run as it is.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench._place import show
from tests.handover.crowd import Line, burst_pipe, busy_day

_PUTTHROUGH = Path(sys.executable).with_name("putthrough")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--burst", type=int, default=10_000)
    parser.add_argument("--others", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    pipe = burst_pipe(options.burst, options.others, seed=options.seed)
    bare = burst_pipe(options.burst, options.others, seed=options.seed + 1, contacts=False, timed=False)
    figures = {f"burst pipe: {name}": value for name, value in measure(pipe).items()}
    figures |= {f"without times and names: {name}": value for name, value in measure(bare).items()}
    figures |= {f"busy day: {name}": value for name, value in measure(busy_day(seed=options.seed)).items()}
    show(figures, as_json=options.json)


def measure(lines: Sequence[Line]) -> dict[str, Any]:
    start = time.perf_counter()
    said = "\n".join(json.dumps(line.as_json()) for line in lines)
    ended = subprocess.run([_PUTTHROUGH, "gather", "--json"], input=said, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = {"messages": len(lines), "seconds": round(time.perf_counter() - start, 1)}
    found = {one["id"]: one for one in map(json.loads, ended.stdout.splitlines())}
    for event in dict.fromkeys(line.event for line in lines if line.event):
        figures |= {f"{event}, {name}": value for name, value in _of_event(lines, found, event).items()}
    figures["endangered in bulk"] = sum(found[line.id]["bulk"] for line in lines if line.plight)
    return figures


def _of_event(lines: Sequence[Line], found: dict[str, dict[str, Any]], event: str) -> dict[str, float]:
    about = [found[line.id] for line in lines if line.event == event]
    key, hits = Counter(one["incident"] for one in about if one["incident"]).most_common(1)[0]
    gathered = sum(one["incident"] == key for one in found.values())
    bulk = sum(one["bulk"] and one["incident"] == key for one in about)
    return {
        "precision": round(hits / gathered, 4),
        "recall": round(hits / len(about), 4),
        "bulk share": round(bulk / len(about), 4),
    }


if __name__ == "__main__":
    main()
