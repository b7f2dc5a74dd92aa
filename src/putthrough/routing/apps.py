from __future__ import annotations

from django.apps import AppConfig


class Routing(AppConfig):
    name = "putthrough.routing"
    label = "routing"
