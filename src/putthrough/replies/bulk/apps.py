from __future__ import annotations

from django.apps import AppConfig


class Bulk(AppConfig):
    name = "putthrough.replies.bulk"
    label = "bulk"
