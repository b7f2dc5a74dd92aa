"""One thing of X as bytes that can be read alone, and the id by which it is known however it came.

A webhook and a poll of the same post have the same id. An edited post comes as two things: its first version's id, in
case that was never seen, and the new version's, read as a ``Change``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from putthrough.channels.contract import Arrived
from putthrough.channels.x.shapes import objects

POST, EDIT, GONE, MESSAGE, CHAT = "post", "edit", "gone", "message", "chat"
_EPOCH = 1288834974657  # X's ids hold the time in milliseconds since 4 November 2010 in all but their last 22 bits
Json = Mapping[str, Any]


def of_post(post: Json, includes: Json, *, event: str = "", to: str = "") -> Iterator[Arrived]:
    """The arrivals of a post with what X sent along (``users``, ``tweets`` or ``posts``, ``media``)."""
    identity = str(post.get("id", ""))
    if not identity.isdigit():
        return
    first = versions(post)[0]
    body = {"event": event, "post": post, **_belonging(post, includes)}
    yield _arrived(f"post-{first}", POST, body, moment(post.get("created_at")) or moment_of(identity), to)
    if identity != first:
        yield _arrived(f"post-{first}-edit-{identity}", EDIT, body, moment_of(identity), to)


def of_message(message: Json, users: list[dict[str, Any]], media: list[dict[str, Any]], *, to: str = "") -> Arrived:
    """A direct message, in the shape of ``/2/dm_events`` or of a ``dm.received`` event."""
    identity = str(message["id"])
    body = {"message": message, "users": users, "media": media}
    return _arrived(f"dm-{identity}", MESSAGE, body, moment(message.get("created_at")) or moment_of(identity), to)


def of_chat(chat: Json, *, to: str = "") -> Arrived:
    """An encrypted message: nothing of its ciphertext is kept."""
    kept = {key: chat.get(key) for key in ("id", "sender_id", "conversation_id", "created_at_msec")}
    when = milliseconds(chat.get("created_at_msec"))
    return _arrived(f"chat-{chat['id']}", CHAT, {"chat": kept}, when, to)


def of_gone(identity: str, when: datetime, *, to: str = "") -> Arrived:
    return _arrived(f"post-{identity}-gone", GONE, {"id": identity, "at": when.isoformat()}, when, to)


def versions(post: Json) -> list[str]:
    """The ids of a post's versions, the first one first; of an unedited post its own id alone."""
    found = post.get("edit_history_tweet_ids") or post.get("edit_history_post_ids")
    listed = sorted({one for one in map(str, found) if one.isdigit()}, key=int) if isinstance(found, list) else []
    return listed or [str(post.get("id", ""))]


def references(post: Json) -> list[dict[str, Any]]:
    """Which posts it answers, quotes or reposts: ``{"type": replied_to|quoted|retweeted, "id"}``."""
    return objects(post.get("referenced_tweets") or post.get("referenced_posts"))


def moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def milliseconds(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(str(value)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def moment_of(identity: str) -> datetime | None:
    """When an id was given out; None for what is no such id."""
    return milliseconds((int(identity) >> 22) + _EPOCH) if identity.isdigit() and len(identity) < 20 else None


def id_at(when: datetime) -> int:
    """The lowest id that could be given out at that moment."""
    return max(0, int(when.timestamp() * 1000) - _EPOCH) << 22


def _belonging(post: Json, includes: Json) -> dict[str, Any]:
    """Of what came along with a whole page, what belongs to this post."""
    near = {str(one.get("id")) for one in references(post)}
    posts = [one for one in objects(includes.get("tweets") or includes.get("posts")) if str(one.get("id")) in near]
    people = {str(one.get("author_id")) for one in (post, *posts)}
    users = [one for one in map(unwrapped, objects(includes.get("users"))) if str(one.get("id")) in people]
    return {"users": users, "posts": posts, "media": media_of(post, includes)}


def unwrapped(user: dict[str, Any]) -> dict[str, Any]:
    """X's webhooks put some people into a ``data`` of their own."""
    inner = user.get("data")
    return inner if isinstance(inner, dict) else user


def media_of(holder: Json, includes: Json) -> list[dict[str, Any]]:
    attached = holder.get("attachments")
    found = attached.get("media_keys") if isinstance(attached, dict) else None
    keys = found if isinstance(found, list) else []
    return [one for one in objects(includes.get("media")) if one.get("media_key") in keys]


def _arrived(identity: str, kind: str, body: Json, when: datetime | None, to: str) -> Arrived:
    raw = json.dumps({"x": 1, "kind": kind, **body}, ensure_ascii=False, separators=(",", ":"))
    return Arrived(identity, raw.encode("utf-8", "surrogatepass"), when, to)
