"""Mastodon through the one contract."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

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
    SignedIn,
    Standing,
    Unreadable,
)
from putthrough.channels.mastodon import composing, connecting, files, listening, reading, receiving, sending
from putthrough.channels.mastodon.api import domain, instance, network
from putthrough.channels.mastodon.options import ADDRESS, FIELDS, GUIDE
from putthrough.kit.cutting import CannotBeCut

_LARGEST_FILE = 40 * 1024 * 1024


class MastodonChannel:
    key = "mastodon"
    name = "Mastodon"
    vouches = True
    fields: Sequence[Field] = FIELDS
    address: Field = ADDRESS
    guide: Guide = GUIDE

    def private_standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        """Anybody may be named in a direct status, which takes no consent; nothing tells whether they read it."""
        return Standing(True, again=True)

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        return receiving.receive(account, cursor)

    def listen(self, account: AccountView, seconds: float) -> bool:
        return listening.listen(account, seconds)

    def follow(self, account: AccountView, messages: Sequence[str]) -> Sequence[Arrived]:
        return receiving.follow(account, messages)

    def read(self, account: AccountView, raw: bytes) -> Incoming | Change:
        return reading.read(account, raw)

    def attachment(self, account: AccountView, raw: bytes, part: str) -> bytes:
        """From where the instance keeps it."""
        try:
            url = str(json.loads(raw)["status"]["media_attachments"][int(part)]["url"])
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise Unreadable("This file cannot be found in what arrived.") from error
        return network(account).file(url, home=instance(account), largest=_LARGEST_FILE)

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        return sending.send(account, outgoing)

    def read_back(self, account: AccountView, outgoing: Outgoing) -> Receipt | None:
        return sending.read_back(account, outgoing)

    def files_out(self, account: AccountView, *, private: bool) -> FilesOut:
        return files.may_go_out(account)

    def everybody(self, account: AccountView) -> str:
        return f"Everybody on {domain(account)} and elsewhere can see this."

    def limits(self, account: AccountView) -> Limits:
        return Limits(composing.limits(account)[0])

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview:
        most, link = composing.limits(account)
        return Preview(
            sender=f"{account.name} {account.address}",
            recipient=outgoing.to or "everybody",
            audience=_audience(account, outgoing) if outgoing.to else self.everybody(account),
            parts=_parts(account, outgoing),
            used=composing.length(outgoing.text, link=link, warning=outgoing.subject),
            limit=most,
            subject=outgoing.subject,
            problems=composing.problems(account, outgoing),
            notes=_notes(outgoing),
        )

    def sign_in(self, account: AccountView, back: str) -> tuple[str, Mapping[str, str]]:
        return connecting.sign_in(account, back)

    def signed_in(
        self, account: AccountView, back: str, remembered: Mapping[str, str], query: Mapping[str, str]
    ) -> SignedIn:
        return connecting.signed_in(account, back, remembered, query)

    def test(self, account: AccountView) -> Sequence[Checked]:
        return connecting.check(account)


def _notes(outgoing: Outgoing) -> list[str]:
    notes = ["It is sent behind the same content warning."] if outgoing.subject else []
    if "://" in outgoing.text:
        notes.append("The first link is shown with a card of its page, unless a picture goes with it.")
    return notes


def _audience(account: AccountView, outgoing: Outgoing) -> str:
    if outgoing.private:
        return (
            f"Only {outgoing.to} will see this, and whoever runs the servers: direct messages there are not encrypted."
        )
    return f"Everybody on {domain(account)} and elsewhere can see this, under the message it answers."


def _parts(account: AccountView, outgoing: Outgoing) -> list[str]:
    try:
        return composing.statuses(account, outgoing) if outgoing.text.strip() else []
    except CannotBeCut:
        return [outgoing.text]


CHANNEL = MastodonChannel()
