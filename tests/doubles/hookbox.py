"""The other side of the generic webhook channel, as somebody would program it after docs/channels/webhook.md.

It checks each delivery's signature, takes an ``Idempotency-Key`` once, and misbehaves when ordered to.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from putthrough.channels.webhook.signing import Forged, check, sign


@dataclass(frozen=True, slots=True)
class Fault:
    """``status`` 0 closes the connection; with ``after`` the delivery is taken all the same."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    after: bool = False


class HookBox:
    """``taken`` are the deliveries by key; ``waiting`` are signed requests that it wants to bring to us."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.taken: dict[str, dict[str, Any]] = {}
        self.waiting: list[dict[str, Any]] = []
        self.faults: deque[Fault] = deque()
        self.number = 0
        handler = type("Handler", (_Handler,), {"box": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/deliveries"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def writes(self, **event: Any) -> str:
        self.number += 1
        identity = event.pop("id", f"post-{self.number}")
        self.waiting.append({"id": identity, "at": datetime.now(UTC).isoformat(), **event})
        return str(identity)

    def requests(self) -> list[tuple[dict[str, str], bytes]]:
        """Header and body of each thing that waits, signed now; they wait no more."""
        bodies = [json.dumps(event).encode() for event in self.waiting]
        self.waiting = []
        return [({"putthrough-signature": sign(body, self.secret, at=int(time.time()))}, body) for body in bodies]


class _Handler(BaseHTTPRequestHandler):
    box: HookBox

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            check(self.headers["Putthrough-Signature"], body, [self.box.secret], now=int(time.time()))
        except Forged as error:
            return self._say(403, {"error": str(error)})
        message = json.loads(body)
        if message["type"] == "ping":
            return self._say(200, {})
        return self._deliver(message, self.headers["Idempotency-Key"])

    def _deliver(self, message: dict[str, Any], key: str) -> None:
        fault = self.box.faults.popleft() if self.box.faults else None
        if fault is None or fault.after:
            known = key in self.box.taken
            self.box.taken.setdefault(key, message)
            if fault is None:
                return self._say(409 if known else 201, {"id": f"theirs-{key}"})
        if fault.status == 0:
            self.close_connection = True
            return None
        return self._say(fault.status, {"error": "The forum is closed for the night."}, fault.headers)

    def _say(self, status: int, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *said: object) -> None:
        """Says nothing."""
