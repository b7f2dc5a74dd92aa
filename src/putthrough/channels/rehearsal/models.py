from __future__ import annotations

from django.db import models


class Post(models.Model):
    """One post on the simulated network. ``private`` is a direct message, seen by its two ends alone.

    ``handle`` wrote it (``@sam``); ``to`` is whom a direct message goes to. ``key`` is set by a sender that wants
    to find out later whether its post was taken. ``pictures`` are described: that is all that is shown of them here,
    as it is all that somebody hears who cannot see.
    """

    handle = models.CharField(max_length=60)
    name = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    to = models.CharField(max_length=60, blank=True)
    private = models.BooleanField(default=False)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    pictures = models.JSONField(default=list, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.handle}: {self.text[:40]}"
