from __future__ import annotations

from django.apps import AppConfig


class Handover(AppConfig):
    name = "putthrough.handover"
    label = "handover"
