"""What may come in, one event or a list of them, in the form of ``docs/channels/webhook.schema.json``. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from putthrough.channels.contract import AccountView, Arrived, AttachmentInfo, Change, Incoming, Unreadable, What
from putthrough.kit.text import clean

MESSAGE = "message"
_CHANGES = {what.value: what for what in What}


def split(body: bytes) -> list[Arrived]:
    """Each event as an arrival of its own. Raises Unreadable when this is none of the documented forms."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("This is not JSON.") from error
    events = found if isinstance(found, list) else [found]
    return [Arrived(_identity(event), json.dumps(event).encode()) for event in events]


def read(account: AccountView, raw: bytes) -> Incoming | Change:
    """Raises Unreadable with what is missing or wrong."""
    try:
        event = json.loads(raw)
        return _incoming(account, event) if _kind(event) == MESSAGE else _change(event)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(f"This is not an event of the documented form: {error}") from error


def file(raw: bytes, part: str) -> bytes:
    """The bytes of the file with that number. Raises Unreadable."""
    try:
        return base64.b64decode(json.loads(raw)["files"][int(part)]["content"], validate=True)
    except (ValueError, KeyError, IndexError, TypeError, binascii.Error) as error:
        raise Unreadable("This file cannot be read in what arrived.") from error


def _identity(event: Any) -> str:
    """The same for the same event, however often it comes. Raises Unreadable."""
    if not isinstance(event, dict):
        raise Unreadable("An event is a JSON object.")
    kind, identity = _kind(event), _text(event, "id", needed=True)
    if kind == MESSAGE:
        return f"{kind}:{identity}"
    version = _text(event, "by", needed=True) + f":{_amount(event)}" if kind in ("liked", "shared") else ""
    return f"{kind}:{identity}:{version or _text(event, 'at', needed=True)}"


def _kind(event: Mapping[str, Any]) -> str:
    kind = event.get("type", MESSAGE)
    if kind != MESSAGE and kind not in _CHANGES:
        raise Unreadable(f'"type" is one of {", ".join([MESSAGE, *_CHANGES])}.')
    return str(kind)


def _incoming(account: AccountView, event: Mapping[str, Any]) -> Incoming:
    refers, private = _text(event, "in_reply_to"), event.get("private") is True
    handle = _text(event, "contact", needed=True).lower()[:254]
    return Incoming(
        handle=handle,
        text=_text(event, "text"),
        sent_at=_moment(event),
        name=_text(event, "name"),
        subject=_text(event, "subject"),
        message_id=_text(event, "id", needed=True),
        refers_to=[refers] if refers else [],
        thread=_text(event, "thread"),
        private=private,
        starts_anew=not refers and not private,
        own=handle == account.address.lower(),
        to=[account.address],
        attachments=[_file(at, one) for at, one in enumerate(event.get("files") or [])],
        language=_text(event, "language")[:8],
        url=_text(event, "url"),
    )


def _change(event: Mapping[str, Any]) -> Change:
    what = _CHANGES[_kind(event)]
    return Change(
        _text(event, "id", needed=True), what, _moment(event), text=_text(event, "text"), amount=_amount(event)
    )


def _amount(event: Mapping[str, Any]) -> int:
    return -1 if event.get("taken_back") is True else 1


def _file(number: int, one: Mapping[str, Any]) -> AttachmentInfo:
    content = _text(one, "content")
    name, kind, alt = _text(one, "name")[:255], _text(one, "media_type")[:120], _text(one, "alt")
    return AttachmentInfo(str(number), name or "file", kind, len(content) * 3 // 4, alt=alt)


def _text(event: Mapping[str, Any], key: str, *, needed: bool = False) -> str:
    value = event.get(key, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise Unreadable(f'"{key}" has to be text{" and may not be empty" if needed else ""}.')
    return value if key == "content" else clean(value)


def _moment(event: Mapping[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(event, "at", needed=True))
    except ValueError:
        raise Unreadable('"at" has to be a date and time such as 2026-11-24T08:55:00Z.') from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
