from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Last of the apps: when all are loaded, the journey connects the stages with each other."""

    name = "putthrough.config"
    label = "config"

    def ready(self) -> None:
        from putthrough import journey

        journey.connect()
