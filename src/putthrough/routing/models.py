from __future__ import annotations

from django.db import models

from putthrough.conversations.models import Conversation
from putthrough.directory.models import Service, Team


class Stage(models.TextChoices):
    CONTINUITY = "continuity", "It goes on with an earlier conversation"
    RULE = "rule", "A rule"
    ACCOUNT = "account", "The account it was written to"
    DIRECTORY = "directory", "The directory of services"
    PERSON = "person", "A person"
    TRIAGE = "triage", "Triage"


class Decision(models.Model):
    """What routing decided about a conversation and why. The newest one counts; older ones are its history.

    ``confidence`` is 0 to 1. ``sentence`` is for people; ``candidates`` are the best guesses, best first:
    ``[{"service", "lgsl", "name", "team", "confidence", "words"}]``.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="decisions")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    service = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True, db_index=False)
    confidence = models.FloatField(default=0.0)
    sentence = models.CharField(max_length=400)
    candidates = models.JSONField(default=list)
    by = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sentence


class Rule(models.Model):
    """A rule that a person wrote. Rules are asked in ``position`` order; the first that matches decides.

    ``conditions`` has the fields of ``rules.Conditions``. It either sends to a service or team, or closes.
    """

    name = models.CharField(max_length=120)
    position = models.PositiveIntegerField(default=0)
    enabled = models.BooleanField(default=True)
    conditions = models.JSONField(default=dict)
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True)
    closes = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
