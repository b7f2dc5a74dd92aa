from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from putthrough.channels.contract import AccountView, Arrived
from putthrough.channels.webhook import CHANNEL
from tests.doubles.hookbox import Fault, HookBox

SECRET = "anchor-lantern-otter-nine"


class WebhookRig:
    channel = CHANNEL

    def __init__(self, box: HookBox) -> None:
        self.box = box
        self.account = AccountView(
            1,
            "webhook",
            "@borough",
            "Example Borough",
            {"network": "Town forum", "url": box.url, "characters": "400", "posts": "yes"},
            {"secret": SECRET},
        )

    def resident_writes(self, text: str, *, private: bool = False, to: str | None = None) -> str:
        more = {"in_reply_to": to} if to else {}
        return self.box.writes(contact="Pat.Lark", name="Pat", text=text, private=private, **more)

    def resident_edits(self, message_id: str, text: str) -> bool:
        return bool(self.box.writes(type="edited", id=message_id, text=text))

    def resident_withdraws(self, message_id: str) -> bool:
        return bool(self.box.writes(type="withdrawn", id=message_id))

    def take(self) -> list[Arrived]:
        return [one for head, body in self.box.requests() for one in CHANNEL.accept(self.account, head, body)]

    def sent(self) -> list[str]:
        return [message["text"] for message in self.box.taken.values()]

    def fault(
        self, kind: str, status: int, *, headers: Mapping[str, str] = {}, after: bool = False, times: int = 1
    ) -> None:
        assert kind == "send", "Nothing is read by asking."
        self.box.faults.extend([Fault(status, headers, after)] * times)

    def rate_limited(self, kind: str, seconds: int) -> None:
        self.fault(kind, 429, headers={"Retry-After": str(seconds)})

    def revoke(self) -> None:
        self.box.secret = "another secret altogether"  # of a double


@pytest.fixture
def box() -> Iterator[HookBox]:
    double = HookBox(SECRET)
    yield double
    double.stop()


@pytest.fixture
def rig(box: HookBox) -> WebhookRig:
    return WebhookRig(box)
