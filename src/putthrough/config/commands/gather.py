"""putthrough gather: JSON lines in, for each the incident that it belongs to and whether a bulk reply may answer it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from putthrough.config.cli import setup


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="JSON lines out (default: a line for each incident)")


def run(options: Namespace) -> int:
    setup()
    from putthrough.handover.incidents.sorting import sort

    messages, status = _read()
    said = _said(messages)
    found = list(sort(said, [message.get("private") is True for message in messages]))
    lines = _as_json(messages, found) if options.json else _in_words([one.text for one in said], found)
    for line in lines:
        print(line)
    return status


def _read() -> tuple[list[dict[str, Any]], int]:
    """All messages that could be read, and 1 where a line could not."""
    messages: list[dict[str, Any]] = []
    status = 0
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            try:
                messages.append(_message(line))
            except ValueError as error:
                print(f"Line {number}: {error}", file=sys.stderr)
                status = 1
    return messages, status


def _message(line: str) -> dict[str, Any]:
    """One message. Raises ValueError in plain words."""
    try:
        message = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"this is not JSON ({error.msg} at character {error.pos + 1}).") from None
    if not isinstance(message, dict) or not isinstance(message.get("text"), str) or message.get("id") is None:
        raise ValueError('write an object with at least "id" and "text", for example {"id": 1, "text": "No water …"}.')
    return message


def _said(messages: Sequence[dict[str, Any]]) -> list[Any]:
    """As they are gathered. One without a time counts as written with the one before it."""
    from putthrough.handover.incidents.gathering import Said

    said, at = [], 0.0
    for number, message in enumerate(messages):
        at = _seconds(message.get("received_at"), at)
        said.append(Said(str(number), message["text"], at, str(message.get("contact") or "")))
    return said


def _seconds(told: object, otherwise: float) -> float:
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError:
        return otherwise
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _as_json(messages: Sequence[dict[str, Any]], found: Sequence[Any]) -> list[str]:
    names = {str(number): message["id"] for number, message in enumerate(messages)}
    rows = (
        {"id": names[one.id], "incident": one.incident or None, "bulk": one.bulk, "why": _named(one.why, names)}
        for one in found
    )
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def _named(why: str, names: dict[str, Any]) -> str:
    """The message that a reason speaks of, by the name that it came with."""
    head, word, rest = why.partition(" wrote message ")
    number, colon, reason = rest.partition(":")
    return f"{head}{word}{names[number]}{colon}{reason}" if word else why


def _in_words(texts: Sequence[str], found: Sequence[Any]) -> list[str]:
    sizes = Counter(one.incident for one in found if one.incident)
    lines = []
    for key, size in sizes.most_common():
        bulk = sum(one.bulk for one in found if one.incident == key)
        first = next(text for text, one in zip(texts, found, strict=True) if one.incident == key)
        lines.append(
            f"{key}: {size} messages, {bulk} for the bulk reply. It began with “{' '.join(first.split())[:80]}”"
        )
    return lines or ["No incident: nothing here was written about by several people at once."]
