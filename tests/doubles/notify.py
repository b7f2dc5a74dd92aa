"""A double of GOV.UK Notify's API, for there is no server of theirs to run.

Built from GOV.UK Notify's "REST API documentation" as read in November 2026: JSON Web Tokens in HS256 with ``iss`` and
``iat``, errors as ``{"errors": [{"error", "message"}], "status_code"}``, received texts newest first, 250 a page. It
checks what it is sent as Notify does, keeps it, and misbehaves when ordered to.
"""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 250
TEMPLATE = "11111111-2222-4333-8444-555555555555"
SERVICE, SECRET = "aaaaaaaa-1111-4222-8333-444444444444", "bbbbbbbb-1111-4222-8333-444444444444"
_DRIFT = 30  # seconds


@dataclass(frozen=True, slots=True)
class Fault:
    """``status`` 0 closes the connection without an answer; with ``after`` Notify does it all the same."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    after: bool = False
    error: tuple[str, str] = ("BadRequestError", "Something about this is not right")


class Notify:
    """``base`` is for an account's settings. ``faults`` are by kind: read (received texts) and send."""

    def __init__(self) -> None:
        self.received: list[dict[str, str]] = []
        self.sent: list[dict[str, Any]] = []
        self.revoked = False
        self.ahead = 0  # seconds that its clock is before ours
        self.template = "((message))"
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        handler = type("Handler", (_Handler,), {"notify": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.api_key = f"putthrough-{SERVICE}-{SECRET}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def arrives(self, text: str, *, number: str = "447700900123", days_ago: float = 0) -> dict[str, str]:
        """Somebody texts the service. Returns it as Notify lists it."""
        moment = datetime.now(UTC) - timedelta(days=days_ago) + timedelta(microseconds=len(self.received))
        one = {
            "id": str(uuid.uuid4()),
            "created_at": moment.isoformat().replace("+00:00", "Z"),
            "service_id": SERVICE,
            "notify_number": "07766000000",
            "user_number": number,
            "content": text,
        }
        self.received.insert(0, one)
        return one

    def callback(self, one: Mapping[str, str]) -> bytes:
        """The same as its callback tells it."""
        told = {
            "id": one["id"],
            "source_number": one["user_number"],
            "destination_number": one["notify_number"],
            "message": one["content"],
            "date_received": one["created_at"],
        }
        return json.dumps(told).encode()

    def fails(self, reference: str, status: str = "permanent-failure") -> bytes:
        """A text of ours cannot be delivered. Returns the delivery receipt that tells it."""
        one = next(one for one in self.sent if one["reference"] == reference)
        one |= {"status": status, "completed_at": datetime.now(UTC).isoformat().replace("+00:00", "Z")}
        told = {name: one[name] for name in ("id", "reference", "status", "created_at", "completed_at")}
        return json.dumps({**told, "to": one["phone_number"], "notification_type": "sms"}).encode()

    def page(self, older_than: str) -> list[dict[str, str]]:
        week = (datetime.now(UTC) - timedelta(days=7)).isoformat()
        kept = [one for one in self.received if one["created_at"] > week]
        at = next((n for n, one in enumerate(kept) if one["id"] == older_than), -1)
        return kept[at + 1 : at + 1 + PAGE]


class _Handler(BaseHTTPRequestHandler):
    notify: Notify

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(at.query).items()}
        if not self._trusted():
            return
        if at.path == "/v2/received-text-messages" and not self._broken("read"):
            self._say(200, {"received_text_messages": self.notify.page(asked.get("older_than", "")), "links": {}})
        elif at.path == "/v2/notifications":
            found = [one for one in self.notify.sent if _matches(one, asked)]
            self._say(200, {"notifications": found, "links": {}})
        elif at.path.startswith("/v2/template/"):
            self._say(200, {"id": TEMPLATE, "type": "sms", "body": self.notify.template})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._trusted():
            return
        fault = self.notify.faults["send"][0] if self.notify.faults["send"] else None
        if (fault is None or fault.after) and not self._keep(body):
            return
        if not self._broken("send"):
            self._say(201, {"id": str(uuid.uuid4()), "reference": body["reference"]})

    def _keep(self, body: dict[str, Any]) -> bool:
        if body.get("template_id") != TEMPLATE:
            return self._refuse(400, "BadRequestError", "Template not found")
        if "message" not in body.get("personalisation", {}):
            return self._refuse(400, "BadRequestError", "Missing personalisation: message")
        if len(body["personalisation"]["message"]) > 918:
            return self._refuse(400, "BadRequestError", "Your message is too long")
        if not str(body["phone_number"]).lstrip("+").isdigit():
            return self._refuse(400, "ValidationError", "phone_number Must not contain letters or symbols")
        known = {"id": str(uuid.uuid4()), "status": "sending", "created_at": datetime.now(UTC).isoformat()}
        self.notify.sent.append({**body, **known})
        return True

    def _broken(self, kind: str) -> bool:
        if not self.notify.faults[kind]:
            return False
        fault = self.notify.faults[kind].popleft()
        if fault.status == 0:
            self.close_connection = True
        else:
            self._refuse(fault.status, *fault.error, headers=fault.headers)
        return True

    def _trusted(self) -> bool:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        head, _, signature = token.rpartition(".")
        claims = json.loads(_decoded(head.partition(".")[2]) or b"{}")
        good = hmac.compare_digest(_decoded(signature), hmac.new(SECRET.encode(), head.encode(), sha256).digest())
        if self.notify.revoked or not good or claims.get("iss") != SERVICE:
            return self._refuse(403, "AuthError", "Invalid token: API key not found")
        if abs(time.time() + self.notify.ahead - claims["iat"]) > _DRIFT:
            words = "Error: Your system clock must be accurate to within 30 seconds"
            return self._refuse(403, "AuthError", words)
        return True

    def _refuse(self, status: int, error: str, words: str, headers: Mapping[str, str] | None = None) -> bool:
        self._say(status, {"errors": [{"error": error, "message": words}], "status_code": status}, headers)
        return False

    def _say(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *said: object) -> None:
        """Says nothing."""


def _matches(one: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    """``status=failed`` stands for all ways of failing."""
    status = asked.get("status", "")
    return one["reference"] == asked.get("reference", one["reference"]) and one["status"].endswith(
        "-failure" if status == "failed" else status
    )


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
