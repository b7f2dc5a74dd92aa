"""What every double of a platform's web interface is made of: a small server on loopback that breaks to order."""

from __future__ import annotations

import json
import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Fault:
    """``status`` 0 closes the connection without an answer; with ``after`` the platform does it all the same."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    after: bool = False
    body: Mapping[str, Any] = field(default_factory=lambda: {"error": "Something about this is not right"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. Header names are lower case; ``query`` keeps repeated names."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes

    def one(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.query if key == name), default)

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body or b"{}")
        return found


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json"

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class WebDouble:
    """A platform says what it answers (``answer``) and of which kind a request is (``kind``: read, send, other)."""

    def __init__(self) -> None:
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.asked: list[Asked] = []
        handler = type("Handler", (_Handler,), {"double": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.port = self._server.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, asked: Asked) -> Said:
        raise NotImplementedError

    def kind(self, asked: Asked) -> str:
        raise NotImplementedError

    def breaks(self, kind: str, status: int, *, after: bool = False, times: int = 1, **more: Any) -> None:
        self.faults[kind].extend([Fault(status, after=after, **more)] * times)

    def serve(self, asked: Asked) -> Said | None:
        """The answer, None for none at all."""
        self.asked.append(asked)
        waiting = self.faults[self.kind(asked)]
        fault = waiting.popleft() if waiting else None
        if fault is None:
            return self.answer(asked)
        if fault.after:
            self.answer(asked)
        return None if fault.status == 0 else Said(fault.status, dict(fault.body), fault.headers)


class _Handler(BaseHTTPRequestHandler):
    double: WebDouble
    protocol_version = "HTTP/1.1"

    def _any(self) -> None:
        at = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qsl(at.query, keep_blank_values=True)
        said = self.double.serve(Asked(self.command, at.path, query, headers, body))
        if said is None:
            self.close_connection = True
            return
        content = said.content()
        self.send_response(said.status)
        for name, value in {**said.headers, "Content-Type": said.kind, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815  # as the library names them

    def log_message(self, *said: object) -> None:
        """Says nothing."""
