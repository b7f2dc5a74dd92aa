"""Text messages through the one contract: in by Notify's callback and by asking, out by a template."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from putthrough.channels.contract import (
    AccountView,
    Arrived,
    Batch,
    ChannelError,
    Checked,
    Field,
    Guide,
    Incoming,
    Limits,
    Outgoing,
    Preview,
    Receipt,
    Unreadable,
)
from putthrough.channels.sms import notify, receipts
from putthrough.channels.sms.checking import check
from putthrough.channels.sms.numbers import normal
from putthrough.channels.sms.options import ADDRESS, FIELDS, GUIDE
from putthrough.channels.sms.segments import MOST, Counted, as_sent, count
from putthrough.kit.text import clean

_KNOWN = 2000  # ids of texts already taken, beyond which none of the last seven days is forgotten in practice
_PAGE = 100
_WRONG_TOKEN = "The bearer token is not the one in Set-up, Accounts. Put the same into GOV.UK Notify."  # noqa: S105 - words for people, no secret


class SmsChannel:
    key = "sms"
    name = "Text messages"
    how = "by text message"
    vouches = True
    currency = "GBP"
    fields: Sequence[Field] = FIELDS
    address: Field = ADDRESS
    guide: Guide = GUIDE

    def accept(self, account: AccountView, headers: Mapping[str, str], body: bytes) -> Sequence[Arrived]:
        """Notify's callbacks: a received text, or that one of ours could not be delivered."""
        given, expected = headers.get("authorization", ""), account.credentials.get("callback_token", "")
        if not expected or not hmac.compare_digest(given.encode(), f"Bearer {expected}".encode()):
            raise ChannelError(_WRONG_TOKEN, permanent=True)
        try:
            told = json.loads(body)
            return [_arrived(_from_callback(told))] if "source_number" in told else receipts.failures([told])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ChannelError("This is not a received text as GOV.UK Notify describes it.") from error

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """What the callback missed: texts of the last seven days that were not taken yet, oldest first."""
        known = [str(one) for one in cursor.get("known", [])]
        new = _unknown(account, set(known))
        for at in range(0, len(new), _PAGE):
            page = new[at : at + _PAGE]
            known = [*known, *(one.external_id for one in page)][-_KNOWN:]
            yield Batch(page, {"known": known}, more=at + _PAGE < len(new))
        back = [one for one in receipts.failures(notify.failed(account)) if one.external_id not in set(known)]
        if back:
            yield Batch(back, {"known": [*known, *(one.external_id for one in back)][-_KNOWN:]})

    def read(self, account: AccountView, raw: bytes) -> Incoming:
        try:
            told = json.loads(raw)
            if "status" in told:
                return receipts.read(told)
            return Incoming(
                handle=normal(str(told["from"]))[:254],
                text=clean(str(told["text"])),
                sent_at=datetime.fromisoformat(told["at"]),
                message_id=str(told["id"]),
                to=[str(told["to"])],
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable("This is not a received text.") from error

    def message_id(self, account: AccountView) -> str:
        return f"{receipts.OURS}{secrets.token_hex(12)}"

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        if problems := self.preview(account, outgoing).problems:
            raise ChannelError(" ".join(problems), permanent=True)
        body = {
            "phone_number": outgoing.to,
            "template_id": account.settings.get("template", ""),
            "personalisation": {"message": outgoing.text},
            "reference": outgoing.message_id,
        }
        if sender := account.settings.get("sender"):
            body["sms_sender_id"] = sender
        notify.ask(account, "POST", "/v2/notifications/sms", body)
        return Receipt(outgoing.message_id, "taken by GOV.UK Notify", cost=_cost(account, count(outgoing.text)))

    def read_back(self, account: AccountView, outgoing: Outgoing) -> Receipt | None:
        found = notify.by_reference(account, outgoing.message_id)
        if found is None:
            return None
        if found.get("status") in receipts.FAILED:
            raise ChannelError("GOV.UK Notify could not deliver it. Reach them another way.")
        return Receipt(outgoing.message_id, "GOV.UK Notify has it", cost=_cost(account, count(outgoing.text)))

    def limits(self, account: AccountView) -> Limits:
        return Limits(MOST)

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview:
        counted, shown = count(outgoing.text), as_sent(outgoing.text)
        return Preview(
            sender=f"{account.name} {account.address}",
            recipient=outgoing.to,
            audience=f"Only whoever has the telephone {outgoing.to} will see this, as a text message.",
            parts=[shown],
            used=len(shown),
            limit=MOST,
            notes=_notes(account, counted),
            problems=[f"It is {len(shown) - MOST} characters too long. Shorten it."] if len(shown) > MOST else [],
        )

    def test(self, account: AccountView) -> Sequence[Checked]:
        return check(account)


def _unknown(account: AccountView, known: set[str]) -> list[Arrived]:
    found: list[Arrived] = []
    for page in notify.received(account):
        arrived = [_arrived(_from_list(one)) for one in page if one.get("id")]
        fresh = [one for one in arrived if one.external_id not in known]
        found += fresh
        if known and not fresh:  # all of this page was here: so is what is older
            break
    return found[::-1]


def _arrived(told: Mapping[str, str]) -> Arrived:
    return Arrived(told["id"], json.dumps(told).encode(), datetime.fromisoformat(told["at"]))


def _from_callback(told: Mapping[str, Any]) -> dict[str, str]:
    names = {"id": "id", "from": "source_number", "to": "destination_number", "text": "message", "at": "date_received"}
    return {ours: str(told[theirs]) for ours, theirs in names.items()}


def _from_list(told: Mapping[str, Any]) -> dict[str, str]:
    names = {"id": "id", "from": "user_number", "to": "notify_number", "text": "content", "at": "created_at"}
    return {ours: str(told.get(theirs, "")) for ours, theirs in names.items()}


def _notes(account: AccountView, counted: Counted) -> list[str]:
    notes = [f"It is charged as {counted.texts} texts." if counted.texts > 1 else "It is charged as one text."]
    if cost := _cost(account, counted):
        notes.append(f"That is about {cost * 100:.1f} pence.")
    if counted.lost:
        notes.append(f"Telephones get question marks for {counted.lost}: write it in letters.")
    return notes


def _cost(account: AccountView, counted: Counted) -> Decimal:
    try:
        return Decimal(str(account.settings.get("pence") or 0)) / 100 * counted.texts
    except InvalidOperation:
        return Decimal(0)


CHANNEL = SmsChannel()
