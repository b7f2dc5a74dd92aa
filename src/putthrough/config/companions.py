"""What runs beside the web server in one process: the worker, the listeners and the SMTP receiver."""

from __future__ import annotations

from typing import Protocol

import structlog
from django.conf import settings
from django.db import connections

from putthrough.channels.email.receiver import Receiver
from putthrough.intake.listening import Listeners
from putthrough.intake.mail import keep_received, recognise
from putthrough.jobs.worker import workers

log = structlog.get_logger()


class Companion(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...


def receiver() -> Receiver:
    """The SMTP receiver of these settings. Starting it raises ChannelError in plain words when its port is taken."""
    return Receiver(
        settings.SMTP_HOST,
        settings.SMTP_PORT,
        recognise=recognise,
        keep=keep_received,
        max_bytes=settings.MAX_MESSAGE_BYTES,
        at_end=connections.close_all,
    )


def companions() -> list[Companion]:
    """In the order in which they start; they stop in the other one."""
    found: list[Companion] = [*workers(), Listeners()] if settings.EMBEDDED else []
    if settings.SMTP_PORT:
        found.append(receiver())
    return found
