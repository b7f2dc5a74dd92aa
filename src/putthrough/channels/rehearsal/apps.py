from __future__ import annotations

from django.apps import AppConfig


class Rehearsal(AppConfig):
    name = "putthrough.channels.rehearsal"
    label = "rehearsal"
