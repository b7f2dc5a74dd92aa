from __future__ import annotations

from django.db import models

from putthrough.conversations.models import Conversation


class Deadline(models.Model):
    """A regime's clock on a conversation. It starts with the day on which the resident wrote.

    ``days`` is the regime's length in working days. ``stopped_at`` is when it was met or ended, None while it runs.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="deadlines")
    regime = models.CharField(max_length=20, default="target")
    days = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "regime"],
                condition=models.Q(stopped_at=None),
                name="one_running_clock",
            )
        ]

    def __str__(self) -> str:
        return f"{self.regime}: due {self.due_at:%Y-%m-%d}"
