"""A mail relay on loopback that takes everything."""

from __future__ import annotations

from typing import Any

from putthrough.channels.email.smtp_server import Handler, SmtpServer


class _Taker(Handler):
    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self.mails.append(bytes(envelope.content))
        return "250 OK"


class Relay:
    """Runs from the moment it is made until ``stop``."""

    def __init__(self) -> None:
        self._taker = _Taker()
        self._server = SmtpServer("127.0.0.1", 0, handler=self._taker)
        self._server.start()
        self.port = self._server.port

    def taken(self) -> list[bytes]:
        """What came since it was asked last."""
        mails, self._taker.mails = self._taker.mails, []
        return mails

    def stop(self) -> None:
        self._server.stop()
