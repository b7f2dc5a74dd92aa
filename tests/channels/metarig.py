"""Facebook and Instagram on one side, Pat on the other; what arrives comes by webhook."""

from __future__ import annotations

import json
from collections.abc import Mapping

from putthrough.channels.contract import AccountView, Arrived
from putthrough.channels.meta.channel import MetaChannel
from tests.doubles.meta import PAGE, SECRET, TOKEN, VERIFY, Meta


class MetaRig:
    def __init__(self, channel: MetaChannel, meta: Meta) -> None:
        self.channel, self.meta = channel, meta
        settings = {"graph": meta.base, "dialog": meta.base, "app_id": "12345678", "page_id": PAGE}
        secrets = {"app_secret": SECRET, "verify_token": VERIFY, "page_token": TOKEN}
        self.account = AccountView(1, channel.key, meta.us, "Example Borough", settings, secrets)

    def resident_writes(self, text: str, *, private: bool = False, to: str | None = None) -> str:
        return self.meta.says(text) if private else self.meta.comments_on(text, to=to or "")

    def resident_edits(self, message_id: str, text: str) -> bool:
        self.meta.comments_on(text, verb="edited", identity=message_id)
        return True

    def resident_withdraws(self, message_id: str) -> bool:
        self.meta.removes(message_id)
        return True

    def take(self) -> list[Arrived]:
        return [one for head, body in self.meta.requests() for one in self.channel.accept(self.account, head, body)]

    def sent(self) -> list[str]:
        ours = (self.meta.us, PAGE)
        private = [str(one["message"]) for one in self.meta.messages if one["from"]["id"] in ours]
        public = [str(one["message"]) for one in self.meta.comments.values() if one["from"]["id"] in ours]
        return [*private, *public]

    def fault(
        self, kind: str, status: int, *, headers: Mapping[str, str] = {}, after: bool = False, times: int = 1
    ) -> None:
        body = {"error": {"message": "Something about this is not right", "code": 100}}
        self.meta.breaks(kind, status, after=after, times=times, headers=headers, body=body)

    def rate_limited(self, kind: str, seconds: int) -> None:
        usage = {"100": [{"type": "pages", "estimated_time_to_regain_access": seconds / 60}]}
        body = {"error": {"message": "Page request limit reached", "code": 32}}
        self.meta.breaks(kind, 400, headers={"X-Business-Use-Case-Usage": json.dumps(usage)}, body=body)

    def revoke(self) -> None:
        self.meta.revoked = True
