from __future__ import annotations

from django.db import models

from putthrough.conversations.models import Conversation, Message
from putthrough.directory.models import Service, Team


class Stage(models.TextChoices):
    CONTINUITY = "continuity", "It goes on with an earlier conversation"
    RULE = "rule", "A rule"
    LEARNT = "learnt", "What earlier hand-overs taught"
    ACCOUNT = "account", "The account it was written to"
    DIRECTORY = "directory", "The directory of services"
    PERSON = "person", "A person"
    TRIAGE = "triage", "Triage"


class Decision(models.Model):
    """What routing decided about a conversation and why. The newest one counts; older ones are its history.

    ``confidence`` is 0 to 1. ``sentence`` is for people; ``candidates`` are the best guesses, best first:
    ``[{"service", "lgsl", "name", "team", "whose", "confidence", "words", "alike"}]``. ``near`` are the lessons (by id)
    that spoke most for the first of them; whoever may see their conversations may read them.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="decisions")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    service = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True, db_index=False)
    confidence = models.FloatField(default=0.0)
    sentence = models.CharField(max_length=400)
    candidates = models.JSONField(default=list)
    near = models.JSONField(default=list)
    by = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sentence


class KindFound(models.Model):
    """That a conversation is, or may be, of a kind. There is one of a kind in a conversation.

    ``words`` are the words of ``message`` that said so. ``received_at`` is when that message came: clocks count from
    it. ``by`` is who confirmed or rejected it, at ``at``; empty while it is only suggested.
    """

    class Kind(models.TextChoices):
        ENQUIRY = "enquiry", "Enquiry"
        SERVICE_REQUEST = "service_request", "Service request"
        COMPLAINT = "complaint", "Complaint"
        COMPLIMENT = "compliment", "Compliment"
        FOI_EIR = "foi_eir", "Request for information (FOI or EIR)"
        SAR = "sar", "Request for own personal data (SAR)"
        DP_COMPLAINT = "dp_complaint", "Data-protection complaint"
        HAZARD = "hazard", "Hazard"
        SAFEGUARDING = "safeguarding", "Safeguarding"
        RISK_TO_LIFE = "risk_to_life", "Risk to life"
        ABUSE = "abuse", "Abuse"
        SPAM = "spam", "Spam"

    class State(models.TextChoices):
        SUGGESTED = "suggested", "Suggested"
        CONFIRMED = "confirmed", "Confirmed"
        REJECTED = "rejected", "Rejected"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="kinds_found")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.SUGGESTED)
    confidence = models.FloatField()
    words = models.JSONField(default=list)
    received_at = models.DateTimeField()
    by = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "kind"], name="one_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_state_display().lower()}"


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


class Lesson(models.Model):
    """Whose a message is, as people showed by what they did with it. There is one of a conversation, the newest.

    ``routed`` is the service to which routing had sent it by itself, at ``stage`` and so ``sure`` (0 to 1); ``right``
    says whether that stood, None where triage had to decide. ``service`` is None for what is nobody's, and as long as a
    declined one has not been put to another. ``text`` is kept only of messages from a file. ``point`` is what the text
    means (float16) to the ``encoder``: points of two encoders are never mixed.
    """

    class How(models.TextChoices):
        CONFIRMED = "confirmed", "Taken in hand or answered"
        PUT = "put", "Put through by a person"
        DECLINED = "declined", "Sent back: not theirs"
        NOBODYS = "nobodys", "Closed: nobody's"
        TAUGHT = "taught", "From a file of old messages"

    conversation = models.OneToOneField(Conversation, models.CASCADE, null=True, blank=True, related_name="lesson")
    text = models.TextField(blank=True)
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True, related_name="lessons")
    how = models.CharField(max_length=9, choices=How.choices)
    stage = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    routed = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True, related_name="+")
    sure = models.FloatField(null=True, blank=True)
    right = models.BooleanField(null=True, blank=True)
    by = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField(db_index=True)
    point = models.BinaryField(null=True, blank=True)
    encoder = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.get_how_display()}: {self.service}"


class Point(models.Model):
    """What a text of the organisation's own means (float16) to an encoder, by the text's SHA-256."""

    text_hash = models.CharField(max_length=64)
    encoder = models.CharField(max_length=60)
    point = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text_hash", "encoder"], name="one_point_of_a_text")]

    def __str__(self) -> str:
        return f"{self.text_hash[:8]}, {self.encoder}"


class Version(models.Model):
    """What was learnt from all lessons up to one moment. At most one is in use.

    ``content`` is the model (see ``learning.stored``) and ``sha256`` its hash, without which it is refused. ``figures``
    are what it was measured at: ``learning.report``. ``seen_at`` is the newest sign of life of whoever is at it. The
    content of old versions is dropped, their figures stay.
    """

    class State(models.TextChoices):
        LEARNING = "learning", "Being learnt"
        READY = "ready", "Not in use"
        IN_USE = "in use", "In use"
        FAILED = "failed", "Could not be learnt"

    state = models.CharField(max_length=8, choices=State.choices, default=State.LEARNING)
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    taught_until = models.DateTimeField()
    lessons = models.PositiveIntegerField(default=0)
    figures = models.JSONField(default=dict)
    words = models.CharField(max_length=400, blank=True)
    content = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="in use"), name="one_version_in_use"),
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="learning"), name="one_version_on_its_way"
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.pk}"
