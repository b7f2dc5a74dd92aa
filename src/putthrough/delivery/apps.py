from __future__ import annotations

from django.apps import AppConfig


class Delivery(AppConfig):
    name = "putthrough.delivery"
    label = "delivery"
