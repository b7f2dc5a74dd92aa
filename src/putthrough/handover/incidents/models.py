from __future__ import annotations

from django.db import models
from django.db.models import Q

from putthrough.conversations.models import Conversation
from putthrough.directory.models import Team


class Incident(models.Model):
    """Many conversations about one event. *Suggested* by what was written, *open* once a person has confirmed it.

    ``key`` is the gatherer's name for it. ``pool`` keeps apart what must not gather: empty for the body's own teams,
    an office's name for an office. ``wordings`` are two or three ways to say the one agreed line; ``{name}`` stands for
    whom it goes to.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", "Suggested"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        DISMISSED = "dismissed", "No incident"

    key = models.CharField(max_length=40, unique=True)
    pool = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=120)
    owner = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="incidents")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUGGESTED)
    wordings = models.JSONField(default=list, blank=True)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "-last_at"], name="incidents_by_state")]

    def __str__(self) -> str:
        return self.title


class Membership(models.Model):
    """A conversation in an incident, of which there is one at most. What a person took out (*removed*) stays out.

    ``why`` says what in its text needs a person, empty where the agreed line will do.
    """

    class How(models.TextChoices):
        GATHERED = "gathered", "Gathered by itself"
        ADDED = "added", "Added by a person"
        ANSWERED = "answered", "Answered our post"
        REMOVED = "removed", "Taken out by a person"

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="memberships")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="memberships")
    how = models.CharField(max_length=8, choices=How.choices, default=How.GATHERED)
    why = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "conversation"], name="once_in_an_incident"),
            models.UniqueConstraint(fields=["conversation"], condition=~Q(how="removed"), name="in_one_incident"),
        ]
        indexes = [models.Index(fields=["incident", "how", "id"], name="of_incident")]

    def __str__(self) -> str:
        return f"{self.conversation_id} in {self.incident_id}"
