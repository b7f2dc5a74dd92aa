"""The rehearsal network through the one contract, so that it behaves as every other channel does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import regex

from putthrough.channels.contract import (
    AccountView,
    Arrived,
    Batch,
    Checked,
    Field,
    FilesOut,
    Incoming,
    Limits,
    Outgoing,
    Preview,
    Receipt,
    Standing,
    Unreadable,
)
from putthrough.kit.filetypes import PICTURES

LIMIT = 500
_EVERYBODY = "Everybody on the rehearsal network will see this"
_PAGE = 100
_GRAPHEME = regex.compile(r"\X")


class RehearsalChannel:
    key = "rehearsal"
    name = "Rehearsal"
    how = "in the rehearsal"
    fields: Sequence[Field] = ()
    vouches = True

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """Posts that mention the account or go to it directly, since the last one seen."""
        from putthrough.channels.rehearsal import network

        last = int(cursor.get("post", 0))
        while posts := network.addressed_to(account.address, after=last, limit=_PAGE):
            last = posts[-1].pk
            arrived = [Arrived(str(post.pk), network.as_raw(post), post.at) for post in posts]
            yield Batch(arrived, {"post": last}, more=len(posts) == _PAGE)

    def read(self, account: AccountView, raw: bytes) -> Incoming:
        try:
            post = json.loads(raw)
            sent_at = datetime.fromisoformat(post["at"])
            handle, text = str(post["handle"]), str(post["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable("This is not a post of the rehearsal network.") from error
        parent = str(post.get("parent") or "")
        return Incoming(
            handle=handle.lower(),
            name=str(post.get("name") or handle),
            text=text,
            sent_at=sent_at,
            message_id=str(post["id"]),
            refers_to=[parent] if parent else [],
            private=bool(post.get("private")),
            starts_anew=not parent and not post.get("private"),
            own=handle.lower() == account.address,
            to=[account.address],
        )

    def private_standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        return Standing(True, again=True)

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        from putthrough.channels.rehearsal import network

        return Receipt(str(network.publish(account, outgoing).pk), "posted on the rehearsal network")

    def read_back(self, account: AccountView, outgoing: Outgoing) -> Receipt | None:
        from putthrough.channels.rehearsal import network

        post = network.find(outgoing.message_id)
        return Receipt(str(post.pk)) if post else None

    def files_out(self, account: AccountView, *, private: bool) -> FilesOut:
        return FilesOut(4, PICTURES, 8_000_000)

    def everybody(self, account: AccountView) -> str:
        return f"{_EVERYBODY}."

    def limits(self, account: AccountView) -> Limits:
        return Limits(LIMIT, "characters")

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview:
        text = as_posted(outgoing)
        used = len(_GRAPHEME.findall(text))
        public = f"{_EVERYBODY}, under the post it answers." if outgoing.to else f"{_EVERYBODY}."
        audience = f"Only {outgoing.to} will see this, as a direct message." if outgoing.private else public
        return Preview(
            sender=f"{account.name} {account.address}",
            recipient=outgoing.to or "everybody",
            audience=audience,
            parts=[text],
            used=used,
            limit=LIMIT,
            problems=[f"It is {used - LIMIT} characters too long."] if used > LIMIT else [],
        )

    def test(self, account: AccountView) -> Sequence[Checked]:
        return [Checked("The rehearsal network", True, "It is part of Putthrough and needs no account anywhere.")]


def as_posted(outgoing: Outgoing) -> str:
    """A public answer names whom it answers, as people expect on a public network."""
    if not outgoing.to or outgoing.private or re.match(re.escape(outgoing.to) + r"\b", outgoing.text, re.IGNORECASE):
        return outgoing.text
    return f"{outgoing.to} {outgoing.text}"
