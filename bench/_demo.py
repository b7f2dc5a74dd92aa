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


def pss_mb(group: int) -> float:
    """The proportional set size of every process of a process group, in MB (Linux)."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(process.name)) == group:
                total += _pss(process)
        except (OSError, ProcessLookupError):
            continue
    return total / 1024


def _pss(process: Path) -> int:
    lines = (process / "smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
