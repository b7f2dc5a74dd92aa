"""Workers of their own, for several processes on PostgreSQL: nudges by django-tasks-db, rows swept besides."""

from __future__ import annotations

from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker

from putthrough.jobs.worker import Worker


def run(*, interval: float = 0.2) -> None:
    """Work until told to stop (SIGINT or SIGTERM lets the running batch end)."""
    sweeper = Worker(sweep_seconds=2.0)
    sweeper.start()
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
        sweeper.stop()
