"""A network that can do whatever any network can: webhooks, changes, windows, costs, sign-in. It never misbehaves;
``scripted`` is there for that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from putthrough.channels import registry
from putthrough.channels.contract import (
    AccountView,
    Arrived,
    Batch,
    Change,
    ChannelError,
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
    What,
)

SECRET = "the webhook's secret"
PRICE = Decimal("0.25")


@dataclass
class Network:
    """``waiting`` is read by asking, ``changed`` by following; ``followed`` are the ids that were asked about."""

    waiting: list[bytes] = field(default_factory=list)
    changed: list[bytes] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)
    parts: Sequence[str] = ()
    hidden: set[str] = field(default_factory=set)
    refresh: Callable[[AccountView], Mapping[str, str]] = lambda account: {}


NETWORK = Network()


def fresh() -> Network:
    vars(NETWORK).update(vars(Network()))
    return NETWORK


def message(identity: str, text: str, **more: Any) -> bytes:
    """What somebody wrote. ``shuts_in`` (hours) and ``refused`` are the network's conditions for an answer."""
    body = {"id": identity, "handle": "@pat", "text": text, "private": False, "at": datetime.now(UTC).isoformat()}
    return json.dumps(body | more).encode()


def change(identity: str, what: What, **more: Any) -> bytes:
    body = {"about": identity, "what": what, "at": datetime.now(UTC).isoformat()}
    return json.dumps(body | more).encode()


class ManySided:
    key = "manysided"
    name = "A network that can do everything"
    fields: Sequence[Field] = (Field("secret", "Secret", secret=True),)
    vouches = True
    currency = "USD"
    guide = Guide(["An account there."], ["Sign in."], ["To read and to write."], "25 cents.", "No time.", "Nobody's.")

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        seen = int(cursor.get("seen", 0))
        for number, raw in enumerate(NETWORK.waiting[seen:], start=seen + 1):
            yield Batch([arrived(raw)], {"seen": number}, cost=PRICE)

    def accept(self, account: AccountView, headers: Mapping[str, str], body: bytes) -> Sequence[Arrived]:
        if headers.get("x-secret") != account.credentials["secret"]:
            raise ChannelError("The signature is not the network's. Nothing was kept.", permanent=True)
        try:
            lines = json.loads(body)
        except ValueError as error:
            raise ChannelError("This is not JSON.") from error
        return [arrived(json.dumps(line).encode(), to=line.get("to", "")) for line in lines]

    def challenge(self, account: AccountView, query: Mapping[str, str]) -> str:
        if query.get("token") != account.credentials["secret"]:
            raise ChannelError("The token is not the one in Set-up.", permanent=True)
        return query["echo"]

    def read(self, account: AccountView, raw: bytes) -> Incoming | Change:
        try:
            body = json.loads(raw)
            return _change(body) if "what" in body else _incoming(account, body)
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable("This is not a message of the many-sided network.") from error

    def follow(self, account: AccountView, messages: Sequence[str]) -> Sequence[Arrived]:
        NETWORK.followed = list(messages)
        return [arrived(raw) for raw in NETWORK.changed]

    def standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        body = json.loads(raw)
        if body.get("refused"):
            return Standing(False, "It takes no answer to this here.", "https://network.example/answer")
        hours = body.get("shuts_in")
        return Standing(shuts_at=received_at + timedelta(hours=hours)) if hours is not None else Standing()

    def private_standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        can = bool(json.loads(raw).get("privately"))
        return Standing(can, "" if can else "It takes no private answer to this here.")

    def hide(self, account: AccountView, external_id: str, *, hidden: bool) -> None:
        if external_id == "p-locked":
            raise ChannelError("The network does not let this be hidden.", permanent=True)
        (NETWORK.hidden.add if hidden else NETWORK.hidden.discard)(external_id)

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        NETWORK.sent.append(outgoing)
        return Receipt(f"own-{len(NETWORK.sent)}", "taken", parts=NETWORK.parts, cost=PRICE)

    def limits(self, account: AccountView) -> Limits:
        return Limits()

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview:
        audience = f"Only {outgoing.to} sees this." if outgoing.private else "Everybody sees this."
        return Preview(account.name, outgoing.to, audience, [outgoing.text], len(outgoing.text), None)

    def refresh(self, account: AccountView) -> Mapping[str, str]:
        return NETWORK.refresh(account)

    def sign_in(self, account: AccountView, back: str) -> tuple[str, Mapping[str, str]]:
        return f"https://network.example/allow?back={back}", {"state": "s-1"}

    def signed_in(
        self, account: AccountView, back: str, remembered: Mapping[str, str], query: Mapping[str, str]
    ) -> SignedIn:
        if query.get("state") != remembered.get("state"):
            raise ChannelError("They came back with another state. Begin again.", permanent=True)
        return SignedIn({"secret": query["code"]}, {"scope": "all"}, address=query.get("as", account.address))

    def expires_at(self, account: AccountView) -> datetime | None:
        days = account.settings.get("expires_in_days")
        return datetime.now(UTC) + timedelta(days=days) if days is not None else None


def arrived(raw: bytes, *, to: str = "") -> Arrived:
    """The same bytes are the same arrival."""
    body = json.loads(raw)
    version = f"{body['about']}:{body['what']}:{body['at']}" if "what" in body else body["id"]
    return Arrived(version, raw, to=to)


def _change(body: Mapping[str, Any]) -> Change:
    moment = datetime.fromisoformat(body["at"])
    return Change(body["about"], What(body["what"]), moment, text=body.get("text", ""), amount=body.get("amount", 1))


def _incoming(account: AccountView, body: Mapping[str, Any]) -> Incoming:
    parent = str(body.get("parent") or "")
    return Incoming(
        handle=str(body["handle"]),
        text=str(body["text"]),
        sent_at=datetime.fromisoformat(body["at"]),
        message_id=str(body["id"]),
        refers_to=[parent] if parent else [],
        private=bool(body["private"]),
        starts_anew=not parent and not body["private"],
        own=body["handle"] == account.address,
        to=body.get("to", [account.address]),
        url=f"https://network.example/{body['id']}",
    )


CHANNEL = ManySided()


def install() -> None:
    """The registry knows it from now on."""
    registry._FOLDERS["manysided"] = "tests.doubles.manysided"
