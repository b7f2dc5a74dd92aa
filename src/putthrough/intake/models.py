from __future__ import annotations

from django.db import models

from putthrough.channels.models import Account


class Arrival(models.Model):
    """What a channel handed over, raw, exactly once per account. Everything else is made from it and can be again.

    ``state``: *new* waits to be read; *filed* became a message; *echo* was our own words coming back; *aside*
    could not be read or filed, and stands in triage with the reason; *early* tells of a change to the message
    ``about`` (its public id), which has not come yet; *answer* is a colleague's answer by ordinary email; *gone* was
    deleted when its time was over, its content with it. ``history`` came from before: it is filed closed and without
    a clock.
    """

    class State(models.TextChoices):
        NEW = "new", "Waiting to be read"
        FILED = "filed", "Filed"
        ECHO = "echo", "Our own words"
        ASIDE = "aside", "Set aside"
        EARLY = "early", "Waiting for its message"
        ANSWER = "answer", "A colleague's answer"
        GONE = "gone", "Deleted"

    account = models.ForeignKey(Account, models.PROTECT, related_name="arrivals")
    external_id = models.CharField(max_length=255)
    raw = models.BinaryField()
    size = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=400, blank=True)
    about = models.CharField(max_length=255, blank=True)
    history = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "external_id"], name="arrives_once")]
        indexes = [
            models.Index(fields=["account", "id"], condition=models.Q(state="new"), name="arrival_waiting"),
            models.Index(fields=["-id"], condition=models.Q(state="aside"), name="arrival_aside"),
            models.Index(fields=["account", "about"], condition=models.Q(state="early"), name="arrival_early"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}:{self.external_id}"
