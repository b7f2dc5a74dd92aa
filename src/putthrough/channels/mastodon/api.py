"""Asking an instance. After Mastodon's documentation, "API" and "Rate limits", read November 2026."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from putthrough.channels.asking import Network, told
from putthrough.channels.contract import AccountView, ChannelError
from putthrough.kit.http import Answer, NoAnswer, Web, host_of
from putthrough.kit.time import now

_NOT_CONNECTED = "This account is not connected yet. Press “Sign in at the network” in Set-up, Accounts."


def _wait(answer: Answer) -> float | None:
    """``X-RateLimit-Reset`` is a moment (ISO 8601), and there is no other sign."""
    try:
        return max(1.0, (datetime.fromisoformat(answer.headers["x-ratelimit-reset"]) - now()).total_seconds())
    except (KeyError, ValueError, TypeError):
        return answer.retry_after


def network(account: AccountView) -> Network:
    return Network(host_of(instance(account)) or "Mastodon", _wait)


def instance(account: AccountView) -> str:
    """``https://social.example``, as typed or as the account's own name says."""
    typed = str(account.settings.get("instance") or "").strip().rstrip("/")
    if typed:
        return typed if "://" in typed else f"https://{typed}"
    return f"https://{domain(account)}"


def domain(account: AccountView) -> str:
    """What stands behind the last ``@`` of our name: the part of a name that people there leave out."""
    return account.address.rpartition("@")[2]


class Instance:
    """An instance as one account may ask it, with ``with``."""

    def __init__(self, account: AccountView) -> None:
        token = account.credentials.get("access_token", "")
        if not token:
            raise ChannelError(_NOT_CONNECTED, permanent=True)
        self._base, self._network = instance(account), network(account)
        # Small servers hang up after an answer without saying so: a connection that is used again would break.
        self._web = Web(headers={"Authorization": f"Bearer {token}", "Connection": "close"})

    def __enter__(self) -> Instance:
        self._web.__enter__()
        return self

    def __exit__(self, *how: Any) -> None:
        self._web.__exit__(*how)

    def get(self, path: str) -> Any:
        """The JSON there, an object or a list. Raises ChannelError."""
        return _json(self._network, self._network.ask(self._web, "GET", f"{self._base}{path}"))

    def found(self, path: str) -> Any | None:
        """The same, None where there is nothing (any more)."""
        answer = self._web_answer(path)
        return None if answer.status in (404, 410) else _json(self._network, self._good(answer))

    def post(self, path: str, body: Mapping[str, Any], *, key: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        content = json.dumps(body).encode()
        return told(
            self._network,
            self._network.ask(self._web, "POST", f"{self._base}{path}", headers=headers, content=content),
        )

    def upload(self, path: str, form: Mapping[str, str], file: tuple[str, bytes, str]) -> dict[str, Any]:
        """What the instance says of a file (name, content, media type)."""
        answer = self._network.ask(self._web, "POST", f"{self._base}{path}", form=form, files={"file": file})
        return told(self._network, answer)

    def _web_answer(self, path: str) -> Answer:
        try:
            return self._web.ask("GET", f"{self._base}{path}")
        except NoAnswer as error:
            raise ChannelError(str(error)) from error

    def _good(self, answer: Answer) -> Answer:
        if not answer.fine:
            raise self._network.refusal(answer)
        return answer


def _json(network: Network, answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise ChannelError(f"{network.name} answered with something that is no JSON. It is tried again.") from error
