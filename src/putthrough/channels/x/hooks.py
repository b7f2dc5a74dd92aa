"""What X brings by itself: the X Activity API's events, and the question by which it tries the address.

After docs.x.com "Webhooks quickstart" and "X Activity API event payload examples" (22 August 2026).
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from putthrough.channels.contract import AccountView, Arrived, ChannelError
from putthrough.channels.x import raw as raws
from putthrough.channels.x.options import options
from putthrough.channels.x.shapes import objects
from putthrough.kit.time import now

EVENTS = ("post.mention.create", "post.reply.create", "post.quote.create", "dm.received", "chat.received")
_POSTS = frozenset(EVENTS[:3]) | {"post.create"}
_FORGED = "This did not come from X: its signature is wrong. If it should have, check the API key secret in Set-up."
Json = dict[str, Any]


def accept(account: AccountView, headers: Mapping[str, str], body: bytes) -> Sequence[Arrived]:
    """Raises ``ChannelError`` (permanent) for what is not signed with the app's own secret."""
    given = headers.get("x-twitter-webhooks-signature", "")
    if not hmac.compare_digest(_signed(account, body).encode(), given.encode("utf-8", "replace")):
        raise ChannelError(_FORGED, permanent=True)
    try:
        found = json.loads(body)
    except ValueError as error:
        raise ChannelError("X sent something that is not JSON.", permanent=True) from error
    events = objects(found.get("data")) if isinstance(found, dict) else []
    return [one for event in events for one in _arrivals(account, event)]


def challenge(account: AccountView, query: Mapping[str, str]) -> str:
    """The JSON by which X learns that the address is ours. Raises ``ChannelError``."""
    token = query.get("crc_token", "")
    if not token:
        raise ChannelError("X asks with a crc_token; there is none.", permanent=True)
    return json.dumps({"response_token": _signed(account, token.encode())})


def _signed(account: AccountView, message: bytes) -> str:
    secret = account.credentials.get("consumer_secret", "")
    if not secret:
        words = "The API key secret (consumer secret) is not set. Enter it in Set-up, Accounts."
        raise ChannelError(words, permanent=True)
    return "sha256=" + base64.b64encode(hmac.digest(secret.encode(), message, "sha256")).decode()


def _arrivals(account: AccountView, event: Json) -> Iterator[Arrived]:
    payload, kind = event.get("payload"), str(event.get("event_type"))
    if not isinstance(payload, dict):
        return
    found = event.get("includes")
    includes: Json = found if isinstance(found, dict) else {}
    to = _whose(account, event, payload, includes)
    if to is None:
        return
    if kind in _POSTS:
        yield from raws.of_post(payload, includes, event=kind, to=to)
    elif kind == "post.delete" and str(payload.get("id", "")).isdigit():
        yield raws.of_gone(str(payload["id"]), now(), to=to)
    elif kind == "dm.received":
        yield from _messages(payload, to)
    elif kind == "chat.received" and payload.get("id"):
        yield raws.of_chat(payload, to=to)


def _messages(payload: Json, to: str) -> Iterator[Arrived]:
    for message in objects(payload.get("direct_message_events")):
        if message.get("type") == "message_create" and str(message.get("id", "")).isdigit():
            yield raws.of_message(message, _people(payload.get("users")), [], to=to)


def _whose(account: AccountView, event: Json, payload: Json, includes: Json) -> str | None:
    """The address of the account that it is for: empty for the one asked, None where X does not name it."""
    chosen = event.get("filter")
    identity = str(chosen.get("user_id") or "") if isinstance(chosen, dict) else ""
    if identity in ("", options(account).user_id):
        return ""
    entities = payload.get("entities")
    mentioned = objects(entities.get("mentions")) if isinstance(entities, dict) else []
    people = [*_people(includes.get("users")), *_people(payload.get("users")), *mentioned]
    name = next((str(one["username"]) for one in people if str(one.get("id")) == identity and one.get("username")), "")
    return f"@{name.lower()}" if name else None


def _people(found: Any) -> list[Json]:
    """Posts bring a list of people, direct messages a mapping by id; each may be wrapped in ``data``."""
    listed = list(found.values()) if isinstance(found, dict) else found
    return [raws.unwrapped(one) for one in objects(listed)]
