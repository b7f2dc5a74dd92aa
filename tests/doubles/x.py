"""A double of X's interface (API v2), its sign-in and its webhooks, for there is no server of theirs to run.

Built from X's OpenAPI document "X API v2" 2.167 and docs.x.com as published on 22 August 2026: "Manage Posts",
"Timelines", "Direct Messages", "Edit Posts", "Rate limits", "Response codes and errors", "Webhooks quickstart",
"X Activity API event payload examples", "OAuth 2.0 Authorization Code Flow with PKCE". It checks what it is asked as X
does, keeps what was sent, and misbehaves when ordered to.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from collections import defaultdict, deque
from typing import Any

from putthrough.channels.x.counting import LIMIT, weighted
from tests.doubles.x_http import APP_TOKEN, MEDIA, PROBLEM, Fault, Refused, Server, handler

__all__ = ["APP_TOKEN", "CLIENT", "CONSUMER_SECRET", "MEDIA", "SECRET", "US", "Fault", "X"]

US = "1111111111111111111"
CLIENT, SECRET, CONSUMER_SECRET = "client-1", "client-secret-1", "consumer-secret-1"
_EPOCH = 1288834974657
_TIMELINE = 800
Json = dict[str, Any]


class X:
    """``base`` is for an account's settings. Requests have a kind: token, read, send, other."""

    us = US

    def __init__(self, *, timeline: int = _TIMELINE) -> None:
        self.timeline = timeline
        self.self_serve = True
        self.spots_duplicates = True
        self.users: dict[str, Json] = {US: {"id": US, "username": "Council", "name": "Example Borough"}}
        self.posts: dict[str, Json] = {}
        self.media: dict[str, Json] = {}
        self.messages: list[Json] = []
        self.hidden: dict[str, bool] = {}
        self.sent: list[str] = []
        self.asked: list[str] = []
        self.tokens: set[str] = {"access-0"}
        self.refresh_tokens: set[str] = {"refresh-0"}
        self.codes: dict[str, str] = {}
        self.hooks: list[Json] = []
        self.subscriptions: list[Json] = []
        self._number = 0
        self._last = 0
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.lock = threading.Lock()
        self._server = Server(("127.0.0.1", 0), handler(self))
        self._thread: threading.Thread | None = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        """Ends it; a second time does nothing."""
        if self._thread is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._thread = None

    def order(self, kind: str, *faults: Fault) -> None:
        """The next requests of that kind get these, one each."""
        self._faults[kind].extend(faults)

    def rate_limited(self, kind: str, seconds: float) -> None:
        reset = str(int(time.time() + seconds))
        self.order(
            kind, Fault(429, {"x-rate-limit-limit": "300", "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset})
        )

    def next_fault(self, kind: str) -> Fault | None:
        return self._faults[kind].popleft() if self._faults[kind] else None

    def revoke(self) -> None:
        self.tokens.clear()
        self.refresh_tokens.clear()

    def new_id(self) -> str:
        """The time in milliseconds in its upper bits, as X's ids have, each greater than the one before."""
        self._last = max(self._last + 1, (int(time.time() * 1000) - _EPOCH) << 22)
        return str(self._last)

    def person(self, username: str, **more: Any) -> str:
        known = next((key for key, one in self.users.items() if one["username"].lower() == username.lower()), "")
        if known:
            return known
        identity = str(2222222222222222222 + len(self.users))
        self.users[identity] = {
            "id": identity,
            "username": username,
            "name": username.title(),
            "protected": False,
            **more,
        }
        return identity

    # What residents do.

    def post(
        self, author: str, text: str, *, to: str = "", quoting: str = "", media: tuple[Json, ...] = (), **more: Any
    ) -> str:
        """A post by a person's number. ``to`` is the post it answers; names X would put before it are put before it."""
        identity = self.new_id()
        post: Json = {
            "id": identity,
            "author_id": author,
            "created_at": _moment(),
            "edit_history_tweet_ids": [identity],
        }
        post |= {"conversation_id": identity, "lang": "en", "reply_settings": "everyone"}
        lead, refs = "", []
        if to:
            parent = self.posts[to]
            lead = f"@{self.users[parent['author_id']]['username']} " if parent["author_id"] != author else ""
            post |= {"conversation_id": parent["conversation_id"], "in_reply_to_user_id": parent["author_id"]}
            refs.append({"type": "replied_to", "id": to})
        if quoting:
            refs.append({"type": "quoted", "id": quoting})
        if refs:
            post["referenced_tweets"] = refs
        if media:
            post["attachments"] = {"media_keys": [one["media_key"] for one in media]}
            self.media |= {one["media_key"]: one for one in media}
        self.posts[identity] = post | self._worded(lead + text, len(lead)) | more
        return identity

    def _worded(self, text: str, lead: int) -> Json:
        """The words as X tells them: escaped, addresses shortened, entities with their places."""
        urls: list[Json] = []

        def shorten(match: re.Match[str]) -> str:
            short = f"https://t.co/{len(urls)}abcdefghi"
            urls.append(
                {"url": short, "expanded_url": match.group(), "display_url": match.group()[8:], "start": 0, "end": 23}
            )
            return short

        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        told = re.sub(r"https?://[^\s<>]+", shorten, escaped)
        names = {one["username"].lower(): key for key, one in self.users.items()}
        found = [match for match in re.finditer(r"@(\w+)", told) if match[1].lower() in names]
        mentions = [{"start": m.start(), "end": m.end(), "username": m[1], "id": names[m[1].lower()]} for m in found]
        entities = {"mentions": mentions, "urls": urls}
        return {
            "text": told,
            "display_text_range": [lead, len(told)],
            "entities": {k: v for k, v in entities.items() if v},
        }

    def edit(self, identity: str, text: str) -> str:
        """A new version with an id of its own; the old one goes on being known."""
        old = self.posts[identity]
        new = self.new_id()
        history = [*old["edit_history_tweet_ids"], new]
        self.posts[new] = old | {"id": new, "created_at": _moment()} | self._worded(text, 0)
        for one in history:
            self.posts[one]["edit_history_tweet_ids"] = history
        return new

    def withdraw(self, identity: str) -> None:
        for one in self.posts[identity]["edit_history_tweet_ids"]:
            del self.posts[one]

    def message(self, author: str, text: str, **more: Any) -> str:
        return self._add_message(author, US, text, **more)

    def _add_message(self, author: str, to: str, text: str, **more: Any) -> str:
        other = to if author == US else author
        one = {"id": self.new_id(), "event_type": "MessageCreate", "sender_id": author, "created_at": _moment()}
        one |= {"dm_conversation_id": f"{other}-{US}", **self._worded(text, 0)}
        del one["display_text_range"]
        self.messages.append(one | more)
        return str(one["id"])

    # What the webhook brings.

    def event(self, kind: str, payload: Json, includes: Json | None = None, *, user_id: str = US) -> bytes:
        data = {"event_uuid": self.new_id(), "filter": {"user_id": user_id}, "event_type": kind, "payload": payload}
        return json.dumps({"data": data | {"includes": includes or {}}}).encode()

    def post_event(self, identity: str, kind: str = "post.mention.create") -> bytes:
        post = self.posts[identity]
        return self.event(kind, post, self.includes([post]))

    def message_event(self, identity: str) -> bytes:
        """A ``dm.received`` event has another shape than ``/2/dm_events``."""
        one = next(one for one in self.messages if one["id"] == identity)
        data = {"text": one["text"], "entities": {"urls": one.get("entities", {}).get("urls", [])}}
        stamp = str((int(identity) >> 22) + _EPOCH)
        told = {"target": {"recipient_id": US}, "sender_id": one["sender_id"], "message_data": data}
        event = {"type": "message_create", "id": identity, "created_timestamp": stamp, "message_create": told}
        users = {key: {"data": self.users[key]} for key in (one["sender_id"], US)}
        return self.event("dm.received", {"direct_message_events": [event], "users": users})

    def signed(self, body: bytes, secret: str = CONSUMER_SECRET) -> dict[str, str]:
        mark = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
        return {"x-twitter-webhooks-signature": f"sha256={mark}", "content-type": "application/json"}

    def includes(self, posts: list[Json]) -> Json:
        near = {ref["id"] for post in posts for ref in post.get("referenced_tweets", [])} & set(self.posts)
        others = [self.posts[key] for key in sorted(near)]
        people = {one["author_id"] for one in (*posts, *others)}
        keys = {key for post in posts for key in post.get("attachments", {}).get("media_keys", [])}
        found = {
            "users": [self.users[key] for key in sorted(people)],
            "tweets": others,
            "media": [self.media[key] for key in sorted(keys & set(self.media))],
        }
        return {key: value for key, value in found.items() if value}

    # What the interface answers.

    def mentions(self, query: dict[str, str]) -> Json:
        """The newest version of each post that names us, also by answering, newest first."""
        named = [one for one in self.posts.values() if one["author_id"] != US and _names(one, US) and _is_newest(one)]
        return self._page(named, query, least=5)

    def own_posts(self, query: dict[str, str]) -> Json:
        return self._page([one for one in self.posts.values() if one["author_id"] == US], query, least=5)

    def _page(self, listed: list[Json], query: dict[str, str], *, least: int) -> Json:
        most = int(query.get("max_results", "10"))
        if not least <= most <= 100:
            raise Refused(400, "max_results", f"{PROBLEM}invalid-request")
        since = int(query.get("since_id", "0"))
        kept = sorted((one for one in listed if int(one["id"]) > since), key=lambda one: -int(one["id"]))[
            : self.timeline
        ]
        page, meta = _cut(kept, query, most)
        asked = set(query.get("tweet.fields", "").split(",")) | {"id", "text", "edit_history_tweet_ids"}
        answer: Json = {"meta": meta}
        if page:
            answer |= {"data": [{key: value for key, value in one.items() if key in asked} for one in page]}
        if query.get("expansions") and page:
            answer["includes"] = self.includes(page)
        return answer

    def lookup(self, ids: list[str]) -> Json:
        if not 1 <= len(ids) <= 100:
            raise Refused(400, "ids", f"{PROBLEM}invalid-request")
        found = [self.posts[self.posts[key]["edit_history_tweet_ids"][-1]] for key in ids if key in self.posts]
        missing = [key for key in ids if key not in self.posts]
        errors = [
            {"resource_id": key, "value": key, "title": "Not Found Error", "type": f"{PROBLEM}resource-not-found"}
            for key in missing
        ]
        return {key: value for key, value in {"data": found, "errors": errors}.items() if value}

    def dm_events(self, query: dict[str, str], *, other: str = "") -> Json:
        old = (int(time.time() * 1000) - 30 * 86400_000 - _EPOCH) << 22
        kept = [one for one in self.messages if int(one["id"]) > old and other in one["dm_conversation_id"]]
        page, meta = _cut(sorted(kept, key=lambda one: -int(one["id"])), query, int(query.get("max_results", "100")))
        answer: Json = {"meta": meta} | ({"data": page} if page else {})
        if "sender_id" in query.get("expansions", "") and page:
            answer["includes"] = {"users": [self.users[key] for key in sorted({one["sender_id"] for one in page})]}
        return answer

    def create(self, body: Json) -> Json:
        text, parent = str(body.get("text", "")), str(body.get("reply", {}).get("in_reply_to_tweet_id", ""))
        if weighted(text) > LIMIT or not text:
            raise Refused(400, "Your post text is too long." if text else "text")
        if parent and parent not in self.posts:
            raise Refused(403, "You attempted to reply to a Post that is deleted or not visible to you.")
        if parent and self.self_serve and not self._summoned(self.posts[parent]):
            words = "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged"
            raise Refused(403, f"{words} by the author of the post you are replying to.")
        if self.spots_duplicates and any(
            one["author_id"] == US and one.get("_ours") == text for one in self.posts.values()
        ):
            raise Refused(403, "You are not allowed to create a Tweet with duplicate content.")
        identity = self.post(US, text, to=parent, _ours=text)
        self.sent.append(text)
        return {"data": {"id": identity, "text": self.posts[identity]["text"]}}

    def _summoned(self, parent: Json) -> bool:
        first = parent["display_text_range"][0]
        mentions = parent.get("entities", {}).get("mentions", [])
        quoted = [ref["id"] for ref in parent.get("referenced_tweets", []) if ref["type"] == "quoted"]
        return (
            parent["author_id"] == US
            or any(one["id"] == US and one["start"] >= first for one in mentions)
            or any(self.posts.get(key, {}).get("author_id") == US for key in quoted)
        )

    def send_message(self, to: str, body: Json) -> Json:
        if to not in self.users or to == US or not body.get("text"):
            raise Refused(400, "participant_id or text", f"{PROBLEM}invalid-request")
        identity = self._add_message(US, to, str(body["text"]))
        self.sent.append(str(body["text"]))
        return {"data": {"dm_conversation_id": f"{to}-{US}", "dm_event_id": identity}}

    def token(self, form: dict[str, str], authorization: str) -> Json:
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {basic}":
            raise Refused(401, "unauthorized_client", "oauth")
        if form.get("grant_type") == "authorization_code":
            self._check_code(form)
        elif form.get("refresh_token") not in self.refresh_tokens:
            raise Refused(400, "invalid_request", "oauth")
        self.refresh_tokens.discard(form.get("refresh_token", ""))
        self._number += 1
        access, refresh = f"access-{self._number}", f"refresh-{self._number}"
        self.tokens.add(access)
        self.refresh_tokens.add(refresh)
        scope = "tweet.read tweet.write tweet.moderate.write users.read dm.read dm.write offline.access"
        return {
            "token_type": "bearer",
            "expires_in": 7200,
            "access_token": access,
            "refresh_token": refresh,
            "scope": scope,
        }

    def _check_code(self, form: dict[str, str]) -> None:
        challenge = self.codes.pop(form.get("code", ""), "")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if not challenge or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
            raise Refused(400, "invalid_grant", "oauth")


def _moment() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000Z"


def _names(post: Json, who: str) -> bool:
    return any(one["id"] == who for one in post.get("entities", {}).get("mentions", []))


def _is_newest(post: Json) -> bool:
    return bool(post["id"] == post["edit_history_tweet_ids"][-1])


def _cut(listed: list[Json], query: dict[str, str], most: int) -> tuple[list[Json], Json]:
    """A page and its ``meta``; a token names the place and, as X's, is only good as a whole."""
    start = int(query["pagination_token"].removeprefix("token0000000000-")) if "pagination_token" in query else 0
    page = listed[start : start + most]
    meta: Json = {"result_count": len(page)}
    if start + most < len(listed):
        meta["next_token"] = f"token0000000000-{start + most}"
    return page, meta
