"""Names and addresses of the AT Protocol: handles, record addresses, record keys in the order of time. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

POSTS = "app.bsky.feed.post"
_SORTED = "234567abcdefghijklmnopqrstuvwxyz"


def handle_of(profile: Mapping[str, Any]) -> str:
    """``@pat.example``; where the handle does not lead back to them, their unchanging identifier."""
    handle = str(profile.get("handle") or "").lower()
    return f"@{handle}" if handle and handle != "handle.invalid" else str(profile["did"]).lower()


def record_key(micros: int, clock: int = 0) -> str:
    """A timestamp identifier (specification "Record keys": ``tid``) of 13 signs: microseconds since 1970."""
    number = (micros << 10) | (clock & 0x3FF)
    return "".join(_SORTED[(number >> shift) & 31] for shift in range(60, -1, -5))


def next_key(key: str, steps: int) -> str:
    """The record key so many microseconds later."""
    number = 0
    for sign in key:
        number = number << 5 | _SORTED.index(sign)
    return record_key((number >> 10) + steps, number & 0x3FF)


def address_of(did: str, key: str) -> str:
    return f"at://{did}/{POSTS}/{key}"


def key_of(address: str) -> str:
    return address.rpartition("/")[2]


def web_page(profile: Mapping[str, Any], address: str) -> str:
    name = handle_of(profile).lstrip("@")
    return f"https://bsky.app/profile/{name}/post/{key_of(address)}"
