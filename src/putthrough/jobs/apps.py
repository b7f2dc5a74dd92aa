from __future__ import annotations

from django.apps import AppConfig


class Jobs(AppConfig):
    name = "putthrough.jobs"
    label = "jobs"
