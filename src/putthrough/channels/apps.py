from __future__ import annotations

from django.apps import AppConfig


class Channels(AppConfig):
    name = "putthrough.channels"
    label = "channels"
