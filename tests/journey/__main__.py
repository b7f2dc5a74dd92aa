"""scripts/chaos: the long run. Prints what was done; exit status 1 with the reason when something broke."""

from __future__ import annotations

import random
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from tests.journey.chaos import Chaos


def main() -> int:
    parser = ArgumentParser(prog="scripts/chaos", description="Kill the running demo again and again; lose nothing.")
    parser.add_argument("seconds", type=float, nargs="?", default=300.0)
    parser.add_argument("seed", type=int, nargs="?", default=random.randrange(10**6))
    options = parser.parse_args()
    print(f"{options.seconds:.0f} seconds with seed {options.seed} ...", flush=True)
    with tempfile.TemporaryDirectory(prefix="putthrough-chaos-") as folder:
        chaos = Chaos(Path(folder), options.seed, learns=True)
        try:
            chaos.run(options.seconds)
        except AssertionError as error:
            print(f"BROKEN after {chaos.kills} kills: {error}", file=sys.stderr)
            return 1
    pressed = sum(map(bool, chaos.pressed))
    done = f"{chaos.kills} kills, {len(chaos.letters)} letters, {pressed} answers and what was taught"
    print(f"{done}: nothing lost, nothing twice.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
