from __future__ import annotations

from django.apps import AppConfig


class Posts(AppConfig):
    name = "putthrough.replies.posts"
    label = "posts"
