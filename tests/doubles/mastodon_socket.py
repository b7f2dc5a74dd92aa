"""A double of an instance's streaming over WebSocket alone, as GoToSocial's documentation has it (November 2026).

``GET /api/v1/streaming?stream=user`` with ``Authorization: Bearer``; text messages ``{"stream", "event", "payload"}``.
Whatever else is asked is no WebSocket and gets 404, a wrong token 401.
"""

from __future__ import annotations

import threading
from http import HTTPStatus
from typing import Self

from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve


class Socket:
    """What it ``says`` to each listener; with ``breaks`` it hangs up instead. ``asked`` are the paths so far."""

    def __init__(self, *, token: str) -> None:
        self.says: list[str] = []
        self.breaks = False
        self.asked: list[str] = []
        self._token = token
        self._over = threading.Event()
        self._server = serve(self._speak, "127.0.0.1", 0, process_request=self._may)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.base = f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *how: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()

    def _may(self, connection: ServerConnection, request: Request) -> Response | None:
        if not request.path.startswith("/api/v1/streaming?"):
            return connection.respond(HTTPStatus.NOT_FOUND, "Nothing here.")
        self.asked.append(request.path)
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "Who are you?")
        return None

    def _speak(self, connection: ServerConnection) -> None:
        if self.breaks:
            connection.socket.close()
            return
        for words in self.says:
            connection.send(words)
        self._over.wait(1)
