"""Bluesky's private messages (``chat.bsky.convo``), asked for through the account's own server.

First messages of strangers wait as requests, and would be missed if only accepted conversations were read. An app
password has to allow private messages; one that does not reads posts all the same.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from putthrough.channels.bluesky.xrpc import Calls, Query
from putthrough.channels.contract import Arrived, ChannelError

_PAGE = 100
_TAKES_NONE = "They take no private messages from us on Bluesky. Ask them to write by email or to ring instead."
_STATUSES = ("accepted", "request")


def since(calls: Calls, rev: str, *, began: str) -> Iterator[tuple[list[Arrived], str]]:
    """Messages after a revision, oldest first, with the revision from which to go on. Raises ChannelError.

    Without one those sent since ``began`` alone: what is older was answered elsewhere.
    """
    try:
        changed = [convo for status in _STATUSES for convo in _convos(calls, status, rev)]
    except ChannelError as error:
        if error.permanent:  # the app password does not allow it: the connection's test says so
            return
        raise
    told = [one for convo in changed for one in _told(calls, convo, rev, "" if rev else began)]
    told.sort(key=lambda one: str(one["message"]["rev"]))
    for at in range(0, len(told), _PAGE):
        page = told[at : at + _PAGE]
        yield [_arrived(one) for one in page], str(page[-1]["message"]["rev"])


def _convos(calls: Calls, status: str, rev: str) -> Iterator[dict[str, Any]]:
    """Conversations in which something happened after a revision; the newest come first."""
    place = ""
    while True:
        query: Query = {"limit": _PAGE, "status": status, **({"cursor": place} if place else {})}
        answer = calls.get("chat.bsky.convo.listConvos", query, chat=True)
        page = answer.get("convos") or []
        new = [convo for convo in page if str(convo.get("rev", "")) > rev]
        yield from new
        before, place = place, str(answer.get("cursor") or "")
        if place in ("", before) or len(new) < len(page):
            return


def _told(calls: Calls, convo: Mapping[str, Any], rev: str, oldest: str) -> Iterator[dict[str, Any]]:
    members = {one["did"]: one for one in convo.get("members") or [] if one.get("did")}
    for message in _messages(calls, str(convo["id"])):
        if str(message.get("rev", "")) <= rev or str(message.get("sentAt", "")) < oldest:
            return
        sender = str((message.get("sender") or {}).get("did", ""))
        if "text" in message and sender:
            author = members.get(sender, {"did": sender})
            yield {"kind": "chat", "convo": convo["id"], "message": message, "author": author, "us": calls.did}


def _messages(calls: Calls, convo: str) -> Iterator[dict[str, Any]]:
    """Newest first."""
    place = ""
    while True:
        query: Query = {"convoId": convo, "limit": _PAGE, **({"cursor": place} if place else {})}
        answer = calls.get("chat.bsky.convo.getMessages", query, chat=True)
        yield from answer.get("messages") or []
        before, place = place, str(answer.get("cursor") or "")
        if place in ("", before):
            return


def _arrived(told: Mapping[str, Any]) -> Arrived:
    return Arrived(f"chat:{told['convo']}/{told['message']['id']}", json.dumps(told).encode())


def deleted(calls: Calls, messages: Sequence[str]) -> list[str]:
    """Those of these (``CONVERSATION/MESSAGE``) that their author deleted."""
    by_convo: dict[str, set[str]] = defaultdict(set)
    for one in messages:
        convo, _, identity = one.partition("/")
        by_convo[convo].add(identity)
    return [one for convo, wanted in by_convo.items() for one in _deleted(calls, convo, wanted)]


def _deleted(calls: Calls, convo: str, wanted: set[str]) -> Iterator[str]:
    """Newest first, no further back than the oldest of those that are looked for."""
    for message in _messages(calls, convo):
        if message.get("id") in wanted:
            wanted.remove(str(message["id"]))
            if "text" not in message:
                yield f"{convo}/{message['id']}"
        if not wanted:
            return


def with_whom(calls: Calls, did: str) -> str:
    """The conversation with somebody, begun where there is none. Raises ChannelError when they take none from us."""
    members: Query = {"members": [did]}
    if not calls.get("chat.bsky.convo.getConvoAvailability", members, chat=True).get("canChat"):
        raise ChannelError(_TAKES_NONE, permanent=True)
    return str(calls.get("chat.bsky.convo.getConvoForMembers", members, chat=True)["convo"]["id"])


def send(calls: Calls, convo: str, message: Mapping[str, Any]) -> str:
    """Returns its id. Raises ChannelError; uncertain when it may have left."""
    calls.post("chat.bsky.convo.acceptConvo", {"convoId": convo}, chat=True)
    body = {"convoId": convo, "message": message}
    return str(calls.post("chat.bsky.convo.sendMessage", body, chat=True, risky=True).get("id", ""))


def sent_after(calls: Calls, convo: str, message: str) -> dict[str, str]:
    """What we wrote there after a message: the ids by text."""
    found: dict[str, str] = {}
    for one in _messages(calls, convo):
        if one.get("id") == message:
            break
        if (one.get("sender") or {}).get("did") == calls.did and "text" in one:
            found[str(one["text"])] = str(one["id"])
    return found
