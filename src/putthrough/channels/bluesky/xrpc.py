"""Calling methods of the AT Protocol (specification "HTTP API (XRPC)") as one account."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from putthrough.channels.asking import said, told
from putthrough.channels.bluesky.session import BLUESKY, is_expired, is_unknown, renewed
from putthrough.channels.contract import AccountView, ChannelError
from putthrough.kit.http import Answer, NoAnswer, Web

CHAT = "did:web:api.bsky.chat"
_UPLOAD = "com.atproto.repo.uploadBlob"
_SIGN_IN = "Bluesky does not know our sign-in any more. Put a new app password into Set-up, Accounts."
_PERHAPS = "Bluesky did not say whether it took this ({why}). Look there before it is sent again."

Query = Mapping[str, str | int | Sequence[str]]


class Calls:
    """One account's calls, used with ``with``. Each raises ChannelError."""

    def __init__(self, account: AccountView) -> None:
        self.account = account
        self.did = account.credentials.get("did", "")
        self._base = account.credentials.get("pds", "")
        self._token = account.credentials.get("access_jwt", "")
        if not (self.did and self._base and self._token):
            self._take(renewed(account))
        self._web = Web()

    def _take(self, fresh: Mapping[str, str]) -> None:
        self.did, self._base, self._token = fresh["did"], fresh["pds"], fresh["access_jwt"]

    def __enter__(self) -> Calls:
        self._web.__enter__()
        return self

    def __exit__(self, *how: Any) -> None:
        self._web.__exit__(*how)

    def get(self, method: str, query: Query | None = None, *, chat: bool = False) -> dict[str, Any]:
        return told(BLUESKY, self._good(self._call("GET", _asked(method, query), chat=chat)))

    def found(self, method: str, query: Query, *, missing: Collection[str]) -> dict[str, Any] | None:
        """The same, None where it answers with one of the errors ``missing``."""
        answer = self._call("GET", _asked(method, query))
        if not answer.fine and said(answer).get("error") in missing:
            return None
        return told(BLUESKY, self._good(answer))

    def post(self, method: str, body: Mapping[str, Any], *, chat: bool = False, risky: bool = False) -> dict[str, Any]:
        """``risky``: to ask twice would do it twice."""
        answer = self._call("POST", method, body=json.dumps(body).encode(), chat=chat, risky=risky)
        return told(BLUESKY, self._good(answer, risky=risky))

    def upload(self, content: bytes, media_type: str) -> dict[str, Any]:
        """A file put into our own store; what nothing refers to soon is thrown away there."""
        return told(BLUESKY, self._good(self._call("POST", _UPLOAD, body=content, media_type=media_type)))

    def _call(self, verb: str, method: str, *, risky: bool = False, **more: Any) -> Answer:
        answer = self._once(verb, method, risky=risky, **more)
        if is_expired(answer):
            self._take(renewed(self.account))
            answer = self._once(verb, method, risky=risky, **more)
        return answer

    def _once(
        self,
        verb: str,
        method: str,
        *,
        body: bytes | None = None,
        media_type: str = "application/json",
        chat: bool = False,
        risky: bool,
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self._token}"}
        if chat:
            headers["atproto-proxy"] = f"{self.account.settings.get('chat') or CHAT}#bsky_chat"
        if body is not None:
            headers["Content-Type"] = media_type
        try:
            return self._web.ask(verb, f"{self._base}/xrpc/{method}", headers=headers, content=body)
        except NoAnswer as error:
            if risky and not error.unsent:
                raise ChannelError(_PERHAPS.format(why="no answer"), uncertain=True) from error
            raise ChannelError(str(error)) from error

    def _good(self, answer: Answer, *, risky: bool = False) -> Answer:
        if answer.fine:
            return answer
        if is_unknown(answer):
            raise ChannelError(_SIGN_IN, permanent=True)
        raise BLUESKY.refusal(answer, risky=risky)


def _asked(method: str, query: Query | None) -> str:
    return f"{method}?{urlencode(query, doseq=True)}" if query else method
