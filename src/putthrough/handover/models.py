from __future__ import annotations

from django.db import models

from putthrough.conversations.models import Conversation
from putthrough.directory.models import Service, Team, User


class Handover(models.Model):
    """One passing on: from a team to another, with a note. The new team owns it at once; *offered* means that
    nobody there has taken it in hand yet, *accepted* that somebody has, *declined* that it went back.
    ``before`` is how things stood, for undoing it."""

    class State(models.TextChoices):
        OFFERED = "offered", "Passed on, not yet taken in hand"
        ACCEPTED = "accepted", "Taken in hand"
        DECLINED = "declined", "Sent back"
        UNDONE = "undone", "Undone"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="handovers")
    origin = models.ForeignKey(Team, models.PROTECT, related_name="+")
    to = models.ForeignKey(Team, models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OFFERED)
    at = models.DateTimeField()
    before = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(state="offered"), name="one_open_handover"
            )
        ]

    def __str__(self) -> str:
        return f"{self.origin} to {self.to}"
