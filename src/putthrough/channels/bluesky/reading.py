"""What a post or a chat message means. Pure. After ``app.bsky.feed.post`` and ``chat.bsky.convo.defs``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from putthrough.channels.bluesky.names import handle_of, web_page
from putthrough.channels.contract import AccountView, AttachmentInfo, Change, Incoming, Unreadable, What
from putthrough.kit.text import clean


def read(account: AccountView, raw: bytes) -> Incoming | Change:
    """Raises Unreadable."""
    try:
        told = json.loads(raw)
        if told["kind"] == "post":
            return _post(told)
        if told["kind"] == "chat":
            return _chat(told)
        return Change(str(told["id"]), What(told["kind"]), datetime.fromisoformat(told["at"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("This is not a post, message or notification of Bluesky.") from error


def _post(told: Mapping[str, Any]) -> Incoming:
    author, record = told["author"], told["record"]
    reply = record.get("reply") or {}
    refers = [str(reply[end]["uri"]) for end in ("parent", "root") if reply.get(end)]
    return Incoming(
        handle=handle_of(author)[:254],
        name=clean(str(author.get("displayName") or author["handle"])),
        text=clean(whole(str(record.get("text", "")), record.get("facets") or [])),
        folded=clean(str(told.get("quoted") or "")),
        sent_at=datetime.fromisoformat(told["at"]),
        message_id=str(told["uri"]),
        refers_to=list(dict.fromkeys(refers)),
        private=False,
        starts_anew=not refers,
        own=author["did"] == told["us"],
        to=[],
        attachments=_pictures(record.get("embed") or {}),
        language=str((record.get("langs") or [""])[0])[:8],
        url=web_page(author, str(told["uri"])),
    )


def _chat(told: Mapping[str, Any]) -> Incoming:
    message, author = told["message"], told["author"]
    return Incoming(
        handle=handle_of(author)[:254],
        name=clean(str(author.get("displayName") or author.get("handle") or "")),
        text=clean(whole(str(message.get("text", "")), message.get("facets") or [])),
        sent_at=datetime.fromisoformat(message["sentAt"]),
        message_id=f"{told['convo']}/{message['id']}",
        private=True,
        own=author["did"] == told["us"],
    )


def whole(text: str, facets: Sequence[Mapping[str, Any]]) -> str:
    """The text with its links in full, where they are shown shortened; offsets count bytes of UTF-8."""
    content = text.encode()
    for facet in sorted(facets, key=lambda one: -int(one["index"]["byteStart"])):
        start, end = int(facet["index"]["byteStart"]), int(facet["index"]["byteEnd"])
        link = next((str(one["uri"]) for one in facet["features"] if one.get("uri")), "")
        if link and 0 <= start < end <= len(content):
            shown = content[start:end].decode(errors="replace")
            content = content[:start] + _link(shown, link).encode() + content[end:]
    return content.decode(errors="replace")


def _link(shown: str, link: str) -> str:
    """In place of what stands for it; behind it where words stand for it."""
    bare = link.partition("://")[2]
    stands_for_itself = shown.rstrip("….") and bare.startswith(shown.rstrip("….").removeprefix("https://"))
    return link if stands_for_itself or "://" in shown else f"{shown} ({link})"


def _pictures(embed: Mapping[str, Any]) -> list[AttachmentInfo]:
    images = embed.get("images") or (embed.get("media") or {}).get("images") or []
    return [_picture(number, one) for number, one in enumerate(images)]


def _picture(number: int, one: Mapping[str, Any]) -> AttachmentInfo:
    blob = one.get("image") or {}
    kind = str(blob.get("mimeType") or "image/jpeg")
    name = f"picture-{number + 1}.{kind.rpartition('/')[2]}"
    return AttachmentInfo(str(number), name, kind[:120], int(blob.get("size") or 0), alt=clean(str(one.get("alt", ""))))
