"""What an account was told since: notifications and chat, oldest first. After ``app.bsky.notification`` and
``chat.bsky.convo``, read November 2026."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2s
from typing import Any

from putthrough.channels.bluesky import chat
from putthrough.channels.bluesky.xrpc import Calls, Query
from putthrough.channels.contract import AccountView, Arrived, Batch, What
from putthrough.kit.time import now

_PAGE = 100
_POSTS_AT_ONCE = 25
_FIRST_LOOK = timedelta(days=1)
_MAY_BE_LATE = timedelta(days=1)
_KNOWN = 500
_WRITTEN = ("mention", "reply", "quote")
_COUNTED = {"like": What.LIKED, "repost": What.SHARED}


def receive(account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
    """Everything after ``{"known": [MARK], "chat": REV, "from": MOMENT}``, a new account's last day: ``from`` is where
    it began to look. Raises ChannelError.

    What the network calls ``indexedAt`` is the moment the writer's own device claims, if that is earlier. So a post may
    arrive in between those that were read before: the last day is looked through again, without those known.
    """
    began = str(cursor.get("from") or (now() - _FIRST_LOOK).isoformat())
    known, rev = list(cursor.get("known") or []), str(cursor.get("chat") or "")
    with Calls(account) as calls:
        told = _since(calls, known, _oldest(known, began))
        for at in range(0, len(told), _PAGE):
            page = told[at : at + _PAGE]
            known = sorted({*known, *map(_mark, page)})[-_KNOWN:]
            yield Batch(_arrivals(calls, page), {"known": known, "chat": rev, "from": began})
        for arrived, reached in chat.since(calls, rev, began=began):
            rev = reached
            yield Batch(arrived, {"known": known, "chat": rev, "from": began})
    yield Batch([], {"known": known, "chat": rev, "from": began})


def _mark(one: Mapping[str, Any]) -> str:
    """One notification, small enough to keep hundreds, in the order of time."""
    return f"{one['indexedAt']} {blake2s(one['uri'].encode(), digest_size=6).hexdigest()}"


def _oldest(known: Sequence[str], began: str) -> str:
    """The moment after which what is not known is new: a day before the last, as far as those that are known reach."""
    if not known:
        return began
    reach = known[0].partition(" ")[0] if len(known) == _KNOWN else began
    day = datetime.fromisoformat(known[-1].partition(" ")[0]) - _MAY_BE_LATE
    return max(began, reach, day.isoformat())


def _since(calls: Calls, known: Sequence[str], oldest: str) -> list[dict[str, Any]]:
    """Notifications after a moment that are not known, oldest first. The network pages from the newest back.

    ``priority`` asks for everybody's, also where the account's owner shows only those of people they follow.
    """
    found: list[dict[str, Any]] = []
    place = ""
    while True:
        query: Query = {"limit": _PAGE, "priority": "false", **({"cursor": place} if place else {})}
        answer = calls.get("app.bsky.notification.listNotifications", query)
        page = [one for one in answer.get("notifications") or [] if one.get("uri") and one.get("indexedAt")]
        recent = [one for one in page if one["indexedAt"] > oldest]
        found += recent
        before, place = place, str(answer.get("cursor") or "")
        if place in ("", before) or len(recent) < len(page):
            already = set(known)
            return sorted((one for one in found if _mark(one) not in already), key=_mark)


def _arrivals(calls: Calls, page: Sequence[Mapping[str, Any]]) -> list[Arrived]:
    quoted = _quoted(calls, [one for one in page if one.get("reason") == "quote"])
    found = []
    for one in page:
        if one.get("reason") in _WRITTEN and isinstance(one.get("record"), dict):
            found.append(_written(calls, one, quoted))
        elif one.get("reason") in _COUNTED:
            what = {"kind": _COUNTED[one["reason"]], "id": one.get("reasonSubject"), "at": one["indexedAt"]}
            found.append(Arrived(f"{one['reason']}:{one['uri']}", json.dumps(what).encode()))
    return found


def _written(calls: Calls, one: Mapping[str, Any], quoted: Mapping[str, str]) -> Arrived:
    told = {
        "kind": "post",
        "uri": one["uri"],
        "author": one["author"],
        "record": one["record"],
        "at": one["indexedAt"],
        "quoted": quoted.get(_quotes(one["record"]), ""),
        "us": calls.did,
    }
    return Arrived(f"post:{one['uri']}", json.dumps(told).encode())


def _quotes(record: Mapping[str, Any]) -> str:
    embed = record.get("embed") or {}
    inner = embed.get("record") or {}
    return str(inner.get("uri") or (inner.get("record") or {}).get("uri") or "")


def _quoted(calls: Calls, quotes: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What those quote, by address."""
    wanted = [uri for one in quotes if (uri := _quotes(one.get("record") or {}))]
    return {uri: str((post.get("record") or {}).get("text", "")) for uri, post in posts(calls, wanted).items()}


def posts(calls: Calls, addresses: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Those of these posts that are still there, by address."""
    wanted, found = list(dict.fromkeys(addresses)), {}
    for at in range(0, len(wanted), _POSTS_AT_ONCE):
        answer = calls.get("app.bsky.feed.getPosts", {"uris": wanted[at : at + _POSTS_AT_ONCE]})
        found.update({str(post["uri"]): post for post in answer.get("posts") or []})
    return found


def follow(account: AccountView, messages: Sequence[str]) -> list[Arrived]:
    """Those that were deleted since; nothing can be edited there. Raises ChannelError."""
    public = [one for one in messages if one.startswith("at://")]
    with Calls(account) as calls:
        there = posts(calls, public)
        gone = [one for one in public if one not in there]
        gone += chat.deleted(calls, [one for one in messages if not one.startswith("at://")])
    return [_gone(one) for one in gone]


def _gone(identity: str) -> Arrived:
    told = {"kind": What.WITHDRAWN, "id": identity, "at": now().isoformat()}
    return Arrived(f"withdrawn:{identity}", json.dumps(told).encode())
