"""A network that misbehaves on order, in memory or (for processes that are killed) in a folder of its own.

Two channels speak it: ``unruly``, which takes ids of ours and can be read back, and ``mute``, which can do neither.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

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

_PAGE = 3
CHOSEN = "sent-"  # how ids begin that we chose
FOLDER = "PUTTHROUGH_SCRIPTED_FOLDER"

RECEIVE_FAULTS = ("temporary", "permanent", "bug", "again", "reversed")
SEND_FAULTS = ("temporary", "permanent", "bug before", "bug after", "lost before", "lost after")


def _nothing(_: str) -> None:
    """Nobody watches."""


@dataclass
class Network:
    """What stands on somebody else's machine. ``watch`` is called at each boundary that a crash may fall on."""

    inboxes: dict[str, list[str]] = field(default_factory=dict)
    accepted: list[dict[str, str]] = field(default_factory=list)
    receive_fault: str = ""
    send_fault: str = ""
    reads_back: bool = True
    watch: Callable[[str], None] = _nothing

    def reset(self) -> None:
        self.inboxes.clear()
        self.accepted.clear()
        self.receive_fault, self.send_fault, self.reads_back = "", "", True

    def write(self, address: str, **post: Any) -> str:
        """A resident's post reaches the inbox of ``address``. Returns its id."""
        posts = self.inboxes.setdefault(address, [])
        post.setdefault("id", f"{address}-{len(posts) + 1}")
        posts.append(json.dumps(post))
        return str(post["id"])

    def inbox(self, address: str) -> list[str]:
        return self.inboxes.get(address, [])

    def accept(self, account: AccountView, outgoing: Outgoing) -> str:
        chosen = outgoing.message_id if outgoing.message_id.startswith(CHOSEN) else uuid4().hex
        taken = {"to": outgoing.to, "text": outgoing.text, "id": chosen}
        self.accepted.append(taken)
        self.write(account.address, **echo(account, outgoing, taken["id"]))
        return taken["id"]

    def taken(self) -> list[dict[str, str]]:
        return self.accepted


def echo(account: AccountView, outgoing: Outgoing, external_id: str) -> dict[str, Any]:
    """Networks hand our own posts back to us."""
    return {
        "id": external_id,
        "handle": account.address,
        "own": True,
        "text": outgoing.text,
        "private": outgoing.private,
        "parent": outgoing.in_reply_to,
    }


class FolderNetwork(Network):
    """The same in files, so that it outlives every process that speaks to it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def write(self, address: str, **post: Any) -> str:
        post.setdefault("id", uuid4().hex)
        with (self.folder / f"{address}.inbox").open("a") as file:
            file.write(json.dumps(post) + "\n")
        return str(post["id"])

    def inbox(self, address: str) -> list[str]:
        file = self.folder / f"{address}.inbox"
        return [line for line in file.read_text().split("\n") if line] if file.exists() else []

    def accept(self, account: AccountView, outgoing: Outgoing) -> str:
        taken = {"to": outgoing.to, "text": outgoing.text, "id": outgoing.message_id}
        with (self.folder / "accepted").open("a") as file:
            file.write(json.dumps(taken) + "\n")
        return outgoing.message_id

    def taken(self) -> list[dict[str, str]]:
        file = self.folder / "accepted"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


network: Network = FolderNetwork(Path(os.environ[FOLDER])) if FOLDER in os.environ else Network()


class Mute:
    """Without ids of ours and without reading back: what is uncertain there, only a person can settle."""

    key = "mute"
    name = "Mute"
    fields: Sequence[Field] = ()
    vouches = True

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        at, fault, network.receive_fault = int(cursor.get("at", 0)), network.receive_fault, ""
        if fault in ("temporary", "permanent"):
            raise ChannelError("The network is away.", permanent=fault == "permanent")
        if fault == "bug":
            raise KeyError("a fault in the channel itself")
        at = 0 if fault == "again" else at
        posts = network.inbox(account.address)
        while page := posts[at : at + _PAGE]:
            network.watch("receive")
            at += len(page)
            arrived = [Arrived(json.loads(raw)["id"], raw.encode()) for raw in page]
            yield Batch(arrived[::-1] if fault == "reversed" else arrived, {"at": at}, more=at < len(posts))

    def read(self, account: AccountView, raw: bytes) -> Incoming:
        post = json.loads(raw)
        if post.get("fault") == "unreadable":
            raise Unreadable("This is not a post of the scripted network.")
        if post.get("fault") == "bug":
            raise KeyError(post["text"])
        parent = str(post.get("parent") or "")
        return Incoming(
            handle=post["handle"],
            text=post["text"],
            sent_at=datetime.fromisoformat(post.get("at", "2026-03-03T09:00:00+00:00")),
            message_id=post["id"],
            refers_to=[parent] if parent else [],
            private=post.get("private", True),
            starts_anew=not post.get("private", True) and not parent,
            own=post.get("own", False),
        )

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        network.watch("send")
        fault, network.send_fault = network.send_fault, ""
        self._before(fault)
        receipt = Receipt(network.accept(account, outgoing), "taken")
        network.watch("taken")
        if fault == "bug after":
            raise ValueError("a fault in the channel after sending")
        if fault == "lost after":
            raise ChannelError("The answer was lost.", uncertain=True)
        return receipt

    def _before(self, fault: str) -> None:
        if fault in ("temporary", "permanent"):
            raise ChannelError("The network refuses.", permanent=fault == "permanent")
        if fault == "bug before":
            raise ValueError("a fault in the channel before sending")
        if fault == "lost before":
            raise ChannelError("The connection broke.", uncertain=True)

    def limits(self, account: AccountView) -> Limits:
        return Limits(500)

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview:
        problems = ["It is too long."] if len(outgoing.text) > 500 else []
        audience = f"Only {outgoing.to} will see this."
        parts = [outgoing.text]
        return Preview(account.name, outgoing.to, audience, parts, len(outgoing.text), 500, problems=problems)


class Scripted(Mute):
    key = "unruly"
    name = "Unruly"

    def message_id(self, account: AccountView) -> str:
        return f"{CHOSEN}{uuid4().hex}"

    def read_back(self, account: AccountView, outgoing: Outgoing) -> Receipt | None:
        if not network.reads_back:
            raise ChannelError("The network is away.")
        found = [one for one in network.taken() if one["id"] == outgoing.message_id]
        return Receipt(found[0]["id"], "read back") if found else None


def register() -> None:
    """Make both channels known to this process."""
    registry._FOLDERS |= {"unruly": "tests.doubles.unruly", "mute": "tests.doubles.mute"}


CHANNEL = Scripted()
