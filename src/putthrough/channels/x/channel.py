"""X as one channel. Each verb is in a module of its own; this says which."""

from __future__ import annotations

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
    Incoming,
    Limits,
    Outgoing,
    Preview,
    Receipt,
    SignedIn,
    Standing,
)
from putthrough.channels.x import checking, files, following, hooks, polling, previewing, reading, sending, tokens
from putthrough.channels.x.counting import LIMIT
from putthrough.channels.x.guide import GUIDE
from putthrough.channels.x.options import FIELDS

ADDRESS = Field(
    "address",
    "Name on X",
    "As others write it, such as @council.",
    pattern=r"@[A-Za-z0-9_]{1,20}",
    wrong="Write it as on X: @ and then letters, digits and underscores.",
)


class XChannel:
    key = "x"
    name = "X"
    fields: Sequence[Field] = FIELDS
    vouches = True
    currency = "USD"
    address = ADDRESS
    guide = GUIDE

    def read(self, account: AccountView, raw: bytes) -> Incoming | Change:
        return reading.read(account, raw)

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        return polling.receive(account, cursor)

    def accept(self, account: AccountView, headers: Mapping[str, str], body: bytes) -> Sequence[Arrived]:
        return hooks.accept(account, headers, body)

    def challenge(self, account: AccountView, query: Mapping[str, str]) -> str:
        return hooks.challenge(account, query)

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        return sending.send(account, outgoing)

    def read_back(self, account: AccountView, outgoing: Outgoing) -> Receipt | None:
        return sending.read_back(account, outgoing)

    def delete(self, account: AccountView, external_id: str) -> None:
        sending.delete(account, external_id)

    def hide(self, account: AccountView, external_id: str, *, hidden: bool) -> None:
        sending.hide(account, external_id, hidden=hidden)

    def follow(self, account: AccountView, messages: Sequence[str]) -> Sequence[Arrived]:
        return following.follow(account, messages)

    def standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        return reading.standing(account, raw)

    def private_standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        return reading.private_standing(account, raw)

    def attachment(self, account: AccountView, raw: bytes, part: str) -> bytes:
        return files.attachment(account, raw, part)

    def everybody(self, account: AccountView) -> str:
        return previewing.EVERYBODY

    def limits(self, account: AccountView) -> Limits:
        return Limits(LIMIT, "characters as X counts them")

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview:
        return previewing.preview(account, outgoing)

    def sign_in(self, account: AccountView, back: str) -> tuple[str, Mapping[str, str]]:
        return tokens.sign_in(account, back)

    def signed_in(
        self, account: AccountView, back: str, remembered: Mapping[str, str], query: Mapping[str, str]
    ) -> SignedIn:
        return tokens.signed_in(account, back, remembered, query)

    def refresh(self, account: AccountView) -> Mapping[str, str]:
        return tokens.refreshed(account)

    def test(self, account: AccountView) -> Sequence[Checked]:
        return checking.check(account)
