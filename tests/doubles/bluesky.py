"""A double of a Bluesky account's server with its chat, for what must break to order.

Built from the lexicons com.atproto.server, com.atproto.repo, app.bsky.notification, app.bsky.feed, chat.bsky.convo and
the specification "HTTP API (XRPC)" as read in November 2026: errors as ``{"error", "message"}``, ``RateLimit-Reset`` in
seconds since 1970, notifications newest first by the writer's own clock, record keys that must be timestamp identifiers
and are made once.
"""

from __future__ import annotations

import base64
import json
import re
import time
from datetime import timedelta
from typing import Any

from tests.doubles.bluesky_chat import CHAT_METHODS, Talk
from tests.doubles.webdouble import Asked, Said, WebDouble

US = {"did": "did:plc:borough", "handle": "borough.example", "displayName": "Example Borough"}
PAT = {"did": "did:plc:pat", "handle": "pat.example", "displayName": "Pat"}
PASSWORD = "abcd-efgh-ijkl-mnop"  # of a double
CHAT = "did:web:chat.example"
_TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")


class Server(WebDouble, Talk):
    """``posts`` by address, ``told`` the notifications oldest first, and one conversation."""

    def __init__(self) -> None:
        WebDouble.__init__(self)
        Talk.__init__(self, US, PAT)
        self.posts: dict[str, dict[str, Any]] = {}
        self.told: list[dict[str, Any]] = []
        self.pats_server = self.base
        self.blobs: dict[str, bytes] = {}
        self.revoked = False
        self.chat_allowed = True
        self.lives = timedelta(hours=2)
        self.sign_ins = 0

    def kind(self, asked: Asked) -> str:
        method = asked.path.rpartition("/")[2]
        if method in ("com.atproto.repo.createRecord", "chat.bsky.convo.sendMessage"):
            return "send"
        return "read" if method == "app.bsky.notification.listNotifications" else "other"

    def writes(self, text: str, *, reason: str = "mention", to: str | None = None, **record: Any) -> str:
        address = f"at://{PAT['did']}/app.bsky.feed.post/{self.next()}"
        post = {"$type": "app.bsky.feed.post", "text": text, "langs": ["en"], "createdAt": self.moment(), **record}
        if to:
            reason, parent = "reply", self.posts[to]
            this = {"uri": to, "cid": parent["cid"]}
            post["reply"] = {"parent": this, "root": (parent["record"].get("reply") or {}).get("root", this)}
        self.posts[address] = {"uri": address, "cid": f"cid-{address[-13:]}", "author": PAT, "record": post}
        self.notify(reason, address, post)
        return address

    def notify(self, reason: str, uri: str, record: Any, *, subject: str = "") -> None:
        one = {"uri": uri, "cid": "cid", "author": PAT, "reason": reason, "record": record, "reasonSubject": subject}
        self.told.append({**one, "indexedAt": record.get("createdAt") or self.moment()})

    def deletes(self, identity: str) -> None:
        if identity.startswith("at://"):
            del self.posts[identity]
        self.takes_back(identity)

    def answer(self, asked: Asked) -> Said:
        method = asked.path.removeprefix("/xrpc/")
        if method.startswith("com.atproto.server.") and asked.method == "POST":
            return self._session(method, asked)
        if open_to_all := _FOR_EVERYBODY.get(method):
            return open_to_all(self, asked)
        if self.revoked or not asked.headers.get("authorization", "").startswith("Bearer access."):
            return Said(400, {"error": "InvalidToken", "message": "Token could not be verified"})
        if _expires(asked.headers["authorization"][7:]) < time.time():
            return Said(400, {"error": "ExpiredToken", "message": "Token has expired"})
        if method.startswith("chat.") and not self._may_chat(asked):
            return Said(400, {"error": "InvalidToken", "message": "Bad token method"})
        verb = _METHODS.get(method)
        said: Said = verb(self, asked) if verb else Said(501, {"error": "MethodNotImplemented", "message": method})
        return said

    def _may_chat(self, asked: Asked) -> bool:
        return self.chat_allowed and asked.headers.get("atproto-proxy") == f"{CHAT}#bsky_chat"

    def _session(self, method: str, asked: Asked) -> Said:
        if method.endswith("createSession"):
            self.sign_ins += 1
            body = asked.json()
            if self.revoked or body["password"] != PASSWORD or body["identifier"] != US["handle"]:
                return Said(401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"})
        elif self.revoked or not asked.headers.get("authorization", "").startswith("Bearer refresh."):
            return Said(400, {"error": "ExpiredToken", "message": "Token has been revoked"})
        document = {"service": [{"id": "#atproto_pds", "serviceEndpoint": self.base}]}
        session = {"did": US["did"], "handle": US["handle"], "didDoc": document}
        return Said(200, {**session, **self.tokens()})

    def tokens(self) -> dict[str, str]:
        return {
            "accessJwt": _token("access", self.lives),
            "refreshJwt": _token("refresh", timedelta(days=60)),
        }

    def _document(self, asked: Asked) -> Said:
        """As a directory of identities says it."""
        return Said(200, {"service": [{"id": "#atproto_pds", "serviceEndpoint": self.pats_server}]})

    def _blob(self, asked: Asked) -> Said:
        if asked.one("cid") not in self.blobs:
            return Said(400, {"error": "RepoNotFound", "message": f"Could not find repo for DID: {asked.one('did')}"})
        return Said(200, self.blobs[asked.one("cid")], kind="application/octet-stream")

    def _who(self, asked: Asked) -> Said:
        return Said(200, {"did": US["did"], "handle": US["handle"]})

    def _notifications(self, asked: Asked) -> Said:
        told = sorted(self.told, key=lambda one: str(one["indexedAt"]))
        before = int(asked.one("cursor") or len(told))
        first = max(0, before - int(asked.one("limit", "50")))
        return Said(200, {"notifications": told[first:before][::-1], **({"cursor": str(first)} if first else {})})

    def _get_posts(self, asked: Asked) -> Said:
        wanted = [value for key, value in asked.query if key == "uris"]
        if len(wanted) > 25:
            return Said(400, {"error": "InvalidRequest", "message": "uris must not have more than 25 elements"})
        return Said(200, {"posts": [self.posts[uri] for uri in wanted if uri in self.posts]})

    def _create(self, asked: Asked) -> Said:
        body = asked.json()
        record, key = body["record"], body["rkey"]
        address = f"at://{body['repo']}/{body['collection']}/{key}"
        if not _TID.fullmatch(key) or address in self.posts:
            return Said(400, {"error": "InvalidRequest", "message": "Invalid or used record key"})
        if len(record["text"].encode()) > 3000:
            return Said(400, {"error": "InvalidRequest", "message": "text must not be longer than 3000 bytes"})
        self.posts[address] = {"uri": address, "cid": f"cid-{key}", "author": US, "record": record}
        return Said(200, {"uri": address, "cid": f"cid-{key}"})

    def _upload(self, asked: Asked) -> Said:
        if len(asked.body) > 1_000_000:
            return Said(400, {"error": "BlobTooLarge", "message": "This file is too large"})
        kind = asked.headers["content-type"]
        return Said(
            200, {"blob": {"$type": "blob", "ref": {"$link": "bafy"}, "mimeType": kind, "size": len(asked.body)}}
        )

    def _record(self, asked: Asked) -> Said:
        address = f"at://{asked.one('repo')}/{asked.one('collection')}/{asked.one('rkey')}"
        if address not in self.posts:
            return Said(400, {"error": "RecordNotFound", "message": "Could not locate record"})
        post = self.posts[address]
        return Said(200, {"uri": address, "cid": post["cid"], "value": post["record"]})

    def _resolve(self, asked: Asked) -> Said:
        known = {PAT["handle"]: PAT["did"], US["handle"]: US["did"]}
        if asked.one("handle") in known:
            return Said(200, {"did": known[asked.one("handle")]})
        return Said(400, {"error": "HandleNotFound", "message": "Unable to resolve handle"})


_FOR_EVERYBODY = {
    f"/{PAT['did']}": Server._document,
    "com.atproto.sync.getBlob": Server._blob,
}
_METHODS = {
    "com.atproto.server.getSession": Server._who,
    "com.atproto.repo.createRecord": Server._create,
    "com.atproto.repo.getRecord": Server._record,
    "com.atproto.repo.uploadBlob": Server._upload,
    "com.atproto.identity.resolveHandle": Server._resolve,
    "app.bsky.notification.listNotifications": Server._notifications,
    "app.bsky.feed.getPosts": Server._get_posts,
    **CHAT_METHODS,
}


def _token(name: str, lives: timedelta) -> str:
    claims = json.dumps({"exp": int(time.time() + lives.total_seconds())}).encode()
    return f"{name}.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.signature"


def _expires(token: str) -> float:
    body = token.split(".")[1]
    return float(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["exp"])
