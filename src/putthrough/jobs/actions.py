"""A worker's sign of life. It goes through the database, so it also proves that the database takes writes."""

from __future__ import annotations

import time

import structlog
from django.db import DatabaseError

from putthrough.jobs.models import Heartbeat
from putthrough.kit.time import now

log = structlog.get_logger()

EVERY = 10.0  # seconds
_beaten = [float("-inf")]


def beat(*, every: float = EVERY) -> None:
    """Call as often as you like; it writes once in ``every`` seconds. Never raises: a worker outlives a full disk."""
    if time.monotonic() - _beaten[0] < every:
        return
    _beaten[0] = time.monotonic()
    try:
        if not Heartbeat.objects.filter(pk=1).update(at=now()):
            Heartbeat.objects.get_or_create(pk=1, defaults={"at": now()})
    except DatabaseError as error:
        log.warning("the worker cannot write its sign of life", kind=type(error).__name__)
