"""The arithmetic of the chain: each entry's hash covers its own words and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


def canonical(data: Mapping[str, Any]) -> str:
    """JSON that is the same for the same data: sorted keys, no spaces, other scripts as they are."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def link(before: str, number: int, at: datetime, by: str, verb: str, thing: str, sentence: str, data: str) -> str:
    """The hash (64 hexadecimal digits, SHA-256) of an entry that follows the one with hash ``before``.

    The parts are written as a JSON list, so that no two different entries ever read the same.
    """
    parts = json.dumps([before, number, stamp(at), by, verb, thing, sentence, data], ensure_ascii=False)
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()
