from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from putthrough.channels.contract import AccountView, Arrived
from putthrough.channels.mastodon import CHANNEL
from tests.doubles.mastodon import TOKEN, Instance


class MastodonRig:
    channel = CHANNEL

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.cursor: Mapping[str, Any] = {}
        self.seen: list[str] = []
        settings = {"instance": instance.base, "account_id": "1", "max_characters": 500, "link_characters": 23}
        self.account = AccountView(
            1, "mastodon", "@borough@social.example", "Example Borough", settings, {"access_token": TOKEN}
        )

    def resident_writes(self, text: str, *, private: bool = False, to: str | None = None) -> str:
        identity = self.instance.writes(text, visibility="direct" if private else "public", to=to)
        self.seen.append(identity)
        return identity

    def resident_edits(self, message_id: str, text: str) -> bool:
        self.instance.edits(message_id, text)
        return True

    def resident_withdraws(self, message_id: str) -> bool:
        self.instance.deletes(message_id)
        return True

    def take(self) -> list[Arrived]:
        found: list[Arrived] = []
        for batch in CHANNEL.receive(self.account, self.cursor):
            found += batch.arrived
            self.cursor = batch.cursor
        return [*found, *CHANNEL.follow(self.account, self.seen[-20:])]

    def sent(self) -> list[str]:
        return [status["source"] for status in self.instance.own()]

    def fault(
        self, kind: str, status: int, *, headers: Mapping[str, str] = {}, after: bool = False, times: int = 1
    ) -> None:
        self.instance.breaks(kind, status, after=after, times=times, headers=headers)

    def rate_limited(self, kind: str, seconds: int) -> None:
        over = datetime.now(UTC) + timedelta(seconds=seconds)
        self.instance.breaks(kind, 429, headers={"X-RateLimit-Reset": over.isoformat().replace("+00:00", "Z")})

    def revoke(self) -> None:
        self.instance.token = "another"  # of a double


@pytest.fixture
def instance() -> Iterator[Instance]:
    double = Instance()
    yield double
    double.stop()


@pytest.fixture
def rig(instance: Instance) -> MastodonRig:
    return MastodonRig(instance)
