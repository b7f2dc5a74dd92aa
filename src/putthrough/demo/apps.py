from __future__ import annotations

from django.apps import AppConfig


class Demo(AppConfig):
    name = "putthrough.demo"
    label = "demo"
