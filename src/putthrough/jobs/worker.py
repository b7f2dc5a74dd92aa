"""The worker: wakes at a nudge, and sweeps for what is due whether nudged or not."""

from __future__ import annotations

import threading
import time

from django.db import close_old_connections, connections

from putthrough.jobs import steps, wake
from putthrough.jobs.actions import beat


class Worker(threading.Thread):
    """The embedded worker thread. ``sweep_seconds`` bounds how long a lost nudge delays anything."""

    def __init__(self, *, sweep_seconds: float = 1.0) -> None:
        super().__init__(name="putthrough-worker", daemon=True)
        self.sweep_seconds = sweep_seconds
        self._stopping = threading.Event()

    def run(self) -> None:
        swept = 0.0
        steps.watch(beat)
        beat(every=0)
        while not self._stopping.is_set():
            nudged = wake.wait(self.sweep_seconds)
            due = time.monotonic() - swept >= self.sweep_seconds
            steps.sweep(None if due else nudged)
            if due:
                swept = time.monotonic()
                beat()
                close_old_connections()
        connections.close_all()

    def stop(self) -> None:
        self._stopping.set()
        wake.ring("")
        self.join(timeout=10)
