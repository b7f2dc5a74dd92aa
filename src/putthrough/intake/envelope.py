"""A message as JSON, for what comes from no network of ours: an organisation's old messages, another program.

The form is ``docs/message.schema.json``; ``docs/import.md`` shows it. It is kept raw like everything that arrives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from putthrough.channels.contract import Arrived, Incoming, Unreadable

_MARK = b'{"putthrough":1,'
_LONGEST_TEXT = 200_000


def is_envelope(raw: bytes) -> bool:
    return raw.startswith(_MARK)


def seal(message: Mapping[str, Any]) -> Arrived:
    """A message of the documented form as an arrival. Raises Unreadable in plain words when it is not one."""
    identity = str(message.get("id", "")).strip()
    if not identity or len(identity) > 240:
        raise Unreadable('It needs an "id" of at most 240 characters, by which it is known when it comes again.')
    raw = _MARK + json.dumps(dict(message), ensure_ascii=False).encode("utf-8", "surrogatepass")[1:]
    return Arrived(f"json:{identity}", raw, read(raw).sent_at)


def read(raw: bytes) -> Incoming:
    """What an envelope says. Raises Unreadable with what is missing or wrong."""
    try:
        message = json.loads(raw)
    except ValueError as error:
        raise Unreadable(f"This is not JSON: {error}.") from error
    contact = message.get("contact")
    if not isinstance(contact, str) or not contact.strip():
        raise Unreadable('It needs a "contact": who wrote it, as an address or @name.')
    refers = message.get("in_reply_to")
    return Incoming(
        handle=_text(message, "contact").strip().lower()[:254],
        name=_text(message, "name")[:200],
        text=_text(message, "text", needed=True)[:_LONGEST_TEXT],
        subject=_text(message, "subject")[:998],
        sent_at=_moment(message.get("sent_at")),
        message_id=_text(message, "message_id")[:255] or _text(message, "id")[:255],
        refers_to=[str(refers)[:255]] if refers else [],
        private=bool(message.get("private", True)),
        starts_anew=message.get("channel", "email") == "email" and not refers,
    )


def _text(message: Mapping[str, Any], key: str, *, needed: bool = False) -> str:
    value = message.get(key, "")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (needed and not value):
        raise Unreadable(f'"{key}" has to be text{"" if not needed else " and may not be empty"}.')
    return value.replace("\0", "").encode("utf-8", "replace").decode()  # half a sign is none


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise Unreadable('"sent_at" has to be a date and time such as 2026-11-24T08:55:00+00:00.') from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
