"""A double of Meta's Graph API with its webhooks, for there is no server of theirs to run.

Built from Meta for Developers as read in November 2026: "Webhooks", "Messenger webhooks", "Send API", "Private
replies", "Conversations API", "Comments", "Secure requests" (``appsecret_proof``), "Handle errors" (codes and
subcodes) and "Rate limits" (``X-Business-Use-Case-Usage``). It checks what it is sent as Meta does and breaks to order.
"""

from __future__ import annotations

import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from tests.doubles.webdouble import Asked, Said, WebDouble

PAGE, IG, PAT = "100200300400", "178414000000", "5550001111"
SECRET, TOKEN, VERIFY = "app-secret", "page-token", "verify-otter-lantern"  # of a double
POST = f"{PAGE}_900"
_ERROR = {"error": {"message": "Something about this is not right", "code": 100, "type": "OAuthException"}}


class Meta(WebDouble):
    """``waiting`` are webhooks to be brought; ``comments`` by id, ``messages`` of the one exchange with Pat."""

    def __init__(self, kind: str = "page") -> None:
        super().__init__()
        self.object = kind
        self.us = PAGE if kind == "page" else IG
        self.edge, self.words = ("comments", "message") if kind == "page" else ("replies", "text")
        self.comments: dict[str, dict[str, Any]] = {}
        self.messages: list[dict[str, Any]] = []
        self.replied_privately: set[str] = set()
        self.waiting: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.window_over = False
        self.revoked = False
        linked = {"id": IG, "username": "borough"}
        page = {"id": PAGE, "name": "Example Borough", "access_token": TOKEN, "instagram_business_account": linked}
        self.pages: list[dict[str, Any]] = [page]
        self.subscribed = ["feed", "mention", "messages", "message_echoes", "message_reactions", "messaging_postbacks"]
        self.takes_edits = True
        self._number = 0

    def kind(self, asked: Asked) -> str:
        if asked.method == "POST" and asked.path.endswith((f"/{self.edge}", "/messages")):
            return "send"
        return "read" if asked.path.endswith("/conversations") else "other"

    def next(self) -> str:
        self._number += 1
        return str(7000 + self._number)

    def moment(self) -> datetime:
        return datetime.now(UTC) + timedelta(milliseconds=self._number)

    def _told(self, field: str, value: dict[str, Any]) -> None:
        change = {"field": field, "value": value}
        self.waiting.append({"id": self.us, "time": int(self.moment().timestamp()), "changes": [change]})

    def comments_on(self, text: str, *, to: str = "", verb: str = "add", identity: str = "") -> str:
        """Somebody comments on a post of ours, or answers a comment."""
        identity = identity or (f"900_{self.next()}" if self.object == "page" else self.next())
        at = self.moment()
        writer = {"id": PAT, "name": "Pat Lark"} if self.object == "page" else {"id": PAT, "username": "pat.lark"}
        self.comments[identity] = {
            "id": identity,
            "from": writer,
            "message": text,
            "text": text,
            "parent": to,
            "at": at,
        }
        if self.object == "page":
            value = {"item": "comment", "verb": verb, "comment_id": identity, "post_id": POST, "from": writer}
            value |= {"parent_id": to or POST, "message": text, "created_time": int(at.timestamp())}
            self._told("feed", value)
        else:
            value = {"id": identity, "from": writer, "media": {"id": "900"}, "text": text}
            self._told("comments", value | ({"parent_id": to} if to else {}))
        return identity

    def removes(self, identity: str) -> None:
        value = {"item": "comment", "verb": "remove", "comment_id": identity, "post_id": POST}
        self._told("feed", value | {"created_time": int(self.moment().timestamp())})

    def says(self, text: str, *, by: str = PAT, **more: Any) -> str:
        """Somebody writes in private, or we did by other means (an echo)."""
        mid = f"m_{self.next()}AbC"
        at = self.moment()
        self.messages.append({"id": mid, "message": text, "from": {"id": by}, "at": at})
        self.event(sender={"id": by}, message={"mid": mid, "text": text, **more}, at=at)
        return mid

    def event(self, *, at: datetime | None = None, sender: dict[str, str] | None = None, **event: Any) -> None:
        stamp = int((at or self.moment()).timestamp() * 1000)
        told = {"sender": sender or {"id": PAT}, "recipient": {"id": self.us}, "timestamp": stamp, **event}
        self.waiting.append({"id": self.us, "time": stamp, "messaging": [told]})

    def requests(self) -> list[tuple[dict[str, str], bytes]]:
        """Header and body of each webhook that waits, signed; they wait no more."""
        bodies = [json.dumps({"object": self.object, "entry": [entry]}).encode() for entry in self.waiting]
        self.waiting = []
        return [({"x-hub-signature-256": signature(body)}, body) for body in bodies]

    def answer(self, asked: Asked) -> Said:
        path = asked.path.split("/", 2)[2]
        if path == "oauth/access_token":
            return self._exchange(asked)
        if path == "debug_token":
            return Said(200, {"data": {"expires_at": 0, "data_access_expires_at": 1_900_000_000}})
        token = asked.one("access_token")
        proof = hmac.new(SECRET.encode(), token.encode(), sha256).hexdigest()
        if self.revoked or token not in (TOKEN, "long"):
            return _error(190, "Error validating access token", subcode=460)
        if asked.one("appsecret_proof") != proof:
            return _error(100, "Invalid appsecret_proof provided in the API argument")
        if asked.method != "GET":
            self.calls.append((path, asked.json()))
        for shape, verb in _PATHS:
            if (found := re.fullmatch(shape, f"{asked.method} {path}")) is not None:
                said: Said = verb(self, asked, *found.groups())
                return said
        return _error(100, f"Unknown path {path}")

    def _exchange(self, asked: Asked) -> Said:
        if asked.one("client_secret") != SECRET or asked.one("code", "good") != "good":
            return _error(100, "This authorization code has been used")
        return Said(200, {"access_token": "short" if asked.one("code") else "long"})

    def _me(self, asked: Asked) -> Said:
        return Said(200, {"id": PAGE, "name": "Example Borough"})

    def _accounts(self, asked: Asked) -> Said:
        return Said(200, {"data": self.pages})

    def _subscribed(self, asked: Asked) -> Said:
        if asked.method == "POST":
            if not self.takes_edits and "message_edits" in asked.json()["subscribed_fields"]:
                return _error(100, "Param subscribed_fields[0] must be one of {feed, mention, ...}")
            self.subscribed = asked.json()["subscribed_fields"].split(",")
            return Said(200, {"success": True})
        ours = {"id": "12345678", "name": "Putthrough", "subscribed_fields": self.subscribed}
        return Said(200, {"data": [{"id": "99", "subscribed_fields": ["feed"]}, *([ours] if self.subscribed else [])]})

    def _conversations(self, asked: Asked) -> Said:
        if not self.messages or asked.one("user_id", PAT) != PAT:
            return Said(200, {"data": []})
        told = self._page(asked)
        convo = {"id": "t_1", "updated_time": told["data"][0]["created_time"], "messages": told}
        return Said(200, {"data": [convo]})

    def _exchange_page(self, asked: Asked) -> Said:
        return Said(200, self._page(asked))

    def _page(self, asked: Asked) -> dict[str, Any]:
        """Fifty messages, newest first, and where the next are."""
        at = int(asked.one("after") or 0)
        told = [{**one, "created_time": _time(one["at"]), "at": None} for one in self.messages[::-1]]
        more = f"{self.base}/v24.0/t_1/messages?access_token={TOKEN}&after={at + 50}"
        paging = {"next": more} if len(told) > at + 50 else {}
        return {"data": told[at : at + 50], "paging": paging}

    def _public(self, asked: Asked, identity: str) -> Said:
        edge = "created_time" if self.object == "page" else "timestamp"
        told = [
            {**one, edge: _time(one["at"]), "at": None, "parent": {"id": one["parent"]} if one["parent"] else None}
            for one in list(self.comments.values())[::-1]
        ]
        post = {"id": POST if self.object == "page" else "900", "from": {"id": PAGE}, "comments": {"data": told}}
        return Said(200, {"data": [{**post, "updated_time": _time(self.moment()), edge: _time(self.moment())}]})

    def _answers(self, asked: Asked, identity: str) -> Said:
        if asked.method == "GET":
            return Said(200, self._answers_page(asked, identity))
        text = asked.json().get("message", "")
        if identity not in self.comments:
            return _error(100, "Object does not exist", subcode=33)
        own = f"900_{self.next()}" if self.object == "page" else self.next()
        made = {"id": own, "from": {"id": self.us}, "message": text, "text": text}
        above = self.comments[identity]["parent"]  # an answer to an answer is added to the comment above
        self.comments[own] = {**made, "parent": above or identity, "at": self.moment()}
        return Said(200, {"id": own})

    def _answers_page(self, asked: Asked, identity: str) -> dict[str, Any]:
        """Twenty-five, oldest first unless asked otherwise."""
        found = [{**one, "at": None} for one in self.comments.values() if one["parent"] == identity]
        found = found[::-1] if asked.one("order") == "reverse_chronological" else found
        at = int(asked.one("after") or 0)
        path = f"{self.base}/v24.0/{identity}/{self.edge}"
        more = {"next": f"{path}?access_token={TOKEN}&after={at + 25}"} if len(found) > at + 25 else {}
        return {"data": found[at : at + 25], "paging": more}

    def _mention(self, asked: Asked, identity: str) -> Said:
        if not asked.json().get("media_id") or identity != IG:
            return _error(100, "Missing or invalid media_id")
        return Said(200, {"id": self.next()})

    def _say(self, asked: Asked) -> Said:
        body = asked.json()
        text, to = body["message"]["text"], body["recipient"]
        if (len(text) > 2000) if self.object == "page" else (len(text.encode()) > 1000):
            return _error(100, "Length of param message[text] must be less than or equal to the limit")
        answered = to.get("comment_id") or to.get("post_id")
        if answered in self.replied_privately:
            return _error(10900, "Activity already replied to")
        if "comment_id" in to and to["comment_id"].startswith(f"{PAGE}_"):
            return _error(100, "Invalid parameter: recipient[comment_id] is not a comment")
        if self.window_over and body.get("tag") != "HUMAN_AGENT" and "id" in to:
            return _error(10, "This message is sent outside of allowed window.", subcode=2018278)
        if answered:
            self.replied_privately.add(answered)
        mid = f"m_{self.next()}AbC"
        self.messages.append({"id": mid, "message": text, "from": {"id": self.us}, "at": self.moment()})
        return Said(200, {"recipient_id": PAT, "message_id": mid})

    def _one(self, asked: Asked, identity: str) -> Said:
        if asked.method != "GET":
            return Said(200, {"success": True})
        fields = asked.one("fields")
        if fields.startswith("parent"):
            parent = (self.comments.get(identity) or {}).get("parent")
            named = {"parent_id": parent} if fields == "parent_id" else {"parent": {"id": parent}}
            return Said(200, {"id": identity, **(named if parent else {})})
        if "private_reply_conversation" in fields and self.object != "page":
            return _error(100, "Tried accessing nonexisting field (private_reply_conversation)")
        if identity in self.replied_privately:
            told = [{**one, "at": None} for one in self.messages[::-1]]
            return Said(200, {"id": identity, "private_reply_conversation": {"messages": {"data": told}}})
        return Said(200, {"id": identity})


_PATHS = (
    ("GET me", Meta._me),
    ("GET me/accounts", Meta._accounts),
    (r"(?:GET|POST) me/subscribed_apps", Meta._subscribed),
    ("GET me/conversations", Meta._conversations),
    ("GET t_1/messages", Meta._exchange_page),
    (r"GET (me)/feed", Meta._public),
    (r"GET (\d+)/media", Meta._public),
    ("POST me/messages", Meta._say),
    (r"POST (\d+)/mentions", Meta._mention),
    (r"(?:GET|POST) ([\d_]+)/(?:comments|replies)", Meta._answers),
    (r"(?:GET|POST|DELETE) ([\w]+)", Meta._one),
)


def signature(body: bytes, secret: str = SECRET) -> str:
    return f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"


def _error(code: int, message: str, *, subcode: int = 0) -> Said:
    error = {"message": message, "code": code, "error_subcode": subcode, "type": "OAuthException"}
    return Said(400, {"error": error})


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f+0000").replace(moment.strftime(".%f"), "")
