"""Bluesky through the one contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from putthrough.channels.bluesky import checking, composing, files, reading, receiving, sending, session
from putthrough.channels.bluesky.names import record_key
from putthrough.channels.bluesky.options import ADDRESS, FIELDS, GUIDE
from putthrough.channels.contract import (
    AccountView,
    Arrived,
    Batch,
    Change,
    Checked,
    Field,
    FilesOut,
    Guide,
    Incoming,
    Limits,
    Outgoing,
    Preview,
    Receipt,
    Standing,
)
from putthrough.kit.cutting import CannotBeCut
from putthrough.kit.filetypes import PICTURES
from putthrough.kit.time import now

_BY_CHAT = "It goes to them as a private message. Bluesky refuses it if they take none from us."
_EVERYBODY = "Everybody on Bluesky and beyond can see this"


class BlueskyChannel:
    key = "bluesky"
    name = "Bluesky"
    vouches = True
    fields: Sequence[Field] = FIELDS
    address: Field = ADDRESS
    guide: Guide = GUIDE

    def private_standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        return Standing(True, _BY_CHAT, again=True)

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        return receiving.receive(account, cursor)

    def follow(self, account: AccountView, messages: Sequence[str]) -> Sequence[Arrived]:
        return receiving.follow(account, messages)

    def read(self, account: AccountView, raw: bytes) -> Incoming | Change:
        return reading.read(account, raw)

    def attachment(self, account: AccountView, raw: bytes, part: str) -> bytes:
        return files.fetched(account, raw, part)

    def message_id(self, account: AccountView) -> str:
        return sending.chosen(account, record_key(int(now().timestamp() * 1_000_000)))

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        return sending.send(account, outgoing)

    def read_back(self, account: AccountView, outgoing: Outgoing) -> Receipt | None:
        return sending.read_back(account, outgoing)

    def files_out(self, account: AccountView, *, private: bool) -> FilesOut | None:
        """Pictures of a post (lexicon ``app.bsky.embed.images``); private messages take none."""
        return None if private else FilesOut(4, PICTURES, 1_000_000)

    def everybody(self, account: AccountView) -> str:
        return f"{_EVERYBODY}."

    def limits(self, account: AccountView) -> Limits:
        return Limits(composing.MOST)

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview:
        public = f"{_EVERYBODY}, under the post it answers." if outgoing.to else f"{_EVERYBODY}."
        return Preview(
            sender=f"{account.name} {account.address}",
            recipient=outgoing.to or "everybody",
            audience=f"Only {outgoing.to} will see this, as a private message." if outgoing.private else public,
            parts=_parts(outgoing),
            used=composing.used(outgoing.text),
            limit=composing.MOST_CHAT if outgoing.private else composing.MOST,
            problems=composing.problems(outgoing),
            notes=["Links are shown short, as text, without a picture."] if "://" in outgoing.text else [],
        )

    def test(self, account: AccountView) -> Sequence[Checked]:
        return checking.check(account)

    def refresh(self, account: AccountView) -> Mapping[str, str]:
        return session.fresh(account)


def _parts(outgoing: Outgoing) -> list[str]:
    try:
        return [part.text for part in composing.parts(outgoing)] if outgoing.text.strip() else []
    except CannotBeCut:
        return [outgoing.text]


CHANNEL = BlueskyChannel()
