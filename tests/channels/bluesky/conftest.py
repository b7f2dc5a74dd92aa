from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from putthrough.channels.bluesky import CHANNEL
from putthrough.channels.contract import AccountView, Arrived
from tests.doubles.bluesky import CHAT, PASSWORD, US, Server


class BlueskyRig:
    channel = CHANNEL

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cursor: Mapping[str, Any] = {}
        self.seen: list[str] = []
        settings = {"service": server.base, "chat": CHAT, "directory": server.base}
        first = AccountView(1, "bluesky", f"@{US['handle']}", "Example Borough", settings, {"app_password": PASSWORD})
        secrets = {**first.credentials, **CHANNEL.refresh(first)}
        self.account = AccountView(1, first.channel, first.address, first.name, settings, secrets)

    def resident_writes(self, text: str, *, private: bool = False, to: str | None = None) -> str:
        identity = self.server.says(text) if private else self.server.writes(text, to=to)
        self.seen.append(identity)
        return identity

    def resident_edits(self, message_id: str, text: str) -> bool:
        return False

    def resident_withdraws(self, message_id: str) -> bool:
        self.server.deletes(message_id)
        return True

    def take(self) -> list[Arrived]:
        found: list[Arrived] = []
        for batch in CHANNEL.receive(self.account, self.cursor):
            found += batch.arrived
            self.cursor = batch.cursor
        return [*found, *CHANNEL.follow(self.account, self.seen)]

    def sent(self) -> list[str]:
        public = [post["record"]["text"] for post in self.server.posts.values() if post["author"] == US]
        private = [one.get("text", "") for one in self.server.chat if one["sender"]["did"] == US["did"]]
        return [*private, *public]

    def fault(
        self, kind: str, status: int, *, headers: Mapping[str, str] = {}, after: bool = False, times: int = 1
    ) -> None:
        body = {"error": "InvalidRequest", "message": "Something about this is not right"}
        self.server.breaks(kind, status, after=after, times=times, headers=headers, body=body)

    def rate_limited(self, kind: str, seconds: int) -> None:
        body = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
        self.server.breaks(kind, 429, headers={"RateLimit-Reset": str(int(time.time()) + seconds)}, body=body)

    def revoke(self) -> None:
        self.server.revoked = True


@pytest.fixture
def server() -> Iterator[Server]:
    double = Server()
    yield double
    double.stop()


@pytest.fixture
def rig(server: Server) -> BlueskyRig:
    return BlueskyRig(server)
