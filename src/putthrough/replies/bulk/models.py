from __future__ import annotations

from django.db import models
from django.db.models import Q

from putthrough.conversations.models import Contact, Conversation
from putthrough.directory.models import User
from putthrough.handover.incidents.models import Incident
from putthrough.replies.models import Reply


class Bulk(models.Model):
    """One agreed line on its way to the people of an incident, in the name of the person who began it.

    ``wordings`` are as they were then. ``late`` says whether people who write later get the line too.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Answering"
        PAUSED = "paused", "Paused"
        STOPPED = "stopped", "Stopped"

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="bulks")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    wordings = models.JSONField()
    late = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident"], condition=~Q(state="stopped"), name="one_bulk_of_an_incident")
        ]

    def __str__(self) -> str:
        return f"{self.incident}: {self.state}"


class Item(models.Model):
    """One conversation in it. Exactly one item of a contact is ever on its way: the database sees to that.

    *waiting* for its turn, *written* (``reply`` has it from there), *draft* (a direct message: the person confirms it),
    *failed* with the reason, *left out* with the reason, *back* when it was taken back before it left.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        WRITTEN = "written", "Written"
        DRAFT = "draft", "Draft to confirm"
        FAILED = "failed", "Not sent"
        LEFT_OUT = "left_out", "Left out"
        BACK = "back", "Taken back"

    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="items")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    reply = models.ForeignKey(Reply, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulk", "conversation"], name="once_in_a_bulk"),
            models.UniqueConstraint(
                fields=["bulk", "contact"],
                condition=~Q(state__in=["left_out", "back"]),
                name="one_answer_for_each",
            ),
        ]
        indexes = [models.Index(fields=["bulk", "state", "id"], name="items_of_bulk")]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.state}"
