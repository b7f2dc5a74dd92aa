"""Whether anything is at work."""

from __future__ import annotations

from datetime import datetime

from putthrough.jobs.models import Heartbeat


def last_beat() -> datetime | None:
    """When a worker last showed that it lives; None if none ever has."""
    return Heartbeat.objects.filter(pk=1).values_list("at", flat=True).first()
