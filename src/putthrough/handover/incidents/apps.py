from __future__ import annotations

from django.apps import AppConfig


class Incidents(AppConfig):
    name = "putthrough.handover.incidents"
    label = "incidents"
