from __future__ import annotations

from django.apps import AppConfig


class Figures(AppConfig):
    name = "putthrough.oversight.figures"
    label = "figures"
