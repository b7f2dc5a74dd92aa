"""The demo's post box: it plays the residents' mail provider, so that answers by email can be read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from putthrough.channels.email.smtp_server import Handler, SmtpServer

Keep = Callable[[bytes, str, list[str]], None]


class PostBox:
    """Takes every email and calls ``keep(raw, mail_from, rcpt_tos)`` in a thread; ``port`` is real after ``start``."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, keep: Keep) -> None:
        self._server = SmtpServer(host, port, handler=_Handler(keep))

    @property
    def port(self) -> int:
        return self._server.port

    def start(self) -> None:
        """Raises ``ChannelError`` in plain words when the port cannot be had."""
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


class _Handler(Handler):
    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        mail_from = "" if envelope.mail_from == "<>" else envelope.mail_from
        await asyncio.to_thread(self._keep, envelope.content, mail_from, list(envelope.rcpt_tos))
        return "250 2.0.0 OK"
