from __future__ import annotations

from django.apps import AppConfig


class Deadlines(AppConfig):
    name = "putthrough.deadlines"
    label = "deadlines"
