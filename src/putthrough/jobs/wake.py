"""Nudges inside one process: remembered until the worker thread looks, and worth nothing after a restart."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id

_bells: list[Bell] = []


class Bell:
    """Rings for one worker: for its steps, and for no other's."""

    def __init__(self, steps: Iterable[str]) -> None:
        self._steps = frozenset(steps)
        self._lock = threading.Lock()
        self._nudged: set[str] = set()
        self._rung = threading.Event()
        _bells.append(self)

    def ring(self, step: str = "") -> None:
        """Without a step it only wakes."""
        if step and step not in self._steps:
            return
        with self._lock:
            self._nudged.add(step)
        self._rung.set()

    def wait(self, seconds: float) -> frozenset[str]:
        """The steps nudged since the last call, at once if there are any, else after at most ``seconds``."""
        self._rung.wait(seconds)
        with self._lock:
            steps = frozenset(self._nudged)
            self._nudged.clear()
            self._rung.clear()
        return steps

    def take_down(self) -> None:
        _bells.remove(self)


def ring(step: str) -> None:
    for bell in list(_bells):
        bell.ring(step)


class WakeBackend(BaseTaskBackend):
    """A Django Tasks backend that wakes the worker in this process. It keeps nothing: rows are the truth."""

    def enqueue(self, task: Task[..., Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        ring(args[0])
        return TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
