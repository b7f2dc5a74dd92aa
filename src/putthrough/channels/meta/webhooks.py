"""A webhook of Meta's split into what happened, one arrival each. Pure. After "Webhooks reference: Page, Instagram" and
"Messenger webhooks", read November 2026.

What polling finds is brought into the same form (``told``), so that the same thing has the same id either way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from putthrough.channels.contract import Arrived, What

MENTION = "mention_"
"""What the id of a mention begins with; the picture's and the comment's follow."""
_POSTS = ("post", "status", "photo", "video", "share")
_EDITED, _REMOVED = ("edit", "edited"), ("remove", "delete")


def split(body: bytes, *, wanted: str) -> list[Arrived]:
    """Raises ValueError when it is none of Meta's, or of another kind of account than ``wanted``."""
    told = json.loads(body)
    if not isinstance(told, dict) or told.get("object") != wanted:
        raise ValueError(f"it is not about a {wanted}")
    return [arrived(one, to=str(entry["id"])) for entry in told.get("entry") or [] for one in _entry(entry)]


def arrived(told: Mapping[str, Any], *, to: str = "") -> Arrived:
    version = f":{told['by']}:{told['amount']}" if told["kind"] == What.LIKED else ""
    edit = f":{told['at']}" if told["kind"] in (What.EDITED, What.LIKED) else ""
    if told["kind"] == What.EDITED:  # two edits within one second differ in their words
        edit += f":{sha256(told['text'].encode()).hexdigest()[:12]}"
    return Arrived(f"{told['kind']}:{told['id']}{version}{edit}", json.dumps(told).encode(), to=to)


def _entry(entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for change in entry.get("changes") or []:
        value = change.get("value") or {}
        yield from _CHANGES.get(str(change.get("field")), _nothing)(value, entry)
    for event in entry.get("messaging") or []:
        yield from _messaging(event)


def _nothing(value: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return iter(())


def _feed(value: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    item, verb = value.get("item"), value.get("verb")
    identity = value.get("comment_id") or value.get("post_id")
    moment = iso(value.get("created_time") or entry.get("time"))
    if not identity:
        return
    if item in ("reaction", "like"):
        yield from _reaction(value, identity, moment)
    elif verb in _REMOVED:
        yield {"kind": What.WITHDRAWN, "id": identity, "at": moment}
    elif verb in _EDITED:
        if "message" in value:  # else something other than the words was changed
            moment = iso(entry.get("time"))  # what the edit itself tells is when the comment was made
            yield {"kind": What.EDITED, "id": identity, "at": moment, "text": value["message"]}
    elif verb == "add" and (item == "comment" or item in _POSTS):
        yield written("comment" if item == "comment" else "post", identity, value, moment)


def _reaction(value: Mapping[str, Any], identity: Any, moment: str) -> Iterator[dict[str, Any]]:
    """One more or one less; from like to love it counts as before."""
    if value.get("verb") not in _EDITED:
        amount, by = -1 if value.get("verb") in _REMOVED else 1, (value.get("from") or {}).get("id", "")
        yield {"kind": What.LIKED, "id": identity, "by": by, "amount": amount, "at": moment}


def written(kind: str, identity: str, value: Mapping[str, Any], moment: str) -> dict[str, Any]:
    """A comment or a post, whichever way it came."""
    post, parent = value.get("post_id") or "", value.get("parent_id") or ""
    return {
        "kind": kind,
        "id": identity,
        "from": value.get("from") or {},
        "text": value.get("message") or value.get("text") or "",
        "at": moment,
        "refers": [one for one in dict.fromkeys((parent, post)) if one and one != identity],
        "url": (value.get("post") or {}).get("permalink_url") or value.get("permalink_url") or "",
        "files": list(_shown(value)),
    }


def _shown(value: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Pictures and films of a comment or post. Those of a post of one picture stand in ``link``."""
    photos = [value.get("photo"), value.get("link") if value.get("photo_id") else None, *(value.get("photos") or [])]
    for url in dict.fromkeys(filter(None, photos)):
        yield {"type": "image", "url": str(url)}
    if film := value.get("video") or (value.get("link") if value.get("video_id") else None):
        yield {"type": "video", "url": str(film)}


def _mentioned(value: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if value.get("verb") == "add":
        yield from _feed({**value, "item": "comment" if value.get("comment_id") else "post"}, entry)


def _instagram_comment(value: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    media = (value.get("media") or {}).get("id", "")
    if value.get("id"):
        moment = iso(entry.get("time"))
        yield written("comment", str(value["id"]), {**value, "post_id": media}, moment)


def _instagram_mention(value: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Somebody else's picture or a comment under it: the words are not told along."""
    media, comment = str(value.get("media_id") or ""), str(value.get("comment_id") or "")
    if media:
        words = "We were mentioned on Instagram. The words are not told to us: open Instagram, Notifications."
        identity = f"{MENTION}{media}" + (f"_{comment}" if comment else "")
        yield written("mention", identity, {"text": words}, iso(entry.get("time")))


_CHANGES = {
    "feed": _feed,
    "mention": _mentioned,
    "comments": _instagram_comment,
    "live_comments": _instagram_comment,
    "mentions": _instagram_mention,
}


def _messaging(event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    moment = iso(int(event.get("timestamp") or 0) / 1000)
    message, edit = event.get("message"), event.get("message_edit")
    if isinstance(message, dict) and message.get("mid"):
        yield _message(event, message, moment)
    elif isinstance(edit, dict) and edit.get("mid"):
        yield {"kind": What.EDITED, "id": edit["mid"], "at": moment, "text": edit.get("text", "")}
    elif isinstance(event.get("postback"), dict):
        press = event["postback"]
        pressed = {"mid": press.get("mid") or f"postback-{event['timestamp']}", "text": press.get("title", "")}
        yield _message(event, pressed, moment)
    elif isinstance(event.get("reaction"), dict):
        press = event["reaction"]
        amount = -1 if press.get("action") == "unreact" else 1
        by = (event.get("sender") or {}).get("id", "")
        yield {"kind": What.LIKED, "id": press.get("mid", ""), "by": by, "amount": amount, "at": moment}


def _message(event: Mapping[str, Any], message: Mapping[str, Any], moment: str) -> dict[str, Any]:
    if message.get("is_deleted"):
        return {"kind": What.WITHDRAWN, "id": message["mid"], "at": moment}
    files = [
        {"type": one.get("type", ""), "url": (one.get("payload") or {}).get("url") or one.get("url") or ""}
        for one in message.get("attachments") or []
    ]
    return {
        "kind": "message",
        "id": message["mid"],
        "from": event.get("sender") or {},
        "to": str((event.get("recipient") or {}).get("id", "")),
        "text": message.get("text") or "",
        "story": ((message.get("reply_to") or {}).get("story") or {}).get("url", ""),
        "at": moment,
        "files": [one for one in files if one["url"]],
    }


def iso(moment: Any) -> str:
    """Meta's times are seconds since 1970, or ISO 8601 without the colon in the zone."""
    if isinstance(moment, str) and not moment.isdigit():
        return datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S%z").isoformat()
    return datetime.fromtimestamp(float(moment or 0), UTC).isoformat()
