from __future__ import annotations

from django.db import models

from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation
from putthrough.directory.models import Team, User
from putthrough.intake.models import Arrival
from putthrough.replies.models import Reply


class Policy(models.Model):
    """How the organisation works with colleagues who answer by ordinary email: a single row.

    ``identity`` says what proves who answers; ``host`` is the name (authserv-id) of our own mail server for it.
    ``account`` sends the mails about conversations that came another way than by email. ``days`` is how long such a
    mail can be answered. ``followed`` is the number of the last audit entry of which the mails were made.
    """

    class Identity(models.TextChoices):
        TOKEN = "token", "The secret address that the email was sent with, and the writer's own address"
        VERIFIED = "verified", "That, and our mail server's word that the email really came from there"

    identity = models.CharField(max_length=8, choices=Identity.choices, default=Identity.TOKEN)
    host = models.CharField(max_length=255, blank=True)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="+")
    days = models.PositiveSmallIntegerField(default=30)
    followed = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.get_identity_display()


class Notice(models.Model):
    """One mail to one colleague about one event: a conversation *put* through to them, or word *back* of what became
    of a mail of theirs.

    ``event`` names what it is about: a recipient gets one mail of each. ``team`` is set for a team's ordinary address,
    ``person`` for somebody's own; without either the mail cannot be answered. ``text`` is what a mail back says and
    ``in_reply_to`` what it answers. *moot* was overtaken before it left; *unsure* may have left before the program
    stopped, and is not sent a second time.
    """

    class Kind(models.TextChoices):
        PUT = "put", "A conversation"
        BACK = "back", "What became of an answer"

    class State(models.TextChoices):
        DUE = "due", "About to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        MOOT = "moot", "Overtaken"
        FAILED = "failed", "Not sent"
        UNSURE = "unsure", "Perhaps sent"

    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.PUT)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notices")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    recipient = models.EmailField()
    event = models.CharField(max_length=60)
    text = models.TextField(blank=True)
    subject = models.CharField(max_length=250, blank=True)
    in_reply_to = models.CharField(max_length=255, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    next_attempt_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    words = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "event"], name="told_once")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(state="due"), name="notice_due"),
            models.Index(fields=["claimed_at"], condition=models.Q(state="sending"), name="notice_sending"),
            models.Index(fields=["recipient", "-id"], name="notice_to"),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.recipient}"


class Answer(models.Model):
    """A mail that came in answer to a ``Notice``, exactly once however often it was handed over (``key``), and what
    became of it. ``words`` say that to colleagues; ``text`` is what its writer wrote, as far as it could be told.

    *kept* was not sent and waits for somebody to use it or put it away; *aside* stands in triage with its original.
    """

    class State(models.TextChoices):
        NEW = "new", "Waiting to be read"
        SENT = "sent", "Became an answer"
        DECLINED = "declined", "Sent the conversation back"
        DONE = "done", "Closed the conversation"
        KEPT = "kept", "Kept, not sent"
        NOTHING = "nothing", "Said nothing"
        AUTOMATIC = "auto", "Written by a machine"
        ASIDE = "aside", "Set aside in triage"
        PUT_AWAY = "away", "Put away"

    arrival = models.OneToOneField(Arrival, models.CASCADE, related_name="answer")
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=64)
    writer = models.CharField(max_length=254, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    words = models.CharField(max_length=400, blank=True)
    reply = models.OneToOneField(Reply, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "key"], name="answered_once")]
        indexes = [models.Index(fields=["id"], condition=models.Q(state="new"), name="answer_new")]

    def __str__(self) -> str:
        return f"{self.writer}: {self.get_state_display()}"
