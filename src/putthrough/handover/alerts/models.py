"""Alerts that a life may be at risk, those who are told, and what was told to whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from putthrough.conversations.models import Conversation
from putthrough.directory.models import Team, User
from putthrough.handover.alerts.order import Times
from putthrough.handover.alerts.wording import HOLDING


class Policy(models.Model):
    """``team`` has the people who are told of what belongs to a team without people of its own. ``minutes`` until the
    next person is told, ``holding`` is what a person may send at one press. A single row."""

    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    minutes = models.PositiveSmallIntegerField(default=10)
    holding = models.TextField(default=HOLDING)

    def __str__(self) -> str:
        return f"the next after {self.minutes} minutes"


class OnCall(models.Model):
    """Somebody who is told when a life may be at risk in what ``team`` has. ``phone`` is empty or international.

    Of those who are on call at a moment, the lowest ``position`` comes first; before them whoever goes ``first`` on
    that day (both days included).
    """

    team = models.ForeignKey(Team, models.CASCADE, related_name="on_call")
    user = models.ForeignKey(User, models.CASCADE, related_name="on_call")
    position = models.PositiveSmallIntegerField(default=1)
    times = models.CharField(max_length=10, choices=Times.choices(), default=Times.ALWAYS)
    phone = models.CharField(max_length=20, blank=True)
    first_from = models.DateField(null=True, blank=True)
    first_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["team", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="on_call_once_a_team")]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.team_id}"


class Alert(models.Model):
    """*Open* until somebody has it; *over* when it turned out to be none or the conversation is closed.

    ``round`` counts how often all have been told; ``next_at`` is when the next is told, None when nobody is any more.
    """

    class State(models.TextChoices):
        OPEN = "open", "Nobody has it yet"
        TAKEN = "taken", "Somebody has it"
        OVER = "over", "Over"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="alerts")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    raised_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=1)
    next_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation"], condition=~Q(state="over"), name="one_alert_at_a_time")
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="open"), name="alerts_due")]

    def __str__(self) -> str:
        return f"alert {self.pk}, {self.get_state_display().lower()}"


class Telling(models.Model):
    """One person, told once in one way in one round. *Dropped* when somebody had it before it left."""

    class Way(models.TextChoices):
        EMAIL = "email", "email"
        SMS = "sms", "text message"

    class State(models.TextChoices):
        DUE = "due", "Waits for its turn"
        SENDING = "sending", "On its way"
        SENT = "sent", "Sent"
        FAILED = "failed", "Could not be sent"
        DROPPED = "dropped", "Not needed any more"

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="tellings")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    way = models.CharField(max_length=5, choices=Way.choices)
    address = models.CharField(max_length=254)
    round = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "user", "way", "round"], name="told_once_a_round")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state__in=["due", "sending"]), name="tellings_to_do")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} by {self.way}, {self.state}"


class Seen(models.Model):
    """Somebody opened the conversation while its alert was open."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="seen")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "user"], name="seen_once")]

    def __str__(self) -> str:
        return f"{self.user_id} saw {self.alert_id}"
