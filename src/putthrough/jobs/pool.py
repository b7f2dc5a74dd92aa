"""Workers of their own, for several processes on PostgreSQL: nudges by django-tasks-db, rows swept besides."""

from __future__ import annotations

import threading
import time

import structlog
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker

from putthrough.jobs.worker import workers

log = structlog.get_logger()


class _Pruner(threading.Thread):
    """Nudges that have been followed are worth nothing: once an hour those of more than a day ago are deleted."""

    def run(self) -> None:
        while True:
            try:
                call_command("prune_db_task_results", min_age_days=1, verbosity=0)
            except DatabaseError as error:
                log.warning("old nudges stay for another hour", kind=type(error).__name__)
            connections.close_all()
            time.sleep(3600)


def run(*, interval: float = 0.2) -> None:
    """Work until told to stop (SIGINT or SIGTERM lets the running batch end)."""
    sweepers = workers(sweep_seconds=2.0)
    for sweeper in sweepers:
        sweeper.start()
    _Pruner(name="pruner", daemon=True).start()
    worker = TaskWorker(
        queue_names=["default"],
        interval=interval,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    worker.configure_signals()
    try:
        worker.run()
    finally:
        for sweeper in sweepers:
            sweeper.stop()
