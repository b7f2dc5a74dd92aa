from __future__ import annotations

import json
from typing import Any

from django.db import models

from putthrough.audit.chain import Words, stamp


class Entry(models.Model):
    """One thing that happened. Written once, never changed; the order of numbers is the order of events."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=254)
    verb = models.CharField(max_length=60)
    thing = models.CharField(max_length=60)
    sentence = models.CharField(max_length=500)
    data = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["thing", "number"], name="entry_of_thing")]

    def __str__(self) -> str:
        return self.sentence

    def words(self) -> Words:
        """What its hash covers."""
        return Words(self.number, stamp(self.at), self.by, self.verb, self.thing, self.sentence, self.data)

    def facts(self) -> dict[str, Any]:
        """What the sentence was made of, as data."""
        facts: dict[str, Any] = json.loads(self.data)
        return facts


class Head(models.Model):
    """The end of the chain: how many entries there are and the last one's hash. A single row."""

    count = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.count} entries"
