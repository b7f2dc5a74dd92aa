"""A network that misbehaves on order. It remembers what it was told outside every database, as real ones do.

Two channels stand before it: ``scripted`` can be read back after a doubt, ``deaf`` cannot.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from putthrough.channels import registry
from putthrough.channels.contract import (
    AccountView,
    Arrived,
    Batch,
    ChannelError,
    Field,
    Incoming,
    Limits,
    Outgoing,
    Preview,
    Receipt,
    Unreadable,
)

BREAKS_READING = "this-breaks-the-reader"
FORBIDDEN = "the network forbids this"


class Order(StrEnum):
    """What the next call of the network does."""

    TEMPORARY = "refuses for now"
    PERMANENT = "refuses for good"
    LOST_BEFORE = "does not take it, and nobody can tell"
    LOST_AFTER = "takes it, and the answer is lost"
    BREAKS_BEFORE = "our own code breaks before it takes it"
    BREAKS_AFTER = "takes it, and our own code breaks"
    AGAIN = "hands everything over once more"
    REVERSED = "hands over the newest first"


@dataclass
class Network:
    """``posts`` wait at an address; ``taken`` counts what it accepted from us, by (recipient, id chosen by us), and
    ``texts`` are its words."""

    posts: dict[str, list[bytes]] = field(default_factory=dict)
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)
    reads_back: bool = True
    orders: deque[Order] = field(default_factory=deque)
    receiving: deque[Order] = field(default_factory=deque)
    around_send: Callable[[str], None] | None = None
    echoes: bool = True
    public_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    number: int = 0

    def post(self, address: str, handle: str, text: str, **more: Any) -> str:
        """Somebody writes. Returns the public id."""
        self.number += 1
        body = {"id": f"p{self.number}", "handle": handle, "text": text, "private": False, "at": _moment()} | more
        self.posts.setdefault(address, []).append(json.dumps(body).encode())
        return f"p{self.number}"

    def post_raw(self, address: str, raw: bytes) -> None:
        self.posts.setdefault(address, []).append(raw)

    def hand_over_again(self, address: str, at: int) -> None:
        """The same bytes once more, as networks do after a time-out of theirs."""
        waiting = self.posts.get(address, [])
        if waiting:
            waiting.append(waiting[at % len(waiting)])

    def take(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        self.taken[outgoing.to, outgoing.message_id] += 1
        self.texts.append(outgoing.text)
        own = f"own-{len(self.taken)}-{self.number}"
        if self.echoes:
            parent = outgoing.in_reply_to
            self.post(account.address, account.address, outgoing.text, id=own, parent=parent, private=outgoing.private)
        self.public_ids[outgoing.to, outgoing.message_id] = own
        return Receipt(own, "taken")


NETWORK = Network()


def fresh() -> Network:
    """Everything forgotten: another test begins."""
    vars(NETWORK).update(vars(Network()))  # the channels hold on to this one object
    return NETWORK


def _moment() -> str:
    return datetime.now(UTC).isoformat()


def external_id(raw: bytes) -> str:
    try:
        return str(json.loads(raw)["id"])
    except (ValueError, KeyError, TypeError):
        return f"raw-{sha256(raw).hexdigest()}"


class Deaf:
    key = "deaf"
    name = "A network without a way to read back"
    fields: Sequence[Field] = ()
    vouches = True

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        seen = int(cursor.get("seen", 0))
        waiting = NETWORK.posts.get(account.address, [])
        while seen < len(waiting) or Order.AGAIN in NETWORK.receiving:
            order = _order(NETWORK.receiving)
            seen = 0 if order == Order.AGAIN else seen
            page = waiting[seen : seen + 3]
            seen += len(page)
            arrived = [Arrived(external_id(raw), raw) for raw in page]
            yield Batch(_turned(arrived, order), {"seen": seen}, more=seen < len(waiting))

    def read(self, account: AccountView, raw: bytes) -> Incoming:
        try:
            post = json.loads(raw)
            sent_at = datetime.fromisoformat(post["at"])
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable("This is not a post of the scripted network.") from error
        text = str(post["text"])
        if BREAKS_READING in text:
            raise RuntimeError(f"cannot make sense of {text}")
        parent = str(post.get("parent") or "")
        return Incoming(
            handle=str(post["handle"]),
            name=str(post["handle"]).lstrip("@").title(),
            text=text,
            sent_at=sent_at,
            message_id=str(post["id"]),
            refers_to=[parent] if parent else [],
            private=bool(post["private"]),
            starts_anew=not parent and not post["private"],
            own=post["handle"] == account.address,
        )

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        if NETWORK.around_send:
            NETWORK.around_send("before")
        order = NETWORK.orders.popleft() if NETWORK.orders else None
        if order == Order.BREAKS_BEFORE:
            raise KeyError("token")
        _refuse(order)
        receipt = NETWORK.take(account, outgoing)
        if NETWORK.around_send:
            NETWORK.around_send("after")
        if order == Order.LOST_AFTER:
            raise ChannelError("The line went dead while it answered. Look whether it arrived.", uncertain=True)
        if order == Order.BREAKS_AFTER:
            raise KeyError("url")
        return receipt

    def everybody(self, account: AccountView) -> str:
        return "Everybody there can see this."

    def limits(self, account: AccountView) -> Limits:
        return Limits(1000)

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview:
        problems = ["The network would not take this. Write it in other words."] if FORBIDDEN in outgoing.text else []
        return Preview(
            account.name, outgoing.to, "For a test.", [outgoing.text], len(outgoing.text), 1000, problems=problems
        )


def _refuse(order: Order | None) -> None:
    if order == Order.TEMPORARY:
        raise ChannelError("The network is busy. It will be tried again.", retry_after=30)
    if order == Order.PERMANENT:
        raise ChannelError("The network does not know this person. Check the name.", permanent=True)
    if order == Order.LOST_BEFORE:
        raise ChannelError("The line went dead. Look whether it arrived.", uncertain=True)


def _order(orders: deque[Order]) -> Order | None:
    """What was ordered for this reading, unless it is not to come about at all."""
    order = orders.popleft() if orders else None
    if order in (Order.BREAKS_BEFORE, Order.BREAKS_AFTER):
        raise KeyError("items")
    _refuse(order)
    return order


def _turned(arrived: list[Arrived], order: Order | None) -> list[Arrived]:
    return arrived[::-1] if order == Order.REVERSED else arrived


class Scripted(Deaf):
    key = "scripted"
    name = "A network that can be read back"

    def read_back(self, account: AccountView, outgoing: Outgoing) -> Receipt | None:
        if not NETWORK.reads_back:
            raise ChannelError("The network is away.")
        public = NETWORK.public_ids.get((outgoing.to, outgoing.message_id))
        return Receipt(public) if public else None


CHANNEL = Scripted()


def install() -> None:
    """The registry knows the two channels from now on."""
    registry._FOLDERS["scripted"] = "tests.doubles.scripted"
    registry._FOLDERS["deaf"] = "tests.doubles.deaf"
