"""Waiting until something is said at a stream: of server-sent events (WHATWG HTML, 9.2) or a WebSocket (RFC 6455)."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping

from putthrough.kit.http import CONNECT_SECONDS, NoAnswer, host_of

_QUIET = 70.0  # streams say at least a comment a minute
_LARGEST = 1024 * 1024  # of one thing said: what it is about is read elsewhere
_BROKE = "The stream of {host} broke off. It is listened to again."


class NoStream(Exception):
    """The server has no stream at this address; ``status`` is what it answered instead."""

    def __init__(self, status: int) -> None:
        super().__init__(f"No stream (status {status}).")
        self.status = status


def wait(url: str, headers: Mapping[str, str], seconds: float, *, wanted: Collection[str]) -> bool:
    """True as soon as one of the wanted events comes, False when the seconds are over. Raises NoStream and NoAnswer."""
    import httpx

    until = time.monotonic() + seconds
    timeout = httpx.Timeout(min(_QUIET, max(seconds, 1)), connect=CONNECT_SECONDS)
    asked = {**headers, "Accept": "text/event-stream"}
    try:
        with httpx.Client(timeout=timeout) as client, client.stream("GET", url, headers=asked) as answer:
            if answer.status_code != 200 or "text/event-stream" not in answer.headers.get("content-type", ""):
                raise NoStream(answer.status_code)
            for line in answer.iter_lines():
                if line.startswith("event:") and line.partition(":")[2].strip() in wanted:
                    return True
                if time.monotonic() > until:
                    return False
    except httpx.ReadTimeout:
        return False
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswer(_BROKE.format(host=host_of(url)), unsent=True) from error
    return False


def wait_at_socket(url: str, headers: Mapping[str, str], seconds: float, *, wanted: Collection[str]) -> bool:
    """The same at a WebSocket (``ws:`` or ``wss:``) whose messages are JSON objects with an ``event``."""
    from websockets.exceptions import InvalidMessage, InvalidStatus, WebSocketException
    from websockets.sync.client import connect

    until = time.monotonic() + seconds
    try:
        with connect(url, additional_headers=headers, open_timeout=CONNECT_SECONDS, max_size=_LARGEST) as socket:
            while (left := until - time.monotonic()) > 0:
                if _event(socket.recv(timeout=left)) in wanted:
                    return True
    except InvalidStatus as error:
        raise NoStream(error.response.status_code) from error
    except InvalidMessage as error:
        raise NoStream(0) from error
    except TimeoutError:
        return False
    except (OSError, WebSocketException) as error:
        raise NoAnswer(_BROKE.format(host=host_of(url)), unsent=True) from error
    return False


def _event(said: str | bytes) -> str:
    try:
        told = json.loads(said)
    except ValueError:
        return ""
    return str(told.get("event", "")) if isinstance(told, dict) else ""
