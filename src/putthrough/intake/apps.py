from __future__ import annotations

from django.apps import AppConfig


class Intake(AppConfig):
    name = "putthrough.intake"
    label = "intake"
