from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from putthrough.channels.models import Account
from putthrough.directory.models import Service, Team, User
from putthrough.intake.models import Arrival


class Contact(models.Model):
    """A person who writes to us. Known only by what they write with: their handles."""

    name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name or f"Contact {self.pk}"


class Handle(models.Model):
    """An address of a contact on a channel: an email address, ``@name``, a telephone number; lower case."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="handles")
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=254)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="handle_of_one_contact")]

    def __str__(self) -> str:
        return self.address


class Conversation(models.Model):
    """An exchange with one contact on one account. It has exactly one owner team at every moment.

    ``due_at`` is the nearest running deadline, None without one. ``unanswered`` is true while the resident
    wrote last. ``shuts_at`` is when the network stops taking answers to it, None where it never does. ``scope`` are
    the search index's words for who may see it; see ``search.py``. ``at_risk`` while something in it may mean that
    somebody's life is: it stands on top of every list. ``outcome`` is what came of it, while it is closed.

    ``private`` is how it began. A public one goes on in private from ``taken_private_at``; ``private_handle`` is whom
    that is with, once they have written so, and ``private_account`` the account where, None for its own. What is
    private in it is seen by those who would see it if all of it were.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        WAITING = "waiting", "Waiting for the resident"
        CLOSED = "closed", "Closed"

    account = models.ForeignKey(Account, models.PROTECT, related_name="conversations")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="conversations")
    owner = models.ForeignKey(Team, models.PROTECT, related_name="conversations")
    holder = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="held")
    service = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True)
    channel = models.CharField(max_length=20)
    private = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    unanswered = models.BooleanField(default=True)
    subject = models.CharField(max_length=200, blank=True)
    preview = models.CharField(max_length=160, blank=True)
    thread = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    shuts_at = models.DateTimeField(null=True, blank=True)
    passes = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True, blank=True)
    at_risk = models.BooleanField(default=False)
    taken_private_at = models.DateTimeField(null=True, blank=True)
    private_account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    private_handle = models.CharField(max_length=254, blank=True)
    outcome = models.CharField(max_length=60, blank=True)
    scope = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_at", "id"], condition=~Q(state="closed"), name="inbox"),
            models.Index(fields=["owner", "-id"], condition=Q(state="closed"), name="inbox_closed"),
            models.Index(fields=["contact", "-id"], name="of_contact"),
            models.Index(fields=["owner", "id"], condition=Q(at_risk=True), name="at_risk"),
            models.Index(fields=["private_handle"], condition=~Q(private_handle=""), name="gone_private"),
            models.Index(fields=["escalated_at"], condition=Q(escalated_at__isnull=False), name="escalated"),
            models.Index(fields=["last_at"], condition=Q(state="closed"), name="closed_by_age"),
        ]

    def __str__(self) -> str:
        return self.subject or self.preview or f"Conversation {self.pk}"


class Tag(models.Model):
    """A word of the body's own for what conversations have in common."""

    name = models.CharField(max_length=40)

    class Meta:
        ordering = [Lower("name")]
        constraints = [models.UniqueConstraint(Lower("name"), name="one_tag_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """A tag on a conversation."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings", db_index=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["tag", "conversation"], name="tagged_once")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.conversation_id}"


class Watcher(models.Model):
    """A team that had a conversation and passed it on: it goes on seeing who has it."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="watchers")
    team = models.ForeignKey(Team, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "conversation"], name="watches_once")]

    def __str__(self) -> str:
        return f"{self.team_id} watches {self.conversation_id}"


class Presence(models.Model):
    """That somebody has a conversation open, or had it a moment ago: one row for each, forgotten soon afterwards.

    ``seen_at`` is the last time that their page was heard of; ``wrote_at`` when they last wrote something down here,
    and ``writing_since`` when they began to; both None while they only look.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    seen_at = models.DateTimeField(db_index=True)
    writing_since = models.DateTimeField(null=True, blank=True)
    wrote_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "conversation"], name="present_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.conversation_id}"


class Message(models.Model):
    """One message as it stands. ``message_id`` is its public id on the network, empty where it has none.

    ``url`` is where it can be seen there. ``edited_at`` is when its writer last changed it (see ``Version``),
    ``withdrawn_at`` when they deleted it: it stays, marked, until retention says otherwise; ``hidden_at`` when we had
    it hidden there. ``likes`` and ``shares`` are the network's counts as far as it told them.
    """

    class Direction(models.TextChoices):
        IN = "in", "From the resident"
        OUT = "out", "From us"
        NOTE = "note", "Note"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    account = models.ForeignKey(Account, models.PROTECT, db_index=False)
    arrival = models.ForeignKey(Arrival, models.SET_NULL, null=True, blank=True, db_index=False)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.IN)
    message_id = models.CharField(max_length=255, blank=True)
    in_reply_to = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=200, blank=True)
    handle = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=998, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    folded = models.TextField(blank=True)
    private = models.BooleanField(default=True)
    automatic = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=8, blank=True)
    url = models.CharField(max_length=500, blank=True)
    likes = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["message_id", "account"], name="message_by_id"),
            models.Index(fields=["-id"], condition=Q(automatic="bounce"), name="bounces"),
            models.Index(fields=["withdrawn_at"], condition=Q(withdrawn_at__isnull=False), name="withdrawn"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Version(models.Model):
    """What a message said until its writer changed it at ``until``."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="versions")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    until = models.DateTimeField()

    class Meta:
        ordering = ["until"]

    def __str__(self) -> str:
        return self.text[:60]


class OtherId(models.Model):
    """A further public id of a message of ours that the network shows in several parts (a numbered thread)."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="other_ids")
    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    public_id = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["public_id", "account"], name="other_id_of_one_message")]

    def __str__(self) -> str:
        return self.public_id


class Attachment(models.Model):
    """A file that came with a message: in its raw arrival, or on the network under what the arrival says of it.

    It is found again by ``part``. ``alt`` describes a picture in its writer's words.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    part = models.CharField(max_length=80)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    refused = models.CharField(max_length=200, blank=True)
    alt = models.CharField(max_length=1500, blank=True)

    def __str__(self) -> str:
        return self.name
