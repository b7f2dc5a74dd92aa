"""From a fresh clone to "Ready" with a warm package cache, a second start, and the memory of the running demo."""

from __future__ import annotations

import subprocess
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from bench._demo import pss_mb, running
from bench._place import show

_ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="putthrough-bench-") as place:
        show(measure(Path(place)), as_json=options.json)


def measure(place: Path) -> dict[str, Any]:
    """What is committed is measured, not what lies about in this checkout."""
    clone = place / "clone"
    first = _ready(["git", "clone", "--quiet", str(_ROOT), str(clone)], clone, place / "data")
    again = _ready(["true"], clone, place / "data")
    return {
        "clone to Ready, s": round(first[0], 1),
        "second start, s": round(again[0], 1),
        "memory of the demo (PSS), MB": round(first[1]),
    }


def _ready(before: list[str], clone: Path, data: Path) -> tuple[float, float]:
    """Seconds until Ready, and the memory once the demo has been idle for a little while."""
    started = time.perf_counter()
    subprocess.run(before, check=True)
    with running([str(clone / "scripts" / "demo")], data, cwd=clone) as process:
        seconds = time.perf_counter() - started
        time.sleep(5)
        return seconds, pss_mb(process.pid)


if __name__ == "__main__":
    main()
