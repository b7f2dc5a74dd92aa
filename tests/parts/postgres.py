"""A real PostgreSQL of one's own: made in a temporary folder, unprivileged, on loopback, gone afterwards.

python -m tests.parts.postgres -- COMMAND ...    runs COMMAND with DATABASE_URL naming such a cluster.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.parts import POSTGRES
from tests.parts.ports import free_port

_START_WITHIN = 30  # seconds
_UNDURABLE = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
)  # the data lives as long as the run
_SETTINGS = (*_UNDURABLE, "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=60")


class ClusterError(Exception):
    """PostgreSQL did not start; the text holds what it said."""


@contextmanager
def cluster() -> Iterator[str]:
    """Yields the cluster's address, `postgres://putthrough@127.0.0.1:PORT/postgres`.

    Raises ClusterError when PostgreSQL is missing or does not start.
    """
    programs = POSTGRES.find()
    if programs is None:
        raise ClusterError(f"Missing part: {POSTGRES.how_to_get}")
    folder = Path(tempfile.mkdtemp(prefix="putthrough-postgres-"))
    try:
        _make(Path(programs), folder)
        server, port = _start(Path(programs), folder)
        try:
            yield f"postgres://putthrough@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # "fast shutdown": ends the connections that are left
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root runs it as somebody who owns nothing else here."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _make(programs: Path, folder: Path) -> None:
    whose = _unprivileged()
    if whose:
        os.chown(folder, whose["user"], whose["group"])
    options = ["--username=putthrough", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(
        [programs / "initdb", "--pgdata", folder / "data", *options],
        capture_output=True,
        text=True,
        cwd=folder,
        **whose,
    )
    if made.returncode:
        raise ClusterError(f"initdb did not work: {made.stdout}{made.stderr}")


def _start(programs: Path, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    settings = [part for setting in (*_SETTINGS, f"port={port}") for part in ("-c", setting)]
    log = folder / "log"
    with log.open("wb") as sink:
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *settings],
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,  # Ctrl-C is for the tests; they end first, then the server
            **_unprivileged(),
        )
    give_up = time.monotonic() + _START_WITHIN
    while not _ready(folder / "data" / "postmaster.pid"):
        if server.poll() is not None or time.monotonic() > give_up:
            server.kill()
            server.wait()
            raise ClusterError(f"PostgreSQL did not start: {log.read_text()}")
        time.sleep(0.05)
    return server, port


def _ready(pid_file: Path) -> bool:
    """PostgreSQL writes its state into the eighth line of its pid file."""
    lines = pid_file.read_text().splitlines() if pid_file.exists() else []
    return len(lines) >= 8 and lines[7].strip() == "ready"


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is stopped then, too
    try:
        with cluster() as url:
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}).returncode
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 70


if __name__ == "__main__":
    sys.exit(main(sys.argv[sys.argv.index("--") + 1 :]))
