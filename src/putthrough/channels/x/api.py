"""Asking X's interface (API v2) with the account's token. Built to its OpenAPI document 2.167 (22 August 2026)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from putthrough.channels.contract import AccountView, ChannelError
from putthrough.channels.x import trouble
from putthrough.channels.x.options import options
from putthrough.channels.x.tokens import is_over
from putthrough.kit.http import Answer, NoAnswer, NotJson, Web

LARGEST = 16 * 1024 * 1024
RENEWED_SOON = "X's token ran out. It is renewed and tried again."


class Api:
    """X as one account sees it, used with ``with``. Nothing here renews the token: who stores it does."""

    def __init__(self, account: AccountView) -> None:
        self._account = account
        self._base = options(account).api
        self._token = account.credentials.get("access_token", "")
        if not self._token:
            raise ChannelError(trouble.SIGN_IN_AGAIN, permanent=True)
        self._web = Web()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._web.__exit__(kind, error, trace)

    def ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Answer:
        """Raises ``NoAnswer``; ``ChannelError`` where the token is known to have run out."""
        where = f"{self._base}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        content = None
        if body is not None:
            content, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        answer = self._web.ask(method, where, headers=headers, content=content, largest=LARGEST)
        if answer.status == 401 and is_over(self._account):
            raise ChannelError(RENEWED_SOON, retry_after=1.0)
        return answer

    def get(self, path: str, query: Mapping[str, str], doing: str) -> dict[str, Any]:
        """The JSON at a path. Raises ``ChannelError``; ``doing`` ends "X did not let us ..."."""
        try:
            answer = self.ask("GET", path, query)
            if not answer.fine:
                raise trouble.refusal(answer, doing)
            return answer.json()
        except NoAnswer as error:
            raise ChannelError(str(error)) from error
        except NotJson as error:
            raise ChannelError(f"{error} It is tried again.") from error
