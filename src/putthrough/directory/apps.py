from __future__ import annotations

from django.apps import AppConfig


class Directory(AppConfig):
    name = "putthrough.directory"
    label = "directory"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from putthrough.directory.sittings import begin, leave

        user_logged_in.connect(begin)
        user_logged_out.connect(leave)
