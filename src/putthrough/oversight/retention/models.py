"""How long what is kept, what is held back from deletion, and what was deleted when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from putthrough.conversations.models import Conversation
from putthrough.oversight.retention.groups import proposed


class Policy(models.Model):
    """``months`` by group (see ``groups``). Nothing is deleted while it is not ``on``. A single row."""

    on = models.BooleanField(default=False)
    months = models.JSONField(default=proposed)
    saved_by = models.CharField(max_length=254, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return "deletes" if self.on else "deletes nothing"


class Hold(models.Model):
    """Somebody's order to keep conversations whatever their age: for a claim, an inquiry, a request that is open.

    It holds those that it names in ``Held``; with ``words`` also every other that holds all of these words, found again
    each day.
    """

    reason = models.CharField(max_length=200)
    words = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=254)
    at = models.DateTimeField()
    released_by = models.CharField(max_length=254, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    searched_until = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(released_at=None), name="holds_in_force")]

    def __str__(self) -> str:
        return self.reason


class Held(models.Model):
    """That a hold keeps a conversation: the database itself does not delete it while this row is there."""

    hold = models.ForeignKey(Hold, models.CASCADE, related_name="held")
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="holds")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "hold"], name="held_once")]

    def __str__(self) -> str:
        return f"{self.conversation_id} by {self.hold_id}"


class Day(models.Model):
    """How many conversations were deleted on a day, by the group that said so."""

    day = models.DateField()
    group = models.CharField(max_length=20)
    deleted = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "group"]
        constraints = [models.UniqueConstraint(fields=["day", "group"], name="one_count_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.deleted}"
