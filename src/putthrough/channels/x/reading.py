"""Reading what X handed over: posts, edits, deletions, direct messages, and a line for what is encrypted."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from putthrough.channels.contract import AccountView, AttachmentInfo, Change, Incoming, Standing, Unreadable, What
from putthrough.channels.x import posts
from putthrough.channels.x import raw as raws
from putthrough.channels.x.options import ENGAGED, EXEMPT, Options, options
from putthrough.channels.x.shapes import objects
from putthrough.kit.text import clean, one_line

ENCRYPTED = "An encrypted message came on X. Only X itself can open it: open X to read it and to answer."
_NOT_OURS = "This is not a message of X."
_CANNOT = (
    "X takes an answer through its interface only to somebody who mentions or quotes us, and this post does neither. "
    "Open it on X, answer there, and paste your answer's address here."
)
_BY_MESSAGE = "It goes to them as a direct message. X refuses it if they take none from us."
_PROTECTED = "Their posts are protected, but everybody can see your answer: do not repeat what they wrote."
_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif"}
_ELSEWHERE = {
    "video": "A video is not fetched. Open it on X.",
    "animated_gif": "An animation is not fetched. Open it on X.",
}
Json = Mapping[str, Any]


def read(account: AccountView, raw: bytes) -> Incoming | Change:
    """Raises ``Unreadable``."""
    found, wanted = _opened(raw), options(account)
    try:
        return _READERS[found["kind"]](account, wanted, found)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise Unreadable("X sent this message in another form than it documents.") from error


def standing(account: AccountView, raw: bytes) -> Standing:
    """How an answer stands: X takes one only to somebody who mentioned or quoted us (since 23 February 2026).

    X's documents ask for an explicit mention: the name that X itself puts before an answer to our post is none.
    """
    try:
        found, wanted = _opened(raw), options(account)
        if found["kind"] == raws.CHAT:
            return Standing(False, ENCRYPTED, f"{wanted.site}/messages")
        if found["kind"] in (raws.POST, raws.EDIT):
            return _post_stands(account, wanted, found)
    except (Unreadable, KeyError, TypeError, ValueError, AttributeError, IndexError):
        return Standing()
    return Standing()


def private_standing(account: AccountView, raw: bytes) -> Standing:
    """Whether a public post can be answered by a direct message: X only tells when one is sent."""
    try:
        found = _opened(raw)
        if found["kind"] in (raws.POST, raws.EDIT) and _number(found["post"]["author_id"]):
            return Standing(True, _BY_MESSAGE, again=True)
    except (Unreadable, KeyError, TypeError, ValueError):
        pass
    return Standing(False, "This is no public post.")


def _post_stands(account: AccountView, wanted: Options, found: Json) -> Standing:
    post = found["post"]
    writer = posts.person(_number(post["author_id"]), objects(found.get("users")))
    if not _may_answer(account, wanted, found):
        return Standing(False, _CANNOT, _url(wanted, writer, _number(post["id"])))
    return Standing(True, _PROTECTED if writer.protected else "")


def _may_answer(account: AccountView, wanted: Options, found: Json) -> bool:
    post, us = found["post"], (wanted.user_id, account.address)
    if wanted.reply_access == EXEMPT or found.get("event") in ("post.mention.create", "post.quote.create"):
        return True
    if posts.names(post, *us) or posts.quotes(post, objects(found.get("posts")), *us):
        return True
    return wanted.reply_access == ENGAGED and str(post.get("in_reply_to_user_id")) == wanted.user_id


def _opened(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError as error:
        raise Unreadable(_NOT_OURS) from error
    if not isinstance(found, dict) or found.get("x") != 1 or found.get("kind") not in _READERS:
        raise Unreadable(_NOT_OURS)
    return found


def _post(account: AccountView, wanted: Options, found: Json) -> Incoming:
    post = found["post"]
    identity, first = _number(post["id"]), raws.versions(post)[0]
    writer = posts.person(_number(post["author_id"]), objects(found.get("users")))
    parents = posts.references_of(post, "replied_to")
    root = str(post.get("conversation_id") or "")
    return Incoming(
        handle=writer.handle,
        name=writer.name,
        text=posts.words(post),
        folded=_quoted(found),
        sent_at=_when(post.get("created_at") if identity == first else None, first),
        message_id=first,
        refers_to=[one for one in dict.fromkeys([*parents, root]) if one and one != first] if parents else [],
        private=False,
        starts_anew=not parents,
        own=writer.identity == wanted.user_id or writer.handle == account.address,
        to=[account.address],
        attachments=_attachments(objects(found.get("media"))),
        language=_language(post.get("lang")),
        url=_url(wanted, writer, identity),
    )


def _edit(account: AccountView, wanted: Options, found: Json) -> Change:
    post = found["post"]
    when = raws.moment_of(_number(post["id"])) or _when(post.get("created_at"), str(post["id"]))
    return Change(raws.versions(post)[0], What.EDITED, when, posts.words(post))


def _gone(account: AccountView, wanted: Options, found: Json) -> Change:
    return Change(_number(found["id"]), What.WITHDRAWN, datetime.fromisoformat(str(found["at"])))


def _message(account: AccountView, wanted: Options, found: Json) -> Incoming:
    """A direct message as ``/2/dm_events`` or as a webhook tells it."""
    message = found["message"]
    inner = _within(message, "message_create")
    data = _within(inner, "message_data") or message
    identity, sender = _number(message["id"]), _number(message.get("sender_id") or inner["sender_id"])
    writer = posts.person(sender, objects(found.get("users")))
    sent = raws.milliseconds(message["created_timestamp"]) if "created_timestamp" in message else None
    return Incoming(
        handle=writer.handle,
        name=writer.name,
        text=posts.words({"text": data.get("text"), "entities": data.get("entities")}),
        sent_at=sent or _when(message.get("created_at"), identity),
        message_id=message_id(sender, identity),
        private=True,
        own=sender == wanted.user_id,
        to=[account.address],
        attachments=_unfetched(objects(found.get("media")), data),
        url=f"{wanted.site}/messages",
    )


def _chat(account: AccountView, wanted: Options, found: Json) -> Incoming:
    chat = found["chat"]
    writer = posts.person(_number(chat["sender_id"]), [])
    sent = raws.milliseconds(chat.get("created_at_msec"))
    if sent is None:
        raise ValueError(chat.get("created_at_msec"))
    return Incoming(
        handle=writer.handle,
        text=ENCRYPTED,
        sent_at=sent,
        message_id=f"chat:{one_line(str(chat['id']), 100)}",
        private=True,
        own=writer.identity == wanted.user_id,
        to=[account.address],
        url=f"{wanted.site}/messages",
    )


_READERS: dict[str, Callable[[AccountView, Options, Json], Incoming | Change]] = {
    raws.POST: _post,
    raws.EDIT: _edit,
    raws.GONE: _gone,
    raws.MESSAGE: _message,
    raws.CHAT: _chat,
}


def message_id(sender: str, identity: str) -> str:
    """A direct message's id as we keep it: with its writer's number, to which an answer goes."""
    return f"dm:{sender}:{identity}"


def _quoted(found: Json) -> str:
    quoted = posts.references_of(found["post"], "quoted")
    kept = {str(one.get("id")): one for one in objects(found.get("posts"))}
    lines = []
    for identity in quoted:
        if one := kept.get(identity):
            lines.append(
                f"{posts.person(str(one.get('author_id')), objects(found.get('users'))).handle}: {posts.words(one)}"
            )
        else:
            lines.append(f"https://x.com/i/status/{identity}")
    return "\n".join(lines)


def _attachments(media: list[dict[str, Any]]) -> list[AttachmentInfo]:
    return [_attachment(one, at) for at, one in enumerate(media, 1) if one.get("media_key")]


def _attachment(one: Json, at: int) -> AttachmentInfo:
    kind, url = str(one.get("type") or "photo"), str(one.get("url") or "")
    suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
    media_type = _TYPES.get(suffix, "image/jpeg") if kind == "photo" else "video/mp4"
    refused = (
        _ELSEWHERE.get(kind, "") if kind != "photo" else ("" if url else "X did not say where it is. Open it on X.")
    )
    name = f"{kind}-{at}{suffix if suffix in _TYPES else ('.jpg' if kind == 'photo' else '.mp4')}"
    alt = clean(html.unescape(str(one.get("alt_text") or "")))
    return AttachmentInfo(str(one["media_key"])[:80], name, media_type, 0, refused, alt)


def _unfetched(media: list[dict[str, Any]], data: Json) -> list[AttachmentInfo]:
    """X gives a direct message's picture only to its own apps in a form of its own: it is named, not fetched."""
    words = "A picture or video in a direct message is not fetched. Open X to see it."
    attached = data.get("attachment") or data.get("attachments")
    found = media or ([{"media_key": "attachment"}] if attached else [])
    return [
        AttachmentInfo(
            str(one.get("media_key"))[:80], f"attachment-{at}", "image/jpeg", 0, words, str(one.get("alt_text") or "")
        )
        for at, one in enumerate(found, 1)
    ]


def _within(holder: Json, key: str) -> dict[str, Any]:
    found = holder.get(key)
    return found if isinstance(found, dict) else {}


def _url(wanted: Options, writer: posts.Person, identity: str) -> str:
    name = writer.handle[1:] if writer.handle.startswith("@") else "i"
    return f"{wanted.site}/{name}/status/{identity}"


def _when(value: Any, identity: str) -> datetime:
    found = raws.moment(value) or raws.moment_of(identity)
    if found is None:
        raise ValueError(identity)
    return found


def _number(value: Any) -> str:
    found = str(value)
    if not (found.isascii() and found.isdigit() and len(found) < 20):
        raise ValueError("no id of X")
    return found


def _language(value: Any) -> str:
    """X says ``und`` where it does not know, and ``q..`` and ``zxx`` where there are no words."""
    found = str(value or "")
    return "" if found in ("und", "zxx") or found.startswith("q") else found[:8]
