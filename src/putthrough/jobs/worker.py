"""The worker: wakes at a nudge, and sweeps for what is due whether nudged or not."""

from __future__ import annotations

import threading
import time

from django.db import close_old_connections, connections

from putthrough.jobs import steps, wake
from putthrough.jobs.actions import beat

_SENDERS = 3
_UNHURRIED = 5


class Worker(threading.Thread):
    """A worker thread for the steps of a ``lane``, or for all.

    ``sweep_seconds`` bounds how long a lost nudge delays anything.
    """

    def __init__(self, *, lane: str = "", sweep_seconds: float = 1.0) -> None:
        super().__init__(name=f"worker-{lane or 'all'}", daemon=True)
        self.sweep_seconds = sweep_seconds
        self._steps = frozenset(steps.names(lane=lane))
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
    """One for rows, one for alerts, a few for networks (a mail server that does not answer keeps nobody waiting but its
    own), and one that learns, which need not hurry."""
    lanes = ["rows", "alerts", *["networks"] * _SENDERS]
    workers = [Worker(lane=lane, sweep_seconds=sweep_seconds) for lane in lanes]
    return [*workers, Worker(lane="learning", sweep_seconds=sweep_seconds * _UNHURRIED)]
