from __future__ import annotations

from django.apps import AppConfig


class Replies(AppConfig):
    name = "putthrough.replies"
    label = "replies"
