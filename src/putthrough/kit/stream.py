"""Waiting at a stream of server-sent events (WHATWG HTML, 9.2) until something is said there."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping

from putthrough.kit.http import CONNECT_SECONDS, NoAnswer, host_of

_QUIET = 70.0  # streams say at least a comment a minute


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
        words = f"The stream of {host_of(url)} broke off. It is listened to again."
        raise NoAnswer(words, unsent=True) from error
    return False
