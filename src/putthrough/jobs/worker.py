"""The worker: wakes at a nudge, and sweeps for what is due whether nudged or not."""

from __future__ import annotations

import threading
import time

from django.db import close_old_connections, connections

from putthrough.jobs import steps, wake
from putthrough.jobs.actions import beat

_SENDERS = 3


class Worker(threading.Thread):
    """A worker thread for the steps that go ``outside``, or for those that do not, or for all.

    ``sweep_seconds`` bounds how long a lost nudge delays anything.
    """

    def __init__(self, *, outside: bool | None = None, sweep_seconds: float = 1.0) -> None:
        super().__init__(name=f"worker-{'network' if outside else 'rows'}", daemon=True)
        self.sweep_seconds = sweep_seconds
        self._steps = frozenset(steps.names(outside=outside))
        self._bell = wake.Bell(self._steps)
        self._stopping = threading.Event()

    def run(self) -> None:
        swept = 0.0
        steps.watch(beat)
        beat(every=0)
        while not self._stopping.is_set():
            nudged = self._bell.wait(self.sweep_seconds)
            due = time.monotonic() - swept >= self.sweep_seconds
            steps.sweep(self._steps if due else nudged)
            if due:
                swept = time.monotonic()
                beat()
                close_old_connections()
        connections.close_all()

    def stop(self) -> None:
        self._stopping.set()
        self._bell.ring()
        self.join(timeout=10)
        self._bell.take_down()


def workers(*, sweep_seconds: float = 1.0) -> list[Worker]:
    """One for rows, and a few for networks: a mail server that does not answer keeps nobody waiting but its own."""
    rows = Worker(outside=False, sweep_seconds=sweep_seconds)
    return [rows, *(Worker(outside=True, sweep_seconds=sweep_seconds) for _ in range(_SENDERS))]
