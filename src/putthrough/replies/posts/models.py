from __future__ import annotations

from django.db import models
from django.db.models import Q

from putthrough.channels.models import Account
from putthrough.directory.models import User
from putthrough.handover.incidents.models import Incident


class Post(models.Model):
    """What we say to everybody: a line about an incident, a correction, an apology. It answers nobody in particular.

    ``wanted_at`` is when it is to leave, None for as soon as somebody else has approved it; ``leaves_at`` is when it
    does. ``under`` is an earlier post of ours below which it stands. ``clearance`` is the seal of exactly this, set by
    ``clearing.py`` for ``cleared_by``, who is never its author. ``reason`` says why it came back. It does not leave
    once its incident is over, unless it was approved ``despite`` that.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Waits to be approved"
        CLEARED = "cleared", "Approved, not yet sent"
        LEAVING = "leaving", "Being sent"
        OUT = "out", "Published"
        FAILED = "failed", "Not published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="posts")
    author = models.ForeignKey(User, models.PROTECT, related_name="posts")
    text = models.TextField(blank=True)
    under = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="continued")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    wanted_at = models.DateTimeField(null=True, blank=True)
    leaves_at = models.DateTimeField(null=True, blank=True)
    findings = models.JSONField(default=list, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="cleared_posts")
    clearance = models.CharField(max_length=64, blank=True)
    despite = models.BooleanField(default=False)
    reason = models.CharField(max_length=400, blank=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["leaves_at"], condition=Q(state="cleared"), name="post_cleared"),
            models.Index(fields=["submitted_at"], condition=Q(state="submitted"), name="post_submitted"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Publication(models.Model):
    """A post on one account, sent at most once. ``text`` are its own words there, empty for those of the post.

    *waiting* until the post leaves; then as a delivery: *due*, *sending* since ``claimed_at``, *sent* and *failed*, and
    *uncertain* where the network may have it although its answer was lost. ``begun_at`` is when it was first tried.
    ``key`` is our name for it, ``public_id`` and ``url`` are the network's, ``parent`` what it stands under there.
    ``words`` say how it stands. ``heard_from`` is the newest message of all before it left: no answer is older.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Not sent yet"
        DUE = "due", "About to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Published"
        FAILED = "failed", "Not published"
        UNCERTAIN = "uncertain", "Perhaps published"

    post = models.ForeignKey(Post, models.CASCADE, related_name="publications")
    account = models.ForeignKey(Account, models.PROTECT, related_name="publications")
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    heard_from = models.BigIntegerField(default=0)
    key = models.CharField(max_length=255, blank=True)
    parent = models.CharField(max_length=255, blank=True)
    public_id = models.CharField(max_length=255, blank=True)
    url = models.CharField(max_length=500, blank=True)
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["post", "account"], name="once_from_an_account")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="due"), name="publication_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="publication_sending"),
            models.Index(fields=["next_attempt_at"], condition=Q(state="uncertain"), name="publication_uncertain"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} from {self.account_id}: {self.state}"

    @property
    def said(self) -> str:
        """The words that stand there."""
        return self.text or self.post.text


class Appearance(models.Model):
    """A public id under which the network shows a publication, one for each part of a thread: who answers it answers
    the post."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="appearances")
    account = models.ForeignKey(Account, models.CASCADE, db_index=False, related_name="+")
    public_id = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["public_id", "account"], name="appearance_of_one_post")]

    def __str__(self) -> str:
        return self.public_id
