"""Who is responsible for what, and who may look."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class Organisation(models.Model):
    """The public body itself: a single row. ``version`` grows whenever the directory, a rule or what was learnt
    changes.

    ``information_team`` sees every request for information (FOI, SAR and the like) from the moment it is filed.
    ``precision`` is the share of what routing does by itself that must be right. ``least_sure`` is how sure it has to
    be at least, raised by itself while the precision of late falls short. ``stages_off`` are stages that are not asked.
    """

    class Nation(models.TextChoices):
        ENGLAND = "england", "England"
        WALES = "wales", "Wales"
        SCOTLAND = "scotland", "Scotland"
        NI = "ni", "Northern Ireland"

    name = models.CharField(max_length=120, default="Our organisation")
    nation = models.CharField(max_length=10, choices=Nation.choices, default=Nation.ENGLAND)
    target_days = models.PositiveSmallIntegerField(default=5)
    quiet_days = models.PositiveSmallIntegerField(default=14)
    split_on_topic = models.BooleanField(default=True)
    undo_seconds = models.PositiveSmallIntegerField(default=10)
    information_team = models.ForeignKey("Team", models.SET_NULL, null=True, blank=True, related_name="+")
    demo = models.BooleanField(default=False)
    stages_off = models.JSONField(default=list, blank=True)
    precision = models.FloatField(default=0.95)
    least_sure = models.FloatField(default=0.0)
    version = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People answerable for services. Triage is a team, and so is communications.

    ``by_email_since`` is when it began to get each of its conversations at ``email``, None while it does not.
    """

    class Kind(models.TextChoices):
        SERVICE = "service", "Service team"
        TRIAGE = "triage", "Triage"
        COMMS = "comms", "Communications"

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SERVICE)
    description = models.CharField(max_length=400, blank=True)
    email = models.EmailField(blank=True)
    by_email_since = models.DateTimeField(null=True, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    cover = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="covers")
    away_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=models.Q(kind="triage"), name="one_triage_team")
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person of the organisation, known by email address, or a service account of another program.

    ``by_email_since`` is when they began to get each conversation of their teams by email, None while they do not.
    """

    class Role(models.TextChoices):
        TRIAGER = "triager", "Triager"
        RESPONDER = "responder", "Responder"
        COMMS_LEAD = "comms_lead", "Comms lead"
        INFORMATION_GOVERNANCE = "information_governance", "Information governance"
        ADMINISTRATOR = "administrator", "Administrator"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=30, choices=Role.choices, default=Role.RESPONDER)
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)
    keys_on = models.BooleanField(default=False)
    by_email_since = models.DateTimeField(null=True, blank=True)
    teams = models.ManyToManyField(Team, related_name="people", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_address")]

    def __str__(self) -> str:
        return self.name


class Token(models.Model):
    """An API key of a user: only its hash (SHA-256, hexadecimal) is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Sitting(models.Model):
    """A browser in which somebody is signed in: its session's key, and what its owner knows it by."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sittings")
    session = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=60)
    address = models.CharField(max_length=45, blank=True)
    began_at = models.DateTimeField(auto_now_add=True, db_index=True)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.browser


class Tries(models.Model):
    """How often signing in was tried since a moment, of an account or from an address; ``key`` hides which."""

    key = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"


class Service(models.Model):
    """Something the body, or another body (``whose``), is responsible for.

    ``key`` is ``lgsl:ID`` where the Local Government Services List has it, ``nhs:name`` for a hospital's.
    """

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    lgsl = models.PositiveIntegerField(null=True, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="services")
    description = models.TextField(blank=True)
    synonyms = models.JSONField(default=list, blank=True)
    whose = models.CharField(max_length=120, blank=True)
    target_days = models.PositiveSmallIntegerField(null=True, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Signpost(models.Model):
    """The right page, telephone number and hours for a service, and a polite sentence that refers to them."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="signposts")
    words = models.TextField(blank=True)
    page = models.URLField(blank=True, max_length=400)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.words or self.page or self.phone


class Place(models.Model):
    """A street, ward or village, and the area that it lies in. ``ward`` tells two streets of one name apart.

    ``key`` is both names as ``placenames.key`` spells them, so that Mill Ln and Mill Lane are one place.
    """

    key = models.CharField(max_length=260, unique=True)
    name = models.CharField(max_length=120)
    ward = models.CharField(max_length=120, blank=True)
    area = models.CharField(max_length=120, db_index=True)

    class Meta:
        ordering = ["name", "ward"]

    def __str__(self) -> str:
        return f"{self.name}, {self.ward}" if self.ward else self.name


class AreaTeam(models.Model):
    """The team that provides a service in one area; elsewhere it is the service's own team."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="area_teams")
    area = models.CharField(max_length=120)
    team = models.ForeignKey(Team, models.PROTECT, related_name="area_services")

    class Meta:
        ordering = ["area"]
        constraints = [models.UniqueConstraint(fields=["service", "area"], name="one_team_of_a_service_in_an_area")]

    def __str__(self) -> str:
        return f"{self.service} in {self.area}: {self.team}"
