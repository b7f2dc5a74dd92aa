from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from putthrough.channels.contract import AccountView, Arrived
from putthrough.channels.sms import CHANNEL
from tests.doubles.notify import TEMPLATE, Fault, Notify

TOKEN = "otter-lantern-anchor-nine"  # of a double


class SmsRig:
    channel = CHANNEL

    def __init__(self, notify: Notify) -> None:
        self.notify = notify
        self.cursor: Mapping[str, Any] = {}
        settings = {"template": TEMPLATE, "base": notify.base, "pence": "2.5"}
        secrets = {"api_key": notify.api_key, "callback_token": TOKEN}
        self.account = AccountView(1, "sms", "07766 000000", "Example Borough", settings, secrets)

    def resident_writes(self, text: str, *, private: bool = True, to: str | None = None) -> str:
        return self.notify.arrives(text)["id"]

    def resident_edits(self, message_id: str, text: str) -> bool:
        return False

    def resident_withdraws(self, message_id: str) -> bool:
        return False

    def take(self) -> list[Arrived]:
        found: list[Arrived] = []
        for batch in CHANNEL.receive(self.account, self.cursor):
            found += batch.arrived
            self.cursor = batch.cursor
        return found

    def sent(self) -> list[str]:
        return [one["personalisation"]["message"] for one in self.notify.sent]

    def fault(
        self, kind: str, status: int, *, headers: Mapping[str, str] = {}, after: bool = False, times: int = 1
    ) -> None:
        self.notify.faults[kind].extend([Fault(status, headers, after)] * times)

    def rate_limited(self, kind: str, seconds: int) -> None:
        error = ("RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds")
        self.notify.faults[kind].append(Fault(429, error=error))

    def revoke(self) -> None:
        self.notify.revoked = True


@pytest.fixture
def notify() -> Iterator[Notify]:
    double = Notify()
    yield double
    double.stop()


@pytest.fixture
def rig(notify: Notify) -> SmsRig:
    return SmsRig(notify)
