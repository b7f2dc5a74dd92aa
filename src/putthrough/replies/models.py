from __future__ import annotations

from django.db import models

from putthrough.conversations.models import Conversation, Message
from putthrough.directory.models import User


class Reply(models.Model):
    """What a person answers. A *draft* until they press send, then *held* for the undo time, then *leaving*.

    From there on ``delivery`` has it, and says *sent*, *failed* or *unsure*. ``in_private`` answers in private what was
    said in public, where the network can do that.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        HELD = "held", "About to be sent"
        LEAVING = "leaving", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not sent"
        UNSURE = "unsure", "Perhaps sent"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="replies")
    author = models.ForeignKey(User, models.PROTECT, related_name="replies")
    text = models.TextField(blank=True)
    in_private = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    send_at = models.DateTimeField(null=True, blank=True)
    message = models.OneToOneField(Message, models.SET_NULL, null=True, blank=True, related_name="reply")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "replies"
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "author"], condition=models.Q(state="draft"), name="one_draft_each"
            )
        ]
        indexes = [models.Index(fields=["send_at"], condition=models.Q(state="held"), name="reply_held")]

    def __str__(self) -> str:
        return self.text[:60]


class Enclosure(models.Model):
    """A file that goes out with an answer. ``alt`` describes a picture for those who cannot see it."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="enclosures")
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    alt = models.CharField(max_length=1500, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
