"""A running demo to measure: the real processes of a folder of their own, and what they use."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 300.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], folder: Path, *, cwd: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """``command`` with ports and ``folder``, once it has printed Ready; stopped as Ctrl-C stops it."""
    options = ["--port", str(free_port()), "--smtp-port", str(free_port()), "--data", str(folder), "--no-messages"]
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("PUTTHROUGH", "DATABASE"))}
    process = subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, text=True, cwd=cwd, env=bare, start_new_session=True
    )
    try:
        _wait(process)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def _wait(process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    for line in process.stdout or ():
        if line.startswith("Ready:"):
            return
        if time.monotonic() > until:
            break
    raise SystemExit("The demo did not get ready.")


def installed() -> list[str]:
    """The demo of this checkout."""
    return [str(Path(sys.executable).with_name("putthrough")), "demo"]


def about(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "demo.json").read_text())
    return found


@dataclass(slots=True)
class Memory:
    """In MB: the resident and the proportional set size of the largest process but those that learn, which is the one
    at work, and the proportional set size of all together."""

    worker: tuple[int, int] = (0, 0)
    together: int = 0

    def at_least(self, other: Memory) -> None:
        self.worker = max(self.worker[0], other.worker[0]), max(self.worker[1], other.worker[1])
        self.together = max(self.together, other.together)


def memory(group: int) -> Memory:
    """Of a process group (Linux)."""
    found = dict(_sizes(group))
    at_work = max((sizes for process, sizes in found.items() if not _learns(process)), default=(0, 0))
    return Memory(at_work, sum(pss for _, pss in found.values()))


def pss_mb(group: int) -> int:
    """The proportional set size of every process of a process group, in MB (Linux)."""
    return memory(group).together


def _sizes(group: int) -> Iterator[tuple[Path, tuple[int, int]]]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(process.name)) == group:
                yield process, (_size(process, "Rss:"), _size(process, "Pss:"))
        except (OSError, ProcessLookupError):
            continue


def _learns(process: Path) -> bool:
    try:
        return b"multiprocessing" in (process / "cmdline").read_bytes()
    except OSError:
        return True


def _size(process: Path, kind: str) -> int:
    lines = (process / "smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(kind)) // 1024
