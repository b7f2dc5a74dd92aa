"""What an account was told: notifications, oldest first, and what became of messages since."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from putthrough.channels.contract import AccountView, Arrived, Batch, ChannelError, What
from putthrough.channels.mastodon.api import Instance
from putthrough.kit.time import now

_PAGE = 40
_TYPES = "".join(f"&types[]={kind}" for kind in ("mention", "quote", "favourite", "reblog", "update"))
_ASKED = f"{_TYPES}&include_filtered=true"  # since 4.3 strangers' private mentions are held back unless asked for
_FIRST_LOOK = timedelta(days=1)
_COUNTED = {"favourite": What.LIKED, "reblog": What.SHARED}
_SINGLY = 40


def receive(account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
    """Everything after the cursor ``{"notification": ID}``; a new account's last day: ``{"from": MOMENT}`` is where it
    began to look, and counts until something was seen. Raises ChannelError."""
    with Instance(account) as instance:
        last = str(cursor.get("notification") or "")
        if not last:
            began = str(cursor.get("from") or (now() - _FIRST_LOOK).isoformat())
            first = _told_since(instance, began)
            last = first[0]["id"] if first else ""
            yield Batch(_arrivals(first[::-1]), {"notification": last} if last else {"from": began})
        while last and (page := _after(instance, last)):
            last = page[-1]["id"]
            yield Batch(_arrivals(page), {"notification": last}, more=len(page) == _PAGE)


def _after(instance: Instance, last: str) -> list[dict[str, Any]]:
    """The notifications next after one, oldest first: ``min_id`` leaves no gap, however many there are."""
    page = _listed(instance.get(f"/api/v1/notifications?limit={_PAGE}&min_id={last}{_ASKED}"))
    return [one for one in page if one["id"] != last][::-1]


def _told_since(instance: Instance, began: str) -> list[dict[str, Any]]:
    """Newest first."""
    found: list[dict[str, Any]] = []
    while True:
        older = f"&max_id={found[-1]['id']}" if found else ""
        page = _listed(instance.get(f"/api/v1/notifications?limit={_PAGE}{older}{_ASKED}"))
        new = [one for one in page if str(one.get("created_at", "")) >= began]
        found += new
        if not page or len(new) < len(page) or (older and new[0]["id"] == found[0]["id"]):
            return found


def _listed(page: Any) -> list[dict[str, Any]]:
    if not isinstance(page, list):
        raise ChannelError("The instance answered with something that is no list. It is tried again.")
    return [one for one in page if isinstance(one, dict) and one.get("id")]


def _arrivals(notifications: Sequence[Mapping[str, Any]]) -> list[Arrived]:
    return [one for told in notifications if (one := _arrival(told)) is not None]


def _arrival(told: Mapping[str, Any]) -> Arrived | None:
    kind, status = told.get("type"), told.get("status")
    if not isinstance(status, dict) or not status.get("id"):
        return None
    if kind in ("mention", "quote"):
        return Arrived(f"status:{status['id']}", _raw({"kind": "status", "status": status}))
    if kind == "update":
        return _edited(status)
    if kind in _COUNTED:
        what = {"kind": _COUNTED[kind], "id": status["id"], "at": told.get("created_at")}
        return Arrived(f"{kind}:{told['id']}", _raw(what))
    return None


def follow(account: AccountView, messages: Sequence[str]) -> list[Arrived]:
    """Edits and deletions of these statuses since. Raises ChannelError."""
    with Instance(account) as instance:
        changes = [_become(instance, identity) for identity in messages[:_SINGLY]]
    return [one for one in changes if one is not None]


def _become(instance: Instance, identity: str) -> Arrived | None:
    status = instance.found(f"/api/v1/statuses/{identity}")
    if status is None:
        gone = {"kind": What.WITHDRAWN, "id": identity, "at": now().isoformat()}
        return Arrived(f"withdrawn:{identity}", _raw(gone))
    return _edited(status)


def _edited(status: Mapping[str, Any]) -> Arrived | None:
    moment = status.get("edited_at")
    if not moment:
        return None
    told = {"kind": What.EDITED, "id": status["id"], "at": moment, "content": status.get("content", "")}
    return Arrived(f"edited:{status['id']}:{moment}", _raw(told))


def _raw(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told).encode()
