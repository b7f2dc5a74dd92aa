from __future__ import annotations

from django.db import models


class Course(models.Model):
    """How far a conversation has come, as its audit entries say. ``team`` has it, since ``here_since``; ``answer_team``
    had it when it was first answered and ``close_team`` when it was closed. Teams are ids, 0 for one that the entries
    name and that no longer goes by that name. Days are local ones, None for what has not happened."""

    conversation = models.BigIntegerField(primary_key=True)
    channel = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    first_team = models.BigIntegerField()
    team = models.BigIntegerField()
    here_since = models.DateTimeField()
    here_before = models.DateTimeField()
    passes = models.PositiveIntegerField(default=0)
    answered_on = models.DateField(null=True)
    answer_team = models.BigIntegerField(default=0)
    answer_passes = models.PositiveIntegerField(default=0)
    finding = models.BigIntegerField(default=0)
    waiting = models.BigIntegerField(default=0)
    closed_on = models.DateField(null=True)
    close_team = models.BigIntegerField(default=0)
    outcome = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-opened_on", "-conversation"], name="course_opened"),
            models.Index(fields=["-answered_on", "-conversation"], name="course_answered"),
            models.Index(fields=["-closed_on", "-conversation"], name="course_closed"),
        ]

    def __str__(self) -> str:
        return f"Course of conversation {self.conversation}"


class Tally(models.Model):
    """One number of one day, of a team on a channel. ``figure`` is what is counted (see ``folding.FIGURES``), ``word``
    the outcome of what was closed."""

    day = models.DateField()
    team = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    figure = models.CharField(max_length=10)
    word = models.CharField(max_length=60, blank=True)
    number = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "team", "channel", "figure", "word"], name="one_tally_of_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.team} {self.figure}: {self.number}"


class Reached(models.Model):
    """The number of the last audit entry that the figures hold. A single row."""

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"Counted up to entry {self.number}"
