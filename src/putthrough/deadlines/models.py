from __future__ import annotations

from django.db import models
from django.db.models import Q

from putthrough.conversations.models import Conversation
from putthrough.deadlines.hours import USUAL, written
from putthrough.deadlines.table import BODIES
from putthrough.directory.models import Organisation, Team, User

TARGET = "target"


class Deadline(models.Model):
    """A step of a regime, or our own service target, as a clock on a conversation. It starts with the day on which the
    resident wrote, or on which the step before it was done.

    ``version`` is the regime's version that it runs under, ``days`` its length in ``unit``. ``latest`` is how far it
    may be extended. ``skipped`` are the days that did not count ([day, name]) and ``pauses`` what stood still ([first,
    last, why]), kept so that the count can be shown when calendars have changed. ``stopped_at`` is when it was met or
    ended, None while it runs.
    """

    class Ended(models.TextChoices):
        MET = "met", "Done"
        CLOSED = "closed", "The conversation was closed"
        DROPPED = "dropped", "It was none"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="deadlines")
    regime = models.CharField(max_length=20, default=TARGET)
    step = models.CharField(max_length=24, blank=True)
    version = models.CharField(max_length=12, blank=True)
    nation = models.CharField(max_length=10, choices=Organisation.Nation.choices, blank=True)
    days = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=32, default="working days")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    latest = models.DateField(null=True, blank=True)
    skipped = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_for = models.CharField(max_length=20, blank=True)
    pauses = models.JSONField(default=list, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    ended = models.CharField(max_length=8, choices=Ended.choices, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "regime", "step"], condition=Q(stopped_at=None), name="one_running_clock"
            )
        ]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(stopped_at=None), name="running_by_due")]

    def __str__(self) -> str:
        return f"{self.regime}: due {self.due_at:%Y-%m-%d}"


class Holiday(models.Model):
    """A day that an administrator entered: a proclaimed bank holiday (``nation`` empty: of all four), or a ``closure``
    of the body's own, which counts for service targets alone."""

    day = models.DateField()
    name = models.CharField(max_length=80)
    nation = models.CharField(max_length=10, choices=Organisation.Nation.choices, blank=True)
    closure = models.BooleanField(default=False)

    class Meta:
        ordering = ["day", "name"]
        constraints = [models.UniqueConstraint(fields=["day", "nation", "closure"], name="one_entry_a_day")]

    def __str__(self) -> str:
        return f"{self.name}, {self.day}"


class Policy(models.Model):
    """What kind of body it is, which decides the regimes it is asked about, its office hours, and how many hours after
    an unseen reminder the next named person is told. A single row."""

    body = models.CharField(max_length=10, choices=list(BODIES.items()), default="council")
    hours = models.TextField(default=written(USUAL))
    patience = models.PositiveSmallIntegerField(default=4)

    def __str__(self) -> str:
        return self.get_body_display()


class Stricter(models.Model):
    """An organisation's own shorter span for a step of a regime, in the step's unit. Clocks that run keep theirs."""

    regime = models.CharField(max_length=20)
    step = models.CharField(max_length=24)
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["regime", "step"], name="one_policy_a_step")]

    def __str__(self) -> str:
        return f"{self.regime} {self.step}: {self.number}"


class Feed(models.Model):
    """A calendar address that needs no sign-in: of what a person has in hand, or of one of their teams.

    Only its hash (SHA-256, hexadecimal) is kept. It shows what its person may see at the moment it is asked.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.team or "What I have in hand")


class Named(models.Model):
    """Whom to tell about a team's deadline when nobody there acts: one after the other, by ``position``."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["team", "position"]
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="named_once")]

    def __str__(self) -> str:
        return f"{self.position}: {self.user}"


class Reminder(models.Model):
    """An email to somebody about a clock. ``due_at`` is the end that it speaks of: one that moves is told anew.

    It is sent once where that can be known: *sending* for longer than it can take is tried again, for a reminder that
    comes twice does less harm than one that never comes. ``seen_at`` is when its reader said that they have it.
    """

    class Kind(models.TextChoices):
        SOON = "soon", "Due soon"
        LATE = "late", "Late"
        NAMED = "named", "Nobody has acted"
        EXTENDED = "extended", "Extended"

    class State(models.TextChoices):
        DUE = "due", "To be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Could not be sent"

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deadline", "user", "kind", "due_at"], name="one_reminder_of_a_kind")
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state__in=["due", "sending"]), name="reminders_due")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"
