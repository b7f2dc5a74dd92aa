"""An X account of a body called Example Borough, before a double of X."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from putthrough.channels.contract import AccountView, Arrived, Change, Outgoing
from putthrough.channels.x import CHANNEL
from putthrough.channels.x.channel import XChannel
from tests.doubles.x import CLIENT, CONSUMER_SECRET, SECRET, US, Fault, X


@pytest.fixture
def double() -> Iterator[X]:
    network = X()
    yield network
    network.stop()


@pytest.fixture
def account(double: X) -> AccountView:
    return account_at(double)


def account_at(double: X, **settings: Any) -> AccountView:
    return AccountView(
        id=1,
        channel="x",
        address="@council",
        name="Example Borough",
        settings={"api_base": double.base, "user_id": US, "client_id": CLIENT, "message_seconds": "0"} | settings,
        credentials={
            "access_token": "access-0",
            "refresh_token": "refresh-0",
            "expires_at": str(int(time.time()) + 7200),
            "client_secret": SECRET,
            "consumer_secret": CONSUMER_SECRET,
            "scope": "tweet.read tweet.write users.read dm.read dm.write offline.access",
        },
    )


def taken(account: AccountView, cursor: Mapping[str, Any] | None = None) -> tuple[list[Arrived], dict[str, Any]]:
    """Everything new and the cursor after it."""
    arrived, at = [], dict(cursor or {})
    for batch in CHANNEL.receive(account, at):
        arrived += batch.arrived
        at = dict(batch.cursor)
    return arrived, at


def reply(to: str, text: str, **more: Any) -> Outgoing:
    return Outgoing(to="@pat", text=text, private=False, in_reply_to=to, references=[to], **more)


@dataclass
class Rig:
    """What the contract suite for all channels drives."""

    double: X
    account: AccountView
    channel: XChannel = CHANNEL
    _cursor: dict[str, Any] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)

    def resident_writes(self, text: str, *, private: bool = False, to: str | None = None) -> str:
        pat = self.double.person("Pat")
        if private:
            return f"dm:{pat}:{self.double.message(pat, text)}"
        return self.double.post(pat, f"@council {text}", to=to or "")

    def resident_edits(self, message_id: str, text: str) -> bool:
        """X lets posts be edited, not answers and not direct messages."""
        if message_id.startswith("dm:") or "referenced_tweets" in self.double.posts[message_id]:
            return False
        self.double.edit(message_id, f"@council {text}")
        return True

    def resident_withdraws(self, message_id: str) -> bool:
        if message_id.startswith("dm:"):
            return False
        self.double.withdraw(message_id)
        return True

    def take(self) -> list[Arrived]:
        self._renewed()
        arrived: list[Arrived] = []
        for batch in self.channel.receive(self.account, self._cursor):
            arrived += batch.arrived
            self._cursor = dict(batch.cursor)
        changed = self.channel.follow(self.account, sorted(self._ids))
        known = {*self._told, *(one.external_id for one in arrived)}
        followed = [one for one in changed if one.external_id not in known]
        self._told = known | {one.external_id for one in followed}
        for one in arrived:
            read = self.channel.read(self.account, one.raw)
            if not isinstance(read, Change):
                self._ids.add(read.message_id)
        return [*arrived, *followed]

    def _renewed(self) -> None:
        if fresh := self.channel.refresh(self.account):
            self.account = replace(self.account, credentials={**self.account.credentials, **fresh})

    def sent(self) -> list[str]:
        return list(self.double.sent)

    def fault(
        self, kind: str, status: int, *, headers: Mapping[str, str] | None = None, after: bool = False, times: int = 1
    ) -> None:
        self.double.order(kind, *[Fault(status, dict(headers or {}), after=after)] * times)

    def rate_limited(self, kind: str, seconds: float) -> None:
        self.double.rate_limited(kind, seconds)

    def revoke(self) -> None:
        self.double.revoke()


@pytest.fixture
def rig(double: X, account: AccountView) -> Rig:
    return Rig(double, account)
