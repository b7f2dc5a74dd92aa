from __future__ import annotations

from django.db import models

from putthrough.replies.models import Reply


class Delivery(models.Model):
    """The sending of one reply to one recipient. ``words`` says in plain words how it stands and what to do.

    *due* waits for ``next_attempt_at``; *sending* was claimed by a worker at ``claimed_at``; *sent* and *failed* are
    final; *uncertain* may have arrived although the network's answer was lost: it is read back, or a person decides,
    before anybody may send again.
    """

    class State(models.TextChoices):
        DUE = "due", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not sent"
        UNCERTAIN = "uncertain", "Perhaps sent"

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="deliveries")
    recipient = models.CharField(max_length=254)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=255, blank=True)
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["reply", "recipient"], name="once_per_recipient")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(state="due"), name="delivery_due"),
            models.Index(fields=["claimed_at"], condition=models.Q(state="sending"), name="delivery_sending"),
            models.Index(fields=["next_attempt_at"], condition=models.Q(state="uncertain"), name="delivery_uncertain"),
            models.Index(fields=["external_id"], name="delivery_by_id"),
        ]

    def __str__(self) -> str:
        return f"{self.reply_id} to {self.recipient}: {self.state}"
