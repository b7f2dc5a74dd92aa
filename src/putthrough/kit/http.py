"""HTTP out: one way to ask, with time-outs, a bounded answer, and errors that name a host and nothing secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from putthrough.kit.time import now

if TYPE_CHECKING:
    import httpx

logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write down whole web addresses
logging.getLogger("httpcore").setLevel(logging.WARNING)

SECONDS = 30.0  # between two signs of life of an answer
CONNECT_SECONDS = 10.0
_LARGEST = 64 * 1024 * 1024
_LONGEST_WAIT = 24 * 3600.0


class NoAnswer(Exception):
    """No whole answer came. ``str(error)`` says in plain words what to do and holds no address but the host's.

    ``unsent`` is true when the request surely did not reach anybody.
    """

    def __init__(self, words: str, *, unsent: bool) -> None:
        super().__init__(words)
        self.unsent = unsent


class TooLarge(NoAnswer):
    """The answer is larger than was asked for; it was not read to its end."""


class NotJson(ValueError):
    """The answer is not the JSON object that was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    host: str = ""

    @property
    def fine(self) -> bool:
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait (RFC 9110, 10.2.3: a number or a date), None where the server does not say."""
        value = self.headers.get("retry-after", "").strip()
        if not value:
            return None
        if value.isascii() and value.isdigit():
            return min(float(value[:9]), _LONGEST_WAIT)
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max(0.0, (moment - now()).total_seconds()), _LONGEST_WAIT)

    def json(self) -> dict[str, Any]:
        """The JSON object in it. Raises ``NotJson``."""
        try:
            found = json.loads(self.body)
        except ValueError as error:
            raise NotJson(f"{self.host} did not answer in JSON.") from error
        if not isinstance(found, dict):
            raise NotJson(f"{self.host} answered with JSON of another shape.")
        return found


class Web:
    """A client for a few requests in a row, used with ``with``. Redirects are not followed: tokens go nowhere else."""

    def __init__(self, *, headers: Mapping[str, str] | None = None) -> None:
        import httpx  # here, because most processes never ask anybody

        timeout = httpx.Timeout(SECONDS, connect=CONNECT_SECONDS)
        self._client = httpx.Client(timeout=timeout, headers=dict(headers or {}), follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        largest: int = _LARGEST,
    ) -> Answer:
        """Whatever the server answers, of at most ``largest`` bytes. Raises ``NoAnswer`` when none came.

        ``files`` (name, content, media type) go with the ``form`` as multipart/form-data.
        """
        import httpx

        host = host_of(url)
        if not host:
            raise _unusable("the server")
        try:
            request = self._client.build_request(
                method,
                url,
                headers=dict(headers or {}),
                data=dict(form) if form else None,
                content=content,
                files=dict(files) if files else None,
            )
            answer = self._client.send(request, stream=True)
            try:
                body = _bounded(answer, largest, host)
            finally:
                answer.close()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise _no_answer(error, host) from None  # its text could hold the address with what is secret in it
        return Answer(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, body, host)


def host_of(url: str) -> str:
    """The host in a web address, empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _bounded(answer: httpx.Response, largest: int, host: str) -> bytes:
    pieces: list[bytes] = []
    size = 0
    for piece in answer.iter_bytes():
        size += len(piece)
        if size > largest:
            raise TooLarge(f"{host} answered with more than {largest} bytes, which is not read.", unsent=False)
        pieces.append(piece)
    return b"".join(pieces)


def _no_answer(error: Exception, host: str) -> NoAnswer:
    import httpx

    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return NoAnswer(f"{host} cannot be reached: no connection in time. It is tried again.", unsent=True)
    if isinstance(error, httpx.TimeoutException):
        return NoAnswer(f"{host} did not answer in time. It is tried again.", unsent=False)
    if isinstance(error, httpx.ConnectError):
        words = f"{host} cannot be reached. Check its name and this machine's network; it is tried again."
        return NoAnswer(words, unsent=True)
    if isinstance(error, httpx.HTTPError) and not isinstance(error, httpx.UnsupportedProtocol):
        return NoAnswer(f"The connection to {host} broke. It is tried again.", unsent=False)
    return _unusable(host)


def _unusable(host: str) -> NoAnswer:
    return NoAnswer(f"The web address of {host} is not usable. Correct it in the settings.", unsent=True)
