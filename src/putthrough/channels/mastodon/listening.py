"""Waiting at an instance until it has something for us. After Mastodon's documentation, "streaming" API methods.

Mastodon streams server-sent events and WebSocket, GoToSocial WebSocket alone, small servers nothing. What a stream
says is only a nudge: it is then asked for by polling, which leaves no gap.
"""

from __future__ import annotations

import time

from putthrough.channels.contract import AccountView, ChannelError
from putthrough.channels.mastodon.api import instance
from putthrough.kit.http import NoAnswer
from putthrough.kit.stream import NoStream, wait, wait_at_socket

_POLL = 60.0
_EVENTS = ("notification", "status.update", "delete")


def listen(account: AccountView, seconds: float) -> bool:
    """True when something came, or where there is no stream when it is time to ask again. Raises ChannelError."""
    seconds = min(seconds, _POLL)
    try:
        return _at_stream(account, seconds)
    except NoStream:
        time.sleep(seconds)
        return True
    except NoAnswer as error:
        raise ChannelError(str(error)) from error


def _at_stream(account: AccountView, seconds: float) -> bool:
    """Raises NoStream where the instance has neither kind."""
    headers = {"Authorization": f"Bearer {account.credentials.get('access_token', '')}"}
    base = _base(account)
    try:
        return wait(f"{base}/api/v1/streaming/user", headers, seconds, wanted=_EVENTS)
    except NoStream:
        socket = "ws" + base.removeprefix("http")
        return wait_at_socket(f"{socket}/api/v1/streaming?stream=user", headers, seconds, wanted=_EVENTS)


def _base(account: AccountView) -> str:
    """Where it streams: large instances have a host of its own for that, told to us when somebody signed in."""
    told = str(account.settings.get("streaming") or "").rstrip("/")
    return f"https{told.removeprefix('wss')}" if told.startswith("wss://") else instance(account)
