"""The memory of a worker with everything loaded, and of learning anew: the real processes of a demo that was taught.

It learns from LESSONS messages about the starter directory's services, is started again and files mails. PSS shares
what several processes use among them; RSS counts it whole.
"""

from __future__ import annotations

import json
import os
import random
import smtplib
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bench._demo import Memory, about, installed, memory, running
from bench._mails import FILL, mails
from bench._place import show

_MAILS = 100
_PATIENCE = 900.0
_PUTTHROUGH = str(Path(sys.executable).with_name("putthrough"))


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--lessons", type=int, default=4000)
    parser.add_argument("--sentences", type=int, default=3, help="that each message has beside what it is about")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="putthrough-bench-") as place:
        show(measure(Path(place), options.lessons, options.sentences), as_json=options.json)


def measure(place: Path, lessons: int, sentences: int) -> dict[str, Any]:
    data, taught = place / "data", place / "lessons.jsonl"
    with running(installed(), data) as process:
        before = memory(process.pid)
        taught.write_text("\n".join(_lessons(lessons, sentences)))
        with _peak(process.pid) as peak:
            _teach(taught, data)
            _wait(lambda: _one(data, "SELECT lessons FROM routing_version WHERE state = 'in use'") == lessons)
    with running(installed(), data) as process:
        _write(data)
        loaded = memory(process.pid)
    seconds = json.loads(_one(data, "SELECT figures FROM routing_version WHERE state = 'in use'"))["seconds"]
    return {
        "lessons": lessons,
        "before anything is learnt, worker RSS / PSS, MB": before.worker,
        "everything loaded, filing, worker RSS / PSS, MB": loaded.worker,
        "all processes of it, PSS, MB": loaded.together,
        "learning, seconds": seconds,
        "while learning, worker RSS / PSS at most, MB": peak.worker,
        "all processes while learning, PSS at most, MB": peak.together,
    }


def _lessons(count: int, sentences: int) -> Iterator[str]:
    """Messages of the length of a short letter, each about one service by two of its phrases."""
    from putthrough.directory.servicefile import starter
    from putthrough.routing.meant import phrases

    chance, services = random.Random(1), starter()
    for number in range(count):
        service = services[number % len(services)]
        said = chance.sample(phrases(service), min(2, len(phrases(service))))
        text = f"I write about {' and '.join(said)} at number {number}. {' '.join(chance.choices(FILL, k=sentences))}"
        yield json.dumps({"text": text, "service": service.key})


def _teach(file: Path, data: Path) -> None:
    env = {**os.environ, "PUTTHROUGH_DATA": str(data), "DATABASE_URL": ""}
    subprocess.run([_PUTTHROUGH, "learn", str(file)], env=env, check=True, stdout=subprocess.DEVNULL)


def _write(data: Path) -> None:
    """Mails by SMTP, and the wait until all of them are filed."""
    host, _, port = about(data)["smtp"].rpartition(":")
    with smtplib.SMTP(host, int(port), local_hostname="localhost") as server:
        for mail in mails(_MAILS, seed=7, address=about(data)["address"]):
            server.sendmail("resident@post.example", [about(data)["address"]], mail)
    _wait(lambda: _one(data, "SELECT count(*) FROM conversations_message WHERE direction = 'in'") >= _MAILS)


def _one(data: Path, sql: str) -> Any:
    with closing(sqlite3.connect(data / "putthrough.sqlite3", timeout=30)) as base:
        row = base.execute(sql).fetchone()
        return row[0] if row else None


def _wait(true: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE
    while not true():
        if time.monotonic() > until:
            raise SystemExit("It did not come to an end: the figure would be worth nothing.")
        time.sleep(0.5)


@contextmanager
def _peak(group: int) -> Iterator[Memory]:
    """The most that was seen while it lasts, looking twice a second."""
    most, ended = Memory(), threading.Event()

    def look() -> None:
        while not ended.wait(0.5):
            most.at_least(memory(group))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    main()
