from __future__ import annotations

from django.db import models

from putthrough.directory.models import Team


class Account(models.Model):
    """One of our own accounts on a channel: an address that people write to.

    ``team`` is set for a service's own account: what arrives there is theirs unless it is plainly not.
    ``cursor`` is where the channel goes on reading. ``health`` is what people see; ``trouble`` says in plain
    words what is wrong and what to do. ``revision`` grows each time that a person saves it. ``followed_at`` is when
    its network was last asked what became of the messages that it brought.
    """

    class Health(models.TextChoices):
        NEW = "new", "Not tried yet"
        GOOD = "good", "Working"
        FAILING = "failing", "Failing, trying again"
        STOPPED = "stopped", "Stopped until somebody mends it"

    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=120)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="accounts")
    enabled = models.BooleanField(default=True)
    settings = models.JSONField(default=dict, blank=True)
    sealed = models.TextField(blank=True)
    cursor = models.JSONField(default=dict, blank=True)
    health = models.CharField(max_length=10, choices=Health.choices, default=Health.NEW)
    trouble = models.CharField(max_length=400, blank=True)
    failures = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    last_good_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    followed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["channel", "name"]
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="one_account_per_address")]

    def __str__(self) -> str:
        return f"{self.name} ({self.address})"


class Spent(models.Model):
    """What an account's network charged on one day (UTC), in its channel's currency."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="spent")
    day = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=4, default=0)

    class Meta:
        verbose_name_plural = "spent"
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="one_sum_a_day")]

    def __str__(self) -> str:
        return f"{self.account_id} on {self.day}: {self.amount}"
