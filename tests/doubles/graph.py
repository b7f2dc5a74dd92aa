"""A double of Microsoft Graph mail and of a token address, for there is no server of theirs to run.

Built from Microsoft's Graph v1.0 reference as read in November 2026 ("message: delta", "Get MIME content of a message",
"user: sendMail", "Microsoft Graph throttling guidance", "Microsoft Graph error responses") and RFC 6749 for tokens.
It keeps what was asked and sent, and misbehaves when ordered to.
"""

from __future__ import annotations

import base64
import json
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

USER = "help@council.example"


@dataclass(frozen=True, slots=True)
class Fault:
    """``status`` 0 closes the connection without an answer; ``seconds`` is how long nothing is said first."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    code: str = "anError"
    seconds: float = 0


class Graph:
    """``base`` and ``token_url`` are for an account's settings. Paths have a kind: token, delta, value, send."""

    def __init__(self, *, page_size: int = 2) -> None:
        self.page_size = page_size
        self.messages: list[tuple[str, bytes]] = []
        self.sent: list[bytes] = []
        self.asked: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.tokens: set[str] = set()
        self.refresh_tokens = {"first-refresh"}
        self.delta_epoch = 0
        self.stopping = threading.Event()
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"double": self}))
        self._thread: threading.Thread | None = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.base, self.token_url = f"{self.origin}/v1.0", f"{self.origin}/token"

    def stop(self) -> None:
        """Ends it; a second time does nothing."""
        if self._thread is None:
            return
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._thread = None

    def order(self, kind: str, *faults: Fault) -> None:
        """The next requests of that kind get these, one each."""
        self._faults[kind].extend(faults)

    def next_fault(self, kind: str) -> Fault | None:
        return self._faults[kind].popleft() if self._faults[kind] else None

    def arrives(self, raw: bytes) -> str:
        key = f"AAMkAD/{len(self.messages)}="
        self.messages.append((key, raw))
        return key

    def issue(self) -> str:
        token = f"token-{len(self.tokens) + 1}"
        self.tokens.add(token)
        return token

    def page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        """A page of messages newer than the query's skip or delta token, which name an epoch and a place."""
        mark = (query.get("$skiptoken") or query.get("$deltatoken") or [f"{self.delta_epoch}.0"])[0]
        start = int(mark.partition(".")[2])
        listed = self.messages[start : start + self.page_size]
        end = start + len(listed)
        kind, link = ("skip", "nextLink") if end < len(self.messages) else ("delta", "deltaLink")
        where = f"{self.base}/users/{USER}/mailFolders/inbox/messages/delta?${kind}token={self.delta_epoch}.{end}"
        value = [
            {"id": key, "receivedDateTime": f"2026-11-24T08:{place % 60:02}:00Z"}
            for place, (key, _) in enumerate(listed, start)
        ]
        return {"value": value, f"@odata.{link}": where}

    def knows(self, query: dict[str, list[str]]) -> bool:
        mark = (query.get("$skiptoken") or query.get("$deltatoken") or [""])[0]
        return not mark or mark.startswith(f"{self.delta_epoch}.")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hung up are what tests order; what else goes wrong here fails them by its answer."""


class _Handler(BaseHTTPRequestHandler):
    double: Graph
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests read what was asked from the double instead."""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        path, query = unquote(address.path), parse_qs(address.query)
        self.double.asked.append(f"{self.command} {self.path}")
        fault = self.double.next_fault(_kind(path))
        if fault is not None:
            self._misbehave(fault)
            return
        if path == "/token":
            self._token(body)
        elif path == "/tokeninfo":
            token = query["access_token"][0]
            known = token in self.double.tokens
            self._json(200 if known else 400, {"email": USER} if known else {"error": "invalid_token"})
        elif self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.double.tokens:
            self._error(401, "InvalidAuthenticationToken")
        else:
            self._graph(path, query, body)

    def _misbehave(self, fault: Fault) -> None:
        self.double.stopping.wait(fault.seconds)
        if fault.status == 0:
            self.close_connection = True
        else:
            self._error(fault.status, fault.code, fault.headers)

    def _graph(self, path: str, query: dict[str, list[str]], body: bytes) -> None:
        if path.endswith("/messages/delta"):
            known = self.double.knows(query)
            self._json(200, self.double.page(query)) if known else self._error(410, "SyncStateNotFound")
        elif path.endswith("/sendMail"):
            self.double.sent.append(base64.b64decode(body, validate=True))
            self._answer(202, b"")
        else:
            key = path.partition("/messages/")[2]
            raw = dict(self.double.messages).get(key.removesuffix("/$value"))
            if raw is None:
                self._error(404, "ErrorItemNotFound")
            elif key.endswith("/$value"):
                self._answer(200, raw, {"Content-Type": "text/plain"})
            else:
                self._json(200, {"internetMessageHeaders": _headers(raw)})

    def _token(self, body: bytes) -> None:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.double.forms.append(form)
        grant = form.get("grant_type")
        if grant == "refresh_token" and form.get("refresh_token") not in self.double.refresh_tokens:
            self._json(400, {"error": "invalid_grant", "error_description": f"bad {form.get('refresh_token')}"})
        else:
            given = {"access_token": self.double.issue(), "token_type": "Bearer", "expires_in": 3600}
            self._json(200, given)

    def _error(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        self._json(status, {"error": {"code": code, "message": f"about {USER}"}}, headers)

    def _json(self, status: int, value: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _kind(path: str) -> str:
    ends = (("/token", "token"), ("/messages/delta", "delta"), ("/sendMail", "send"), ("/$value", "value"))
    return next((kind for end, kind in ends if path.endswith(end)), "other")


def _headers(raw: bytes) -> list[dict[str, str]]:
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode()
    return [
        {"name": name, "value": value.strip()} for name, _, value in (line.partition(":") for line in head.split("\n"))
    ]
