from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a worker last showed that it lives and that the database takes what it writes. A single row."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
