"""A double of an instance that speaks the Mastodon API, for what the real server of the tests cannot do.

Built from Mastodon's documentation as read in November 2026: "statuses", "media", "notifications", "accounts", "apps",
"oauth", "instance" and "streaming" API methods, "Rate limits" (``X-RateLimit-Reset`` as ISO 8601), ``Idempotency-Key``.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qs

from tests.doubles.webdouble import Asked, Said, WebDouble

US = {"id": "1", "username": "borough", "acct": "borough", "display_name": "Example Borough"}
PAT = {"id": "2", "username": "pat", "acct": "pat@elsewhere.example", "display_name": "Pat"}
TOKEN, CODE = "instance-token", "instance-code"  # of a double
_MENTION = re.compile(r"@(\w+)(?:@([\w.-]+))?")


class Instance(WebDouble):
    """``statuses`` by id, ``notifications`` oldest first; ``domain`` is what our own name has behind its ``@``."""

    def __init__(self, *, most: int = 500) -> None:
        super().__init__()
        self.most = most
        self.domain = "social.example"
        self.statuses: dict[str, dict[str, Any]] = {}
        self.notifications: list[dict[str, Any]] = []
        self.by_key: dict[str, str] = {}
        self.token = TOKEN
        self.policy = "accept"
        self.knows_keys = True
        self.events: list[str] = []
        self.media: dict[str, dict[str, Any]] = {}
        self.slow_media = 0
        self._number = 100

    def kind(self, asked: Asked) -> str:
        if asked.method == "POST" and asked.path == "/api/v1/statuses":
            return "send"
        return "read" if asked.path == "/api/v1/notifications" else "other"

    def writes(
        self, text: str, *, visibility: str = "public", to: str | None = None, by: Mapping[str, Any] = PAT, **more: Any
    ) -> str:
        """A resident mentions us. Returns the status's id."""
        status = self._status(by, f'<p><span class="h-card">{_link("borough")}</span> {text}</p>', visibility, to, more)
        self.notify("mention", status)
        return str(status["id"])

    def notify(self, kind: str, status: Mapping[str, Any]) -> None:
        one = {"id": self._next(), "type": kind, "created_at": _now(), "account": PAT, "status": status}
        self.notifications.append(one)

    def edits(self, identity: str, text: str) -> None:
        moment = datetime.now(UTC) + timedelta(milliseconds=self._number)
        self.statuses[identity] |= {"content": f"<p>{text}</p>", "edited_at": moment.isoformat()}

    def deletes(self, identity: str) -> None:
        del self.statuses[identity]

    def own(self) -> list[dict[str, Any]]:
        return [status for status in self.statuses.values() if status["account"]["id"] == US["id"]]

    def _next(self) -> str:
        self._number += 1
        return str(self._number)

    def _status(
        self, by: Mapping[str, Any], content: str, visibility: str, to: str | None, more: Mapping[str, Any]
    ) -> dict[str, Any]:
        identity = self._next()
        status = {
            "id": identity,
            "account": by,
            "content": content,
            "visibility": visibility,
            "in_reply_to_id": to,
            "created_at": _now(),
            "edited_at": None,
            "spoiler_text": "",
            "language": "en",
            "url": f"https://elsewhere.example/@{by['username']}/{identity}",
            "media_attachments": [],
            **more,
        }
        self.statuses[identity] = status
        return status

    def answer(self, asked: Asked) -> Said:
        if asked.path == "/api/v1/apps":
            return Said(200, {"client_id": "app", "client_secret": "app-secret"})
        if asked.path == "/oauth/token":
            return self._token(asked)
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Said(401, {"error": "The access token is invalid"})
        for shape, verb in _PATHS:
            if (found := re.fullmatch(shape, f"{asked.method} {asked.path}")) is not None:
                said: Said = verb(self, asked, *found.groups())
                return said
        return Said(404, {"error": "Record not found"})

    def _token(self, asked: Asked) -> Said:
        body = asked.json() if asked.body[:1] == b"{" else {k: v[0] for k, v in parse_qs(asked.body.decode()).items()}
        good = body.get("code") == CODE and body.get("client_secret") == "app-secret"
        return Said(200, {"access_token": TOKEN}) if good else Said(400, {"error": "invalid_grant"})

    def _notifications(self, asked: Asked) -> Said:
        types = [value for key, value in asked.query if key == "types[]"]
        found = [one for one in self.notifications if not types or one["type"] in types]
        if self.policy == "filter" and asked.one("include_filtered") != "true":
            found = [one for one in found if (one.get("status") or {}).get("visibility") != "direct"]
        limit = min(int(asked.one("limit", "40")), 80)
        if after := asked.one("min_id"):
            return Said(200, [one for one in found if int(one["id"]) > int(after)][:limit][::-1])
        if before := asked.one("max_id"):
            found = [one for one in found if int(one["id"]) < int(before)]
        return Said(200, found[::-1][:limit])

    def _one(self, asked: Asked, identity: str) -> Said:
        return Said(200, self.statuses[identity]) if identity in self.statuses else Said(404, {"error": "Not found"})

    def _context(self, asked: Asked, identity: str) -> Said:
        under, below = {identity}, []
        for status in self.statuses.values():
            if status["in_reply_to_id"] in under:
                under.add(status["id"])
                below.append(status)
        return Said(200, {"ancestors": [], "descendants": below})

    def _of_account(self, asked: Asked, identity: str) -> Said:
        theirs = [status for status in self.statuses.values() if status["account"]["id"] == identity]
        return Said(200, theirs[::-1][: min(int(asked.one("limit", "20")), 40)])

    def _post(self, asked: Asked) -> Said:
        body, key = asked.json(), asked.headers.get("idempotency-key", "")
        if self.knows_keys and key in self.by_key:
            return Said(200, self.statuses[self.by_key[key]])
        text = body.get("status", "")
        if not text:
            return Said(422, {"error": "Validation failed: Text can't be blank"})
        if len(_MENTION.sub(r"@\1", text)) + len(body.get("spoiler_text", "")) > self.most:
            return Said(422, {"error": f"Validation failed: Text character limit of {self.most} exceeded"})
        parent = body.get("in_reply_to_id")
        if parent and parent not in self.statuses:
            return Said(404, {"error": "Record not found"})
        content = f"<p>{_MENTION.sub(lambda found: _link(found[1]), text)}</p>".replace("\n", "<br>")
        media = body.get("media_ids") or []
        if any(one not in self.media for one in media) or len(media) > 4:
            return Said(422, {"error": "Validation failed: Cannot attach these files"})
        more = {"source": text, "spoiler_text": body.get("spoiler_text", "")}
        more["media_attachments"] = [self.media[one] for one in media]
        status = self._status(US, content, body.get("visibility", "public"), parent, more)
        self.by_key[key] = status["id"]
        return Said(200, status)

    def _put(self, asked: Asked) -> Said:
        """A file, which is worked on for ``slow_media`` looks before it has an address (202, then 206)."""
        head = b"Content-Type: " + asked.headers["content-type"].encode() + b"\r\n\r\n"
        parts = {
            str(part.get_param("name", header="content-disposition")): part
            for part in message_from_bytes(head + asked.body).walk()
            if not part.is_multipart()
        }
        if "file" not in parts:
            return Said(422, {"error": "Validation failed: File can't be blank"})
        told = {name: (part.get_payload(decode=True) or b"") for name, part in parts.items()}
        content, described = told["file"], told.get("description", b"")
        identity = self._next()
        known = {"id": identity, "type": "image", "url": None, "description": bytes(described).decode()}
        self.media[identity] = {**known, "content": base64.b64encode(bytes(content)).decode()}
        return self._media(asked, identity, made=True)

    def _media(self, asked: Asked, identity: str, *, made: bool = False) -> Said:
        if self.slow_media:
            self.slow_media -= 1
            return Said(202 if made else 206, self.media[identity])
        self.media[identity]["url"] = f"{self.base}/files/{identity}"
        return Said(200, self.media[identity])

    def _me(self, asked: Asked) -> Said:
        return Said(200, US)

    def _about(self, asked: Asked) -> Said:
        statuses = {"max_characters": self.most, "characters_reserved_per_url": 23}
        return Said(200, {"domain": self.domain, "configuration": {"statuses": statuses}})

    def _policy(self, asked: Asked) -> Said:
        return Said(200, {"for_private_mentions": self.policy})

    def _stream(self, asked: Asked) -> Said:
        said = "".join(f"event: {event}\ndata: {{}}\n\n" for event in self.events) or ":thump\n"
        return Said(200, said.encode(), kind="text/event-stream")


_PATHS = (
    ("GET /api/v1/notifications", Instance._notifications),
    ("POST /api/v1/statuses", Instance._post),
    ("POST /api/v2/media", Instance._put),
    (r"GET /api/v1/media/(\d+)", Instance._media),
    (r"GET /api/v1/statuses/(\d+)", Instance._one),
    (r"GET /api/v1/statuses/(\d+)/context", Instance._context),
    ("GET /api/v1/accounts/verify_credentials", Instance._me),
    (r"GET /api/v1/accounts/(\d+)/statuses", Instance._of_account),
    ("GET /api/v2/instance", Instance._about),
    ("GET /api/v2/notifications/policy", Instance._policy),
    ("GET /api/v1/streaming/user", Instance._stream),
)


def _link(name: str) -> str:
    return f'<a href="https://social.example/@{name}" class="u-url mention">@<span>{name}</span></a>'


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
