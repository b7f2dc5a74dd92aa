"""The whole suite, with SQLite and again with a real PostgreSQL, and one line of figures at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.parts import POSTGRES, under_ci

_PYTEST = (sys.executable, "-m", "pytest")
_SUITE = (*_PYTEST, "-q", "-n", "2", "--dist=worksteal")
_ON_POSTGRES = (sys.executable, "-m", "tests.parts.postgres", "--", *_SUITE)


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="putthrough-test-") as folder:
        tally = Path(folder) / "tally"
        os.environ["PUTTHROUGH_TEST_TALLY"] = str(tally)
        os.environ["PUTTHROUGH_DATA"] = folder  # never the data of a product that runs from this checkout
        os.environ.pop("DATABASE_URL", None)
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two processes test: each multiplies on its own core
        good = _run(*_PYTEST, *arguments) if arguments else _whole()
        passed, failed, skipped = _sums(tally)
        print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
        return 0 if good and not failed else 1


def _whole() -> bool:
    """The checks run beside the tests with SQLite, which leave a core idle now and then."""
    with ThreadPoolExecutor(1) as beside:
        check = beside.submit(_heard, "scripts/check")
        _say("Tests with SQLite")
        sqlite = _run(*_SUITE)
        checked, said = check.result()
    _say(f"Checks\n{said}")
    _say("Tests with PostgreSQL")
    return _with_postgres() and sqlite and checked


def _heard(command: str) -> tuple[bool, str]:
    """Whether it succeeded, and what it said."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode == 0, done.stdout.rstrip()


def _with_postgres() -> bool:
    if POSTGRES.find():
        return _run(*_ON_POSTGRES)
    print(f"Not run. Missing part: {POSTGRES.how_to_get}", flush=True)
    return not under_ci()


def _run(*command: str) -> bool:
    """True where the command succeeded; where pytest broke off without figures, that is said."""
    status = subprocess.run(command).returncode
    if status not in (0, 1):
        print(f"{Path(command[0]).name} broke off (exit status {status}).", flush=True)
    return status == 0


def _sums(tally: Path) -> tuple[int, int, int]:
    lines = tally.read_text().splitlines() if tally.exists() else []
    rows = [[int(figure) for figure in line.split()] for line in lines]
    passed, failed, skipped = (sum(row[at] for row in rows) for at in range(3))
    return passed, failed, skipped


def _say(what: str) -> None:
    print(f"\n== {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
