from __future__ import annotations

from django.apps import AppConfig


class Web(AppConfig):
    name = "putthrough.web"
    label = "web"
