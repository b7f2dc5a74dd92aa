"""Nudges inside one process: remembered until the worker thread looks, and worth nothing after a restart."""

from __future__ import annotations

import threading
from typing import Any

from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id

_lock = threading.Lock()
_nudged: set[str] = set()
_bell = threading.Event()


def ring(step: str) -> None:
    with _lock:
        _nudged.add(step)
    _bell.set()


def wait(seconds: float) -> frozenset[str]:
    """The steps nudged since the last call, at once if there are any, else after at most ``seconds``."""
    _bell.wait(seconds)
    with _lock:
        steps = frozenset(_nudged)
        _nudged.clear()
        _bell.clear()
    return steps


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
