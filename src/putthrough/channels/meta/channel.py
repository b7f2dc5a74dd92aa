"""Facebook Pages and Instagram through the one contract: one class, two flavours."""

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
    ChannelError,
    Checked,
    Field,
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
from putthrough.channels.meta import connecting, polling, reading, sending, signatures, webhooks
from putthrough.channels.meta.flavour import Flavour
from putthrough.channels.meta.graph import BASE, META, Graph
from putthrough.channels.meta.options import FIELDS
from putthrough.kit.cutting import CannotBeCut

_LARGEST_FILE = 40 * 1024 * 1024


class MetaChannel:
    vouches = True
    fields: Sequence[Field] = FIELDS

    def __init__(self, flavour: Flavour, guide: Guide) -> None:
        self.flavour, self.guide = flavour, guide
        self.key, self.name, self.address = flavour.key, flavour.name, flavour.address

    def accept(self, account: AccountView, headers: Mapping[str, str], body: bytes) -> Sequence[Arrived]:
        signatures.check(account, headers, body)
        try:
            return webhooks.split(body, wanted=self.flavour.object)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ChannelError(f"This is no webhook of Meta's that is read here: {error}.") from error

    def challenge(self, account: AccountView, query: Mapping[str, str]) -> str:
        return signatures.challenge(account, query)

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        return polling.receive(self.flavour, account, cursor)

    def read(self, account: AccountView, raw: bytes) -> Incoming | Change:
        return reading.read(account, raw)

    def attachment(self, account: AccountView, raw: bytes, part: str) -> bytes:
        """From where Meta keeps it, for as long as it does."""
        try:
            url = str(json.loads(raw)["files"][int(part)]["url"])
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise Unreadable("This file cannot be found in what arrived.") from error
        return META.file(url, home=str(account.settings.get("graph") or BASE), largest=_LARGEST_FILE)

    def standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        return reading.standing(self.flavour, account, raw)

    def private_standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        return reading.private_standing(self.flavour, account, raw)

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        return sending.send(self.flavour, account, outgoing)

    def read_back(self, account: AccountView, outgoing: Outgoing) -> Receipt | None:
        return sending.read_back(self.flavour, account, outgoing)

    def hide(self, account: AccountView, external_id: str, *, hidden: bool) -> None:
        with Graph(account) as graph:
            graph.post(external_id, {"is_hidden" if self.key == "facebook" else "hide": hidden})

    def delete(self, account: AccountView, external_id: str) -> None:
        with Graph(account) as graph:
            graph.delete(external_id)

    def limits(self, account: AccountView) -> Limits:
        return Limits(self.flavour.most, self.flavour.unit)

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview:
        flavour, private = self.flavour, outgoing.private
        return Preview(
            sender=account.name,
            recipient=outgoing.to_name or outgoing.to,
            audience=self._audience(outgoing),
            parts=self._parts(outgoing),
            used=flavour.size(outgoing.text) if private else len(outgoing.text),
            limit=flavour.most if private else flavour.most_comment,
            unit=flavour.unit if private else "characters",
            problems=sending.problems(flavour, outgoing),
            notes=[self._of_links(private=private)] if "://" in outgoing.text else [],
        )

    def _audience(self, outgoing: Outgoing) -> str:
        who = outgoing.to_name or "the person who wrote"
        if outgoing.private:
            return f"Only {who} will see this, in {self.flavour.private_name}."
        return f"Everybody who sees the comment on {self.name} will see this, under it."

    def _of_links(self, *, private: bool) -> str:
        if self.key == "instagram" and not private:
            return "A link in a comment on Instagram cannot be pressed: people would have to type it."
        return "The link is shown as it is, perhaps with a card of its page."

    def _parts(self, outgoing: Outgoing) -> list[str]:
        try:
            return sending.parts(self.flavour, outgoing) if outgoing.text.strip() else []
        except CannotBeCut:
            return [outgoing.text]

    def sign_in(self, account: AccountView, back: str) -> tuple[str, Mapping[str, str]]:
        return connecting.sign_in(self.flavour, account, back)

    def signed_in(
        self, account: AccountView, back: str, remembered: Mapping[str, str], query: Mapping[str, str]
    ) -> SignedIn:
        return connecting.signed_in(self.flavour, account, back, remembered, query)

    def expires_at(self, account: AccountView) -> datetime | None:
        return connecting.expires_at(account)

    def test(self, account: AccountView) -> Sequence[Checked]:
        return connecting.check(self.flavour, account)
