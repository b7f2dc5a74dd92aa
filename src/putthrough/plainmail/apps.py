from __future__ import annotations

from django.apps import AppConfig


class PlainMail(AppConfig):
    name = "putthrough.plainmail"
    label = "plainmail"
