from __future__ import annotations

from django.apps import AppConfig


class Batches(AppConfig):
    name = "putthrough.handover.batches"
    label = "batches"
