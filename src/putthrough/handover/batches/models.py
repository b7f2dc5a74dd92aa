from __future__ import annotations

from django.db import models
from django.db.models import Q

from putthrough.conversations.models import Conversation
from putthrough.directory.models import User


class Batch(models.Model):
    """One thing that somebody has done to many conversations. ``what`` are its particulars: whereto, which tag, which
    outcome. *Running* while some wait for their turn, *undoing* while they are taken back."""

    class Verb(models.TextChoices):
        CLAIM = "claim", "Taken in hand"
        PASS_ON = "pass_on", "Passed on"
        TAG = "tag", "Tagged"
        CLOSE = "close", "Closed"

    class State(models.TextChoices):
        RUNNING = "running", "Going on"
        DONE = "done", "Done"
        UNDOING = "undoing", "Being taken back"
        UNDONE = "undone", "Taken back"

    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=8, choices=Verb.choices)
    what = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "batches"
        indexes = [models.Index(fields=["id"], condition=Q(state__in=["running", "undoing"]), name="batch_going_on")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} by {self.by_id}"


class Item(models.Model):
    """One conversation in it. *Waiting* for its turn; *done* at ``done_at``; *not done* with the reason; *same* where
    it was so before. Taken back it is *back*, or *stays* with the reason. ``before`` is what taking it back needs."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for its turn"
        DONE = "done", "Done"
        NOT_DONE = "not_done", "Not done"
        SAME = "same", "Was so before"
        BACK = "back", "Taken back"
        STAYS = "stays", "Stays as it is"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "conversation"], name="once_in_a_batch")]
        indexes = [models.Index(fields=["batch", "state", "id"], name="of_batch")]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.state}"
