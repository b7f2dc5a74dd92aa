"""A reply sent once. Posts have addresses that we choose, so a second attempt finds the first; chat is read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from putthrough.channels.bluesky import chat
from putthrough.channels.bluesky.composing import Part, facets, parts, problems
from putthrough.channels.bluesky.names import POSTS, address_of, key_of, next_key, web_page
from putthrough.channels.bluesky.receiving import posts
from putthrough.channels.bluesky.xrpc import Calls
from putthrough.channels.contract import AccountView, ChannelError, File, Outgoing, Receipt
from putthrough.kit.time import now

_GONE = "The post that this answers is not there any more: its author may have deleted it. Reach them another way."
_RESOLVE = "com.atproto.identity.resolveHandle"
_NOBODY = ("HandleNotFound", "InvalidRequest")  # the latter for what is no handle at all
_TO_NOBODY = "There is no private conversation with them on Bluesky yet. Answer in public, or wait until they write."


def send(account: AccountView, outgoing: Outgoing) -> Receipt:
    """Raises ChannelError."""
    if wrong := problems(outgoing):
        raise ChannelError(" ".join(wrong), permanent=True)
    with Calls(account) as calls:
        return _send_chat(calls, outgoing) if outgoing.private else _shown(account, _send_posts(calls, outgoing))


def read_back(account: AccountView, outgoing: Outgoing) -> Receipt | None:
    """What is there of it, if all of it is."""
    with Calls(account) as calls:
        if outgoing.private:
            there = _chat_there(calls, outgoing)
            return _receipt(there) if len(there) == len(parts(outgoing)) else None
        found = [_there(calls, key) for key in _keys(outgoing)]
    return _shown(account, _receipt([str(one["uri"]) for one in found if one])) if all(found) else None


def _shown(account: AccountView, receipt: Receipt) -> Receipt:
    """With the page where people see it."""
    return replace(receipt, url=web_page({"handle": account.address.lstrip("@")}, receipt.external_id))


def _send_posts(calls: Calls, outgoing: Outgoing) -> Receipt:
    reply = _reply(calls, outgoing.in_reply_to)
    ids: list[str] = []
    for part, key in zip(parts(outgoing), _keys(outgoing), strict=True):
        files = [] if ids else outgoing.files
        made = (_there(calls, key) if outgoing.attempt > 1 else None) or _post(calls, part, key, reply, files)
        ids.append(str(made["uri"]))
        this = {"uri": made["uri"], "cid": made["cid"]}
        reply = {"root": reply["root"] if reply else this, "parent": this}
    return _receipt(ids)


def _post(calls: Calls, part: Part, key: str, reply: Mapping[str, Any] | None, files: Sequence[File]) -> dict[str, Any]:
    record: dict[str, Any] = {"$type": POSTS, "text": part.text, "createdAt": now().isoformat().replace("+00:00", "Z")}
    if marks := facets(part, _identities(calls, part)):
        record["facets"] = marks
    if reply:
        record["reply"] = dict(reply)
    if files:
        record["embed"] = {"$type": "app.bsky.embed.images", "images": [_picture(calls, one) for one in files]}
    body = {"repo": calls.did, "collection": POSTS, "rkey": key, "record": record}
    return calls.post("com.atproto.repo.createRecord", body)


def _picture(calls: Calls, file: File) -> dict[str, Any]:
    blob = calls.upload(file.content, file.media_type).get("blob")
    return {"alt": file.alt, "image": blob}


def _there(calls: Calls, key: str) -> dict[str, Any] | None:
    query = {"repo": calls.did, "collection": POSTS, "rkey": key}
    return calls.found("com.atproto.repo.getRecord", query, missing=["RecordNotFound"])


def _keys(outgoing: Outgoing) -> list[str]:
    first = key_of(outgoing.message_id)
    return [next_key(first, step) for step in range(len(parts(outgoing)))]


def _reply(calls: Calls, address: str) -> dict[str, Any] | None:
    """Root and parent, each with the hash of its content, as a reply has to name them."""
    if not address:
        return None
    parent = posts(calls, [address]).get(address)
    if parent is None:
        raise ChannelError(_GONE, permanent=True)
    this = {"uri": parent["uri"], "cid": parent["cid"]}
    return {"root": ((parent.get("record") or {}).get("reply") or {}).get("root") or this, "parent": this}


def _identities(calls: Calls, part: Part) -> dict[str, str]:
    found = {}
    for _, _, handle in part.names:
        if answer := calls.found(_RESOLVE, {"handle": handle}, missing=_NOBODY):
            found[handle] = str(answer.get("did", ""))
    return found


def _send_chat(calls: Calls, outgoing: Outgoing) -> Receipt:
    convo, _ = _convo(calls, outgoing)
    wanted = parts(outgoing)
    there = _chat_there(calls, outgoing) if outgoing.attempt > 1 or len(wanted) > 1 else []
    for part in wanted[len(there) :]:
        body = {"text": part.text, "facets": facets(part, {})}
        there.append(f"{convo}/{chat.send(calls, convo, body)}")
    return _receipt(there)


def _convo(calls: Calls, outgoing: Outgoing) -> tuple[str, str]:
    """The conversation and the message in it that is answered. What answers a public post in private begins one with
    its writer, if they take messages from us."""
    if outgoing.in_reply_to.startswith("at://"):
        return chat.with_whom(calls, outgoing.in_reply_to.split("/")[2]), ""
    convo, _, message = outgoing.in_reply_to.partition("/")
    if not message:
        raise ChannelError(_TO_NOBODY, permanent=True)
    return convo, message


def _chat_there(calls: Calls, outgoing: Outgoing) -> list[str]:
    convo, message = _convo(calls, outgoing)
    ours = chat.sent_after(calls, convo, message)
    found: list[str] = []
    for part in parts(outgoing):
        if part.text not in ours:
            break
        found.append(f"{convo}/{ours[part.text]}")
    return found


def _receipt(ids: Sequence[str]) -> Receipt:
    return Receipt(ids[0], "posted" if ids[0].startswith("at://") else "sent", parts=list(ids))


def chosen(account: AccountView, key: str) -> str:
    """The address that a post with this record key will have."""
    return address_of(account.credentials.get("did") or "did:unknown", key)
