"""What such an arrival means, and how an answer to it stands. Pure, but for the clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from putthrough.channels.contract import (
    AccountView,
    AttachmentInfo,
    Change,
    Incoming,
    Standing,
    Unreadable,
    What,
)
from putthrough.channels.meta.flavour import Flavour
from putthrough.kit.text import clean
from putthrough.kit.time import in_words, local, local_day, now

_KINDS = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/mpeg"}
_WORDLESS = "Something without words that {name} does not hand over to us. Open it there."
_DAY, _WEEK = timedelta(hours=24), timedelta(days=7)


def read(account: AccountView, raw: bytes) -> Incoming | Change:
    """Raises Unreadable."""
    try:
        told = json.loads(raw)
        moment = datetime.fromisoformat(told["at"])
        if told["kind"] not in ("comment", "post", "message", "mention"):
            text, amount = clean(str(told.get("text", ""))), int(told.get("amount", 1))
            return Change(str(told["id"]), What(told["kind"]), moment, text=text, amount=amount)
        return _incoming(account, told, moment)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("This is not a comment, post or message of Meta's.") from error


def _incoming(account: AccountView, told: Mapping[str, Any], moment: datetime) -> Incoming:
    writer, private = told["from"], told["kind"] == "message"
    identity = str(writer.get("id") or "")
    refers = [] if private else [str(one) for one in told.get("refers") or []]
    return Incoming(
        handle=(identity or f"unknown:{told['id']}").lower()[:254],
        name=clean(str(writer.get("name") or writer.get("username") or f"Somebody on {account.channel.title()}")),
        text=clean(str(told["text"])) or ("" if told.get("files") else _WORDLESS.format(name=account.channel.title())),
        folded=f"About this story of ours: {told['story']}" if told.get("story") else "",
        sent_at=moment,
        message_id=str(told["id"]),
        refers_to=refers,
        private=private,
        starts_anew=not refers and not private,
        own=identity == account.address or identity == str(account.settings.get("page_id", "-")),
        to=[str(told.get("to") or account.address).lower()],
        attachments=[_file(at, one) for at, one in enumerate(told.get("files") or [])],
        url=str(told.get("url") or ""),
    )


def _file(number: int, one: Mapping[str, Any]) -> AttachmentInfo:
    kind = str(one.get("type") or "file")
    name = urlsplit(str(one.get("url") or "")).path.rpartition("/")[2] or kind
    return AttachmentInfo(str(number), clean(name)[:255], _KINDS.get(kind, "application/octet-stream"), 0)


def standing(flavour: Flavour, account: AccountView, raw: bytes) -> Standing:
    """Public words can always be answered; private ones for a day, or for a week by a person where Meta allowed it.

    "Messaging policy overview: standard messaging window, human agent", read November 2026.
    """
    told = json.loads(raw)
    if told.get("kind") != "message":
        return Standing()
    return _window(flavour, account, datetime.fromisoformat(told["at"]))


def _window(flavour: Flavour, account: AccountView, moment: datetime) -> Standing:
    page = account.settings.get("page_id") or account.address
    name, url = flavour.private_name, flavour.inbox.format(address=page)
    shuts = moment + (_WEEK if account.settings.get("human_agent") == "yes" else _DAY)
    if shuts <= now():
        words = f"{name} takes no answer any more since {_when(shuts)}. Reach them by email, telephone or letter."
        return Standing(False, words, url, shuts)
    return Standing(True, f"{name} takes an answer until {_when(shuts)}. Ask for an email address now.", url, shuts)


def private_standing(flavour: Flavour, account: AccountView, raw: bytes) -> Standing:
    """A comment can be answered in private once, within seven days ("Private replies")."""
    told = json.loads(raw)
    if told.get("kind") not in ("comment", "post"):
        return Standing(False, "Only comments can be answered in private.")
    shuts = datetime.fromisoformat(told["at"]) + _WEEK
    if shuts <= now():
        return Standing(False, "A comment can be answered in private for seven days only, which are over.")
    words = f"One message only, until {_when(shuts)}. When they answer it, you can go on."
    return Standing(True, words, shuts_at=shuts)


def _when(moment: datetime) -> str:
    return f"{in_words(local_day(moment))}, {local(moment):%H:%M}"
