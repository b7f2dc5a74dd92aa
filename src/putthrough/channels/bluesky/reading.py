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
        text=clean(_with_card(whole(str(record.get("text", "")), record.get("facets") or []), record)),
        folded=clean(str(told.get("quoted") or "")),
        sent_at=datetime.fromisoformat(told["at"]),
        message_id=str(told["uri"]),
        refers_to=list(dict.fromkeys(refers)),
        private=False,
        starts_anew=not refers,
        own=author["did"] == told["us"],
        to=[],
        attachments=[_file(number, *one) for number, one in enumerate(media(record))],
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


def media(record: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], str]]:
    """A post's pictures and video as it lists them: blob and description. (``app.bsky.embed``, read November 2026.)"""
    embed = record.get("embed") or {}
    found = []
    for one in (embed, embed.get("media") or {}):
        pictures = one.get("images") or one.get("items") or []
        found += [(each.get("image") or {}, str(each.get("alt") or "")) for each in pictures]
        if one.get("video"):
            found.append((one["video"], str(one.get("alt") or "")))
    return found


def _file(number: int, blob: Mapping[str, Any], alt: str) -> AttachmentInfo:
    kind = str(blob.get("mimeType") or "image/jpeg")
    noun = "video" if kind.startswith("video/") else "picture"
    name = f"{noun}-{number + 1}.{kind.rpartition('/')[2]}"
    return AttachmentInfo(str(number), name, kind[:120], int(blob.get("size") or 0), alt=clean(alt))


def _with_card(text: str, record: Mapping[str, Any]) -> str:
    """A link may stand on a card below the text alone."""
    embed = record.get("embed") or {}
    card = embed.get("external") or (embed.get("media") or {}).get("external") or {}
    link = str(card.get("uri") or "")
    return f"{text}\n{link}".lstrip() if link and link not in text else text
