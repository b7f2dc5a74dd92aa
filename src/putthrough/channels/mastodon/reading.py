"""What a status or a notification means. Pure. After "Entities: Status, Notification, MediaAttachment"."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from putthrough.channels.contract import AccountView, AttachmentInfo, Change, Incoming, Unreadable, What
from putthrough.channels.mastodon.api import domain
from putthrough.kit.html import safe
from putthrough.kit.text import clean

_PRIVATE = ("direct", "private")  # some servers call direct messages private; neither is for everybody
_KINDS = {"image": "image/jpeg", "gifv": "video/mp4", "video": "video/mp4", "audio": "audio/mpeg"}


def read(account: AccountView, raw: bytes) -> Incoming | Change:
    """Raises Unreadable."""
    try:
        told = json.loads(raw)
        if told["kind"] == "status":
            return _incoming(account, told["status"])
        return _change(told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("This is not a status or notification of the Mastodon API.") from error


def _incoming(account: AccountView, status: Mapping[str, Any]) -> Incoming:
    parent, private = status.get("in_reply_to_id"), status["visibility"] in _PRIVATE
    writer = status["account"]
    return Incoming(
        handle=full_name(account, writer["acct"])[:254],
        name=clean(str(writer.get("display_name") or writer["acct"])),
        text=to_text(str(status["content"])),
        html=safe(str(status["content"])),
        folded=_quoted(status),
        subject=clean(str(status.get("spoiler_text") or "")),
        sent_at=datetime.fromisoformat(status["created_at"]),
        message_id=str(status["id"]),
        refers_to=[str(parent)] if parent else [],
        private=private,
        starts_anew=not parent and not private,
        own=str(writer["id"]) == str(account.settings.get("account_id", "")),
        to=[account.address],
        attachments=[_file(at, one) for at, one in enumerate(status.get("media_attachments") or [])],
        language=str(status.get("language") or "")[:8],
        url=str(status.get("url") or status.get("uri") or ""),
    )


def _change(told: Mapping[str, Any]) -> Change:
    identity, what = str(told["id"]), What(told["kind"])
    content = str(told.get("content", ""))
    return Change(identity, what, datetime.fromisoformat(told["at"]), text=to_text(content), html=safe(content))


def _quoted(status: Mapping[str, Any]) -> str:
    quoted = (status.get("quote") or {}).get("quoted_status") or {}
    return to_text(str(quoted.get("content") or ""))


def _file(number: int, one: Mapping[str, Any]) -> AttachmentInfo:
    path = urlsplit(str(one.get("url") or "")).path
    name = path.rpartition("/")[2] or str(one.get("type") or "file")
    kind = _KINDS.get(str(one.get("type")), "application/octet-stream")
    return AttachmentInfo(str(number), clean(name)[:255], kind, 0, alt=clean(str(one.get("description") or "")))


def full_name(account: AccountView, acct: str) -> str:
    """``@pat@social.example``: the instance leaves its own domain out."""
    name = acct.lower().lstrip("@")
    return f"@{name}" if "@" in name else f"@{name}@{domain(account)}"


def to_text(content: str) -> str:
    """A status's HTML as it was written: links in full, which the instance shortens for the eye."""
    writer = _Writer()
    writer.feed(content)
    writer.close()
    return clean(writer.text())


class _Writer(HTMLParser):
    """``<p>``, ``<br>``, links. A mention or hashtag is a link, too, but is shown as it reads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._said: list[str] = []
        self._link = ""
        self._inside = 0
        self._shown = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._said.append("\n")
        elif tag in ("p", "blockquote", "li") and self._said:
            self._said.append("\n\n" if tag != "li" else "\n")
        elif tag == "a" and not {"mention", "hashtag"} & set(given.get("class", "").split()):
            self._link, self._inside = given.get("href", ""), 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._inside:
            self._said.append(self._linked())
            self._link, self._inside, self._shown = "", 0, ""

    def handle_data(self, data: str) -> None:
        if self._inside and self._link:
            self._shown += data
        else:
            self._said.append(data)

    def _linked(self) -> str:
        """The address; before it the words, unless they are the address, whole or shortened."""
        shown = self._shown.strip().rstrip("…")
        return self._link if not shown or shown in self._link else f"{shown} ({self._link})"

    def text(self) -> str:
        return "".join(self._said).strip()
