from __future__ import annotations

from django.apps import AppConfig


class Directory(AppConfig):
    name = "putthrough.directory"
    label = "directory"
