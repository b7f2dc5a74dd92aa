"""What stands before the double of X: paths, faults to order, and answers in the form that X documents."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

APP_TOKEN = "app-token-1"
MEDIA = b"\xff\xd8\xff picture"
PROBLEM = "https://api.x.com/2/problems/"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """``status`` 0 closes the connection without an answer; ``after`` does what was asked first."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    detail: str = "as ordered"
    after: bool = False
    body: bytes | None = None


class Refused(Exception):
    def __init__(self, status: int, detail: str, kind: str = "about:blank") -> None:
        self.status, self.detail, self.kind = status, detail, kind


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hung up are what tests order; what else goes wrong here fails them by its answer."""


class _Handler(BaseHTTPRequestHandler):
    double: Any
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests read what was asked from the double instead."""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        path = unquote(address.path)
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        double = self.double
        with double.lock:
            double.asked.append(f"{self.command} {self.path}")
            fault = double.next_fault(_kind(self.command, path))
            if fault is not None and not fault.after:
                self._misbehave(fault)
                return
            try:
                answer = self._answer_to(path, query, body)
            except Refused as error:
                self._refuse(error)
                return
        if fault is not None:
            self._misbehave(fault)
        else:
            self._json(201 if self.command == "POST" and path != "/2/oauth2/token" else 200, answer)

    def _answer_to(self, path: str, query: dict[str, str], body: bytes) -> Json:
        double, token = self.double, self.headers.get("Authorization", "")
        if path == "/2/oauth2/token":
            form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
            return double.token(form, token)
        if path.startswith("/media/"):
            return {"bytes": MEDIA.hex()}
        if path in ("/2/webhooks", "/2/activity/subscriptions"):
            return _hooked(double, self.command, path, token.removeprefix("Bearer "), json.loads(body) if body else {})
        if token.removeprefix("Bearer ") not in double.tokens:
            raise Refused(401, "Unauthorized")
        return _routed(double, self.command, path, query, json.loads(body) if body else {})

    def _refuse(self, error: Refused) -> None:
        if error.kind == "oauth":
            self._json(error.status, {"error": error.detail, "error_description": "bad refresh-0"})
        else:
            told = {"title": "Refused", "detail": error.detail, "type": error.kind, "status": error.status}
            self._json(error.status, told)

    def _misbehave(self, fault: Fault) -> None:
        if fault.status == 0:
            self.close_connection = True
        elif fault.body is not None:
            self._answer(fault.status, fault.body, fault.headers)
        else:
            told = {"title": "Refused", "detail": fault.detail, "type": "about:blank", "status": fault.status}
            self._json(fault.status, told, fault.headers)

    def _json(self, status: int, value: Json, headers: dict[str, str] | None = None) -> None:
        if "bytes" in value:
            self._answer(status, bytes.fromhex(value["bytes"]), {"Content-Type": "image/jpeg"})
        else:
            shown = json.dumps(value, default=str).encode()
            self._answer(status, shown, {"Content-Type": "application/json", **(headers or {})})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _hooked(double: Any, method: str, path: str, token: str, body: Json) -> Json:
    """A webhook is the app's; what is private to a person is subscribed with a token of theirs."""
    listed: list[Json] = double.hooks if path == "/2/webhooks" else double.subscriptions
    private = method == "POST" and path != "/2/webhooks"
    if (token not in double.tokens) if private else (token != APP_TOKEN):
        raise Refused(401, "Unauthorized")
    if method == "GET":
        return {"data": listed} if listed else {"meta": {"result_count": 0}}
    if private and not any(one["id"] == body["webhook_id"] for one in double.hooks):
        raise Refused(400, "webhook_id", f"{PROBLEM}invalid-request")
    if not private and not re.fullmatch(r"https://[^/:]+/.*", body["url"]):
        raise Refused(400, "Url is not valid", f"{PROBLEM}invalid-request")
    made = {**body, "valid": True, "id": double.new_id()}
    listed.append(made)
    return {"data": made}


def _routed(double: Any, method: str, path: str, query: dict[str, str], body: Json) -> Json:
    if path == "/2/users/me":
        return {"data": double.users[double.us]}
    if path.startswith("/2/users/by/username/"):
        name = path.rpartition("/")[2].lower()
        found = [one for one in double.users.values() if one["username"].lower() == name]
        return {"data": found[0]} if found else {"errors": [{"type": f"{PROBLEM}resource-not-found"}]}
    if path == f"/2/users/{double.us}/mentions":
        return double.mentions(query)
    if path == f"/2/users/{double.us}/tweets":
        return double.own_posts(query)
    if path == "/2/dm_events":
        return double.dm_events(query)
    if match := re.fullmatch(r"/2/dm_conversations/with/(\d+)/(dm_events|messages)", path):
        return double.dm_events(query, other=match[1]) if method == "GET" else double.send_message(match[1], body)
    if path == "/2/tweets":
        return double.create(body) if method == "POST" else double.lookup(query.get("ids", "").split(","))
    return _changed(double, method, path, body)


def _changed(double: Any, method: str, path: str, body: Json) -> Json:
    if match := re.fullmatch(r"/2/tweets/(\d+)/hidden", path):
        double.hidden[match[1]] = body["hidden"]
        return {"data": {"hidden": body["hidden"]}}
    identity = path.rpartition("/")[2]
    if method == "DELETE" and path.startswith("/2/tweets/"):
        if identity not in double.posts:
            raise Refused(404, "Could not find tweet", f"{PROBLEM}resource-not-found")
        del double.posts[identity]
        return {"data": {"deleted": True}}
    if method == "DELETE" and path.startswith("/2/dm_events/"):
        double.messages = [one for one in double.messages if one["id"] != identity]
        return {"data": {"deleted": True}}
    raise Refused(404, f"no such path: {path}")


def _kind(method: str, path: str) -> str:
    if path == "/2/oauth2/token":
        return "token"
    if method == "POST":
        return "send"
    return "read" if path.endswith(("/mentions", "/dm_events")) else "other"


def handler(double: Any) -> type[BaseHTTPRequestHandler]:
    """The handler of one double's requests."""
    return type("Handler", (_Handler,), {"double": double})
