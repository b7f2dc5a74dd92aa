from __future__ import annotations

from django.apps import AppConfig


class Retention(AppConfig):
    name = "putthrough.oversight.retention"
    label = "retention"
