from __future__ import annotations

from datetime import time

from django.db import models

from putthrough.conversations.models import Conversation, Message
from putthrough.directory.models import Service, User


class Reply(models.Model):
    """What a person answers. A *draft* until they press send.

    Then *submitted* while somebody else has to look first (who may return it), or *held* for the undo time, then
    *leaving*: from there on ``delivery`` has it, and says *sent*, *failed* or *unsure*. What may become of it stands in
    ``states.py``. ``in_private`` answers in private what was said in public, where the network can do that.

    ``clearance`` is the seal of exactly these words for exactly this place, set by ``clearing.py`` when ``cleared_by``
    let them go; without it nothing leaves. ``practice`` answers go nowhere. ``findings`` are what the checks said when
    it was sent or submitted. ``signposted`` is the service whose signpost was put into it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Waits to be checked"
        RETURNED = "returned", "Came back to its writer"
        HELD = "held", "About to be sent"
        LEAVING = "leaving", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not sent"
        UNSURE = "unsure", "Perhaps sent"
        PRACTISED = "practised", "Practice, sent nowhere"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="replies")
    author = models.ForeignKey(User, models.PROTECT, related_name="replies")
    text = models.TextField(blank=True)
    in_private = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    send_at = models.DateTimeField(null=True, blank=True)
    message = models.OneToOneField(Message, models.SET_NULL, null=True, blank=True, related_name="reply")
    saved_at = models.DateTimeField(auto_now=True)
    practice = models.BooleanField(default=False)
    findings = models.JSONField(default=list, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="cleared")
    clearance = models.CharField(max_length=64, blank=True)
    signposted = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True, related_name="signposted")
    fell_for_it = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "replies"
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "author"], condition=models.Q(state="draft"), name="one_draft_each"
            )
        ]
        indexes = [
            models.Index(fields=["send_at"], condition=models.Q(state="held"), name="reply_held"),
            models.Index(fields=["submitted_at"], condition=models.Q(state="submitted"), name="reply_submitted"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Enclosures(models.Manager["Enclosure"]):
    def get_queryset(self) -> models.QuerySet[Enclosure]:
        """Without the content, which is read when it is asked for."""
        return super().get_queryset().defer("content")


class Enclosure(models.Model):
    """A file that goes out with an answer. ``alt`` describes a picture for those who cannot see it."""

    objects = Enclosures()
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


class TakenPrivate(models.Model):
    """That somebody takes a public conversation private, by which route, and the public ``line`` that says so.

    With a direct message (``first``) it *waits*: that goes first, and the line is handed to send when it has arrived,
    so that nobody is told of a message that they did not get. From then on, and at once by any other route, ``said`` is
    the line on its way; *done* once the network has it. *failed*: the direct message did not arrive, and nothing was
    said in public. *unsaid*: it arrived, but the line did not, ``words`` say why. *dropped*: taken back in time.
    ``to`` is where they were asked to turn: an address, a number, a page.
    """

    class Route(models.TextChoices):
        DIRECT = "direct", "by direct message"
        EMAIL = "email", "by email"
        PHONE = "phone", "by telephone"
        PAGE = "page", "by a page of ours"

    class State(models.TextChoices):
        WAITS = "waits", "The direct message is on its way"
        SAYS = "says", "The public line is on its way"
        DONE = "done", "Taken private"
        UNSAID = "unsaid", "Nothing was said in public"
        FAILED = "failed", "Not taken private"
        DROPPED = "dropped", "Taken back"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="taken_private")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    route = models.CharField(max_length=6, choices=Route.choices)
    to = models.CharField(max_length=400, blank=True)
    line = models.TextField()
    first = models.OneToOneField(Reply, models.SET_NULL, null=True, blank=True, related_name="before_line")
    said = models.OneToOneField(Reply, models.SET_NULL, null=True, blank=True, related_name="as_line")
    state = models.CharField(max_length=7, choices=State.choices)
    words = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "taken private"
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(state__in=["waits", "says"]), name="taken_private_once"
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state__in=["waits", "says"]), name="being_taken_private")
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.state}"


class Review(models.Model):
    """What somebody else made of a submitted reply, and why: the feedback that its writer reads.

    ``before`` and ``after`` are its words where the reviewer changed them.
    """

    class Verdict(models.TextChoices):
        APPROVED = "approved", "Approved as it was"
        CHANGED = "changed", "Changed and approved"
        RETURNED = "returned", "Returned"
        SUPERSEDED = "superseded", "Another answer went instead"

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="reviews")
    by = models.ForeignKey(User, models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} by {self.by_id}"


class Objection(models.Model):
    """A writer says that a check is wrong about these words, and why. Nothing learns from it by itself."""

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="objections")
    key = models.CharField(max_length=20)
    words = models.TextField(blank=True)
    reason = models.CharField(max_length=400)
    by = models.ForeignKey(User, models.PROTECT, related_name="objections")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["reply", "key", "words"], name="one_objection_to_each")]

    def __str__(self) -> str:
        return f"{self.key}: {self.reason[:60]}"


class Trust(models.Model):
    """How freely a person answers on a kind of channel; an empty ``channel`` is every kind that has no row of its own.

    ``in_a_row`` counts their answers that were approved as they were, since the step last changed or one was not.
    ``buddy`` looks at what they write.
    """

    class Step(models.TextChoices):
        REHEARSAL = "rehearsal", "Rehearsal: answers go nowhere"
        CHECKED = "checked", "Checked: somebody looks at each public answer first"
        TRUSTED = "trusted", "Trusted: answers go by themselves"

    user = models.ForeignKey(User, models.CASCADE, related_name="trust")
    channel = models.CharField(max_length=20, blank=True)
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.CHECKED)
    in_a_row = models.PositiveSmallIntegerField(default=0)
    buddy = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="buddy_of")

    class Meta:
        ordering = ["user__name", "channel"]
        constraints = [models.UniqueConstraint(fields=["user", "channel"], name="one_step_each")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.channel or 'everything'}: {self.step}"


class Away(models.Model):
    """Who looks at answers for a person while they are away, up to and with the day ``until``."""

    user = models.OneToOneField(User, models.CASCADE, related_name="away")
    until = models.DateField()
    deputy = models.ForeignKey(User, models.CASCADE, related_name="deputy_of")

    def __str__(self) -> str:
        return f"{self.user_id} until {self.until}: {self.deputy_id}"


class Link(models.Model):
    """A web address that stood in a draft; ``gone`` when its server said, at ``looked_at``, that there is no page."""

    url = models.CharField(max_length=500, unique=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    gone = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(looked_at__isnull=True), name="link_to_look_at")]

    def __str__(self) -> str:
        return self.url


class Policy(models.Model):
    """The body's own settings for answering: a single row. ``levels`` are the checks' where they are not the default.

    Answers are looked at on working days between ``opens`` and ``shuts`` (London); after ``remind_minutes`` of that
    time those who may look are reminded, after ``escalate_minutes`` the comms lead is asked. ``rise_after`` clean
    approvals offer the next step. From ``election_from`` to ``election_to`` the pre-election check is on.
    """

    levels = models.JSONField(default=dict, blank=True)
    opens = models.TimeField(default=time(9))
    shuts = models.TimeField(default=time(17))
    remind_minutes = models.PositiveSmallIntegerField(default=60)
    escalate_minutes = models.PositiveSmallIntegerField(default=240)
    rise_after = models.PositiveSmallIntegerField(default=5)
    election_from = models.DateField(null=True, blank=True)
    election_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return "How answers are checked"
