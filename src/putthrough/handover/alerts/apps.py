from __future__ import annotations

from django.apps import AppConfig


class Alerts(AppConfig):
    name = "putthrough.handover.alerts"
    label = "alerts"
