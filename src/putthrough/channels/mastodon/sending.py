"""A reply sent once: each of its statuses under a key of ours, looked for first where an earlier attempt may have been.

Mastodon keeps an ``Idempotency-Key`` for an hour; other servers keep none. So later attempts read back first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from putthrough.channels.contract import AccountView, ChannelError, Outgoing, Receipt
from putthrough.channels.mastodon.api import Instance
from putthrough.channels.mastodon.composing import problems, statuses
from putthrough.channels.mastodon.files import put_there
from putthrough.channels.mastodon.reading import to_text

_GONE = "The message that this answers is not there any more: its author may have deleted it. Reach them another way."
_SAME = "unlisted"
_CLOCKS_DIFFER = timedelta(minutes=1)


def send(account: AccountView, outgoing: Outgoing) -> Receipt:
    """Raises ChannelError."""
    if wrong := problems(account, outgoing):
        raise ChannelError(" ".join(wrong), permanent=True)
    with Instance(account) as instance:
        visibility = _visibility(instance, outgoing)
        there = _there(instance, account, outgoing) if outgoing.attempt > 1 else []
        return _receipt(_posted(instance, account, outgoing, visibility, there))


def read_back(account: AccountView, outgoing: Outgoing) -> Receipt | None:
    """What is there of it, if all of it is; None when nothing is, or only its beginning."""
    with Instance(account) as instance:
        there = _there(instance, account, outgoing)
    return _receipt(there) if len(there) == len(statuses(account, outgoing)) else None


def _posted(
    instance: Instance,
    account: AccountView,
    outgoing: Outgoing,
    visibility: str,
    there: list[Mapping[str, Any]],
) -> list[Mapping[str, Any]]:
    parent = str(there[-1]["id"]) if there else outgoing.in_reply_to
    pictures = [] if there else put_there(instance, outgoing.files)
    for number, text in list(enumerate(statuses(account, outgoing)))[len(there) :]:
        body: dict[str, Any] = {"status": text, "visibility": visibility, "spoiler_text": outgoing.subject}
        if parent:
            body["in_reply_to_id"] = parent
        if pictures and number == 0:
            body["media_ids"] = pictures
        status = instance.post("/api/v1/statuses", body, key=f"{account.id}-{outgoing.message_id}-{number}")
        there = [*there, status]
        parent = str(status.get("id", ""))
    return there


def _visibility(instance: Instance, outgoing: Outgoing) -> str:
    """A direct message is answered directly; what was unlisted is not made more public."""
    if outgoing.private:
        return "direct"
    if not outgoing.in_reply_to:
        return "public"
    parent = instance.found(f"/api/v1/statuses/{outgoing.in_reply_to}")
    if parent is None:
        raise ChannelError(_GONE, permanent=True)
    return _SAME if parent.get("visibility") == _SAME else "public"


def _there(instance: Instance, account: AccountView, outgoing: Outgoing) -> list[Mapping[str, Any]]:
    """Those of its statuses that stand under what it answers already, in order; of a post, among our latest."""
    own = [one for one in _around(instance, account, outgoing) if _is_own(account, one)]
    there = {(_plain(to_text(str(one.get("content", "")))), _pictures(one)): one for one in own}
    found: list[Mapping[str, Any]] = []
    for number, text in enumerate(statuses(account, outgoing)):
        sought = (_plain(text), 0 if number else len(outgoing.files))
        if sought not in there:
            break
        found.append(there[sought])
    return found


def _around(instance: Instance, account: AccountView, outgoing: Outgoing) -> list[Mapping[str, Any]]:
    if outgoing.in_reply_to:
        context = instance.found(f"/api/v1/statuses/{outgoing.in_reply_to}/context") or {}
        return list(context.get("descendants") or [])
    latest = instance.found(f"/api/v1/accounts/{account.settings.get('account_id', '')}/statuses?limit=40") or []
    # The same words as last week are another post. Clocks differ: a minute before we began is still after.
    begins = outgoing.since - _CLOCKS_DIFFER if outgoing.since else None
    return [one for one in latest if begins is None or datetime.fromisoformat(one["created_at"]) >= begins]


def _pictures(status: Mapping[str, Any]) -> int:
    return len(status.get("media_attachments") or [])


def _is_own(account: AccountView, status: Mapping[str, Any]) -> bool:
    writer = status.get("account") or {}
    return str(writer.get("id")) == str(account.settings.get("account_id", ""))


def _plain(text: str) -> str:
    """Words alone: an instance shows a mention without its domain, and folds white space."""
    return " ".join(word.partition("@")[0] if not word.startswith("@") else _short(word) for word in text.split())


def _short(mention: str) -> str:
    return "@" + mention[1:].partition("@")[0]


def _receipt(there: list[Mapping[str, Any]]) -> Receipt:
    ids = [str(one.get("id", "")) for one in there]
    return Receipt(ids[0], "posted", url=str(there[0].get("url") or ""), parts=ids)
