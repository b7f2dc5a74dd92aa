"""An SMTP server in a thread of its own (RFC 5321), for the receiver and for whatever plays a mail provider."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from contextlib import suppress
from ssl import SSLContext
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope

from putthrough.channels.contract import ChannelError

log = structlog.get_logger()
logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd would write down who writes to whom

MAX_BYTES = 35 * 1024 * 1024
_IDLE_SECONDS = 60.0
_EMAIL_SECONDS = 600.0  # for one email to come in, and for it to be kept (RFC 5321, 4.5.3.2.6)
_PIECE = 64 * 1024
_END = b"\r\n.\r\n"
_MOST_CONNECTIONS = 100
_BUSY = b"421 4.3.2 Too many connections at this moment. Try again in a minute.\r\n"


class Addressed(Envelope):
    """An envelope that remembers which account each recipient is."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts: dict[str, int] = {}


class Dialogue(SMTP):
    """One connection. Unlike its base it takes lines of any length, as real mail programs write them."""

    line_length_limit = _PIECE  # how much is buffered before a command or a piece of an email must be complete

    def __init__(self, server: SmtpServer, **options: Any) -> None:
        super().__init__(server.handler, **options)
        self._server = server

    def _create_envelope(self) -> Envelope:
        return Addressed()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._server.dialogues.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.dialogues.discard(self)
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802  # aiosmtpd names the commands so
        if await self.check_helo_needed():
            return
        envelope: Any = self.envelope  # never None here, though declared so
        if arg or not envelope.rcpt_tos:
            await self.push("501 5.5.4 DATA stands alone." if arg else "503 5.5.1 First say who it is for (RCPT TO).")
            return
        await self.push("354 End the email with a full stop on a line of its own.")
        content = await self._content()
        if content is None:
            megabytes = self._server.max_bytes // (1024 * 1024)
            answer = f"552 5.3.4 This email is larger than {megabytes} MB. Send less, or a link to the files."
        else:
            envelope.content = envelope.original_content = content
            self._reset_timeout(_EMAIL_SECONDS)
            answer = await self._call_handler_hook("DATA")
        self.envelope = self._create_envelope()
        await self.push(answer)

    async def _content(self) -> bytes | None:
        """The email without the dots that SMTP adds (RFC 5321, 4.5.2); None when it is too large."""
        until = self.loop.time() + _EMAIL_SECONDS
        pieces: list[bytes] = []
        size = 0
        reader: Any = self._reader
        reader._buffer[:0] = b"\r\n"  # so that the end is found also where the very first line is the full stop
        ended = False
        while not ended:
            self._reset_timeout(max(0.001, min(_IDLE_SECONDS, until - self.loop.time())))
            piece, ended = await self._piece()
            size += len(piece)
            if size > self._server.max_bytes + len(_END):
                pieces.clear()
            else:
                pieces.append(piece)
        if size > self._server.max_bytes + len(_END):
            return None
        return b"".join(pieces)[:-3].replace(b"\r\n.", b"\r\n")[2:]

    async def _piece(self) -> tuple[bytes, bool]:
        try:
            return await self._reader.readuntil(_END), True
        except asyncio.LimitOverrunError as more:
            return await self._reader.readexactly(more.consumed), False


class _Busy(asyncio.Protocol):
    """Turns a connection away, in words, when there are too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(_BUSY)
        transport.close()


class SmtpServer:
    """Listens on ``host`` and ``port`` (0: any free one, see ``port`` after ``start``).

    ``handler`` has aiosmtpd's hooks (``handle_RCPT``, ``handle_DATA``), which run in the server's loop.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        handler: object,
        max_bytes: int = MAX_BYTES,
        tls: SSLContext | None = None,
        most_connections: int = _MOST_CONNECTIONS,
    ) -> None:
        self.host, self.port = host, port
        self.handler = handler
        self.max_bytes = max_bytes
        self.dialogues: set[Dialogue] = set()
        self._tls = tls
        self._most_connections = most_connections
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def start(self) -> None:
        """Returns when connections are taken. Raises ``ChannelError`` when the port cannot be had."""
        listening = _bound(self.host, self.port)
        self.port = int(listening.getsockname()[1])
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(listening)), name="smtp", daemon=True)
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Ends at once; an email that was not answered yet is sent again by whoever sends it."""
        if self._thread is None:
            return
        if self._loop is not None and self._stop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None

    async def _serve(self, listening: socket.socket) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await self._loop.create_server(self._protocol, sock=listening)
        self._ready.set()
        await self._stop.wait()
        server.close()
        for dialogue in list(self.dialogues):
            if isinstance(dialogue.transport, asyncio.WriteTransport):
                dialogue.transport.abort()
        await asyncio.sleep(0)

    def _protocol(self) -> asyncio.BaseProtocol:
        if len(self.dialogues) >= self._most_connections:
            return _Busy()
        return Dialogue(
            self,
            data_size_limit=self.max_bytes,
            enable_SMTPUTF8=True,
            hostname=socket.gethostname(),
            ident="Putthrough",
            tls_context=self._tls,
            timeout=_IDLE_SECONDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            loop=self._loop,
        )


class Handler:
    """What both servers share: no sign-in is offered, and a fault of ours asks the sender to come again."""

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [line for line in responses if not line.startswith("250-AUTH")]

    async def handle_exception(self, error: Exception) -> str:
        log.error("a mail connection met a fault", kind=type(error).__name__)
        return "451 4.3.0 Something went wrong here. Nothing was lost: send it again later."


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=200)
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) else "there is no such port"
        words = (
            f"Email cannot be received on {host} port {port} ({why}). Stop the other program that uses the port, "
            "or choose another port."
        )
        raise ChannelError(words, permanent=True) from error
