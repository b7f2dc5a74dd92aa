"""The built-in SMTP receiver: an email is answered "250" only after it is kept.

Whatever waits while one keeping is under way is kept together in the next one, so that a burst costs few
transactions. When keeping fails, or the program ends before it answered, the sender's server sends it again.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import structlog

from putthrough.channels.contract import ChannelError
from putthrough.channels.email import trace
from putthrough.channels.email.smtp_server import MAX_BYTES, Addressed, Handler, SmtpServer
from putthrough.kit.text import one_line

log = structlog.get_logger()

_MOST_RECIPIENTS = 100
_LONGEST_ADDRESS = 254
_UNKNOWN = "550 5.1.1 Nobody here has the address {}. Check how it is written."
_LOOK_UP_LATER = "451 4.3.0 Addresses cannot be looked up here at this moment. Send it again later."
_LATER = "This email cannot be kept at this moment. Send it again later."


@dataclass(frozen=True, slots=True)
class Received:
    """One email for accounts of ours (by id), with the trace headers of its delivery in front of it.

    ``peer`` is the IP address it came from; ``mail_from`` is empty for a bounce; ``rcpt_tos`` are only
    those addresses that are these accounts.
    """

    account_ids: tuple[int, ...]
    raw: bytes
    peer: str
    mail_from: str
    rcpt_tos: tuple[str, ...]


class Outcome(IntEnum):
    """Ordered by how much it says about an email that is for several accounts: the greatest counts."""

    KEPT = 0
    NEVER = 1
    LATER = 2


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one email. ``words`` are what its sender is told where it was not kept."""

    outcome: Outcome = Outcome.KEPT
    words: str = ""


Recognise = Callable[[str], int | None]
Keep = Callable[[Sequence[Received]], Sequence[Kept]]


class Receiver:
    """Takes email for the accounts that ``recognise`` knows and hands it to ``keep``.

    ``recognise(address)`` gives an account's id, or None; it runs in one thread of its own. ``keep(mails)`` runs in
    one other thread and is given all that wait at that moment; it returns one ``Kept`` for each, in order. When
    either raises, the sender is asked to come again. ``at_end`` runs in each of the two threads as it ends, to close
    what they hold. ``port`` is the real one after ``start``.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 2525,
        *,
        recognise: Recognise,
        keep: Keep,
        at_end: Callable[[], None] = lambda: None,
        max_bytes: int = MAX_BYTES,
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> None:
        self._at_end = at_end
        self._keeper = _Keeper(keep, at_end)
        self._lookups = ThreadPoolExecutor(1, "smtp-recognise")
        handler = _Handler(recognise, self._keeper, self._lookups)
        tls = _tls(certificate, key) if certificate else None
        self._server = SmtpServer(host, port, handler=handler, max_bytes=max_bytes, tls=tls)

    @property
    def port(self) -> int:
        return self._server.port

    def start(self) -> None:
        """Raises ``ChannelError`` in plain words when the port cannot be had."""
        self._server.start()
        self._keeper.start()

    def stop(self) -> None:
        """Takes no more; what was handed to ``keep`` is finished first."""
        self._server.stop()
        self._keeper.stop()
        self._lookups.submit(self._at_end)
        self._lookups.shutdown()


class _Handler(Handler):
    def __init__(self, recognise: Recognise, keeper: _Keeper, lookups: ThreadPoolExecutor) -> None:
        self._recognise = recognise
        self._keeper = keeper
        self._lookups = lookups

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Addressed, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients at once. Send the rest in another email."
        try:
            account = await self._account(address)
        except Exception as error:  # whatever the look-up meets, the sender comes again
            log.error("an address could not be looked up", kind=type(error).__name__)
            return _LOOK_UP_LATER
        if account is None:
            return _UNKNOWN.format(one_line(trace.ascii_only(address), 300))
        envelope.rcpt_tos.append(address)
        envelope.accounts[address] = account
        return "250 2.1.5 OK"

    async def _account(self, address: str) -> int | None:
        if len(address) > _LONGEST_ADDRESS or not _is_text(address):
            return None
        return await asyncio.get_running_loop().run_in_executor(self._lookups, self._recognise, address)

    async def handle_DATA(self, server: Any, session: Any, envelope: Addressed) -> str:  # noqa: N802  # aiosmtpd's name
        mails = _mails(session, envelope)
        outcome = max(await self._keeper.keep(mails), key=lambda kept: kept.outcome)
        if outcome.outcome is Outcome.KEPT:
            return "250 2.0.0 OK, kept"
        words = one_line(trace.ascii_only(outcome.words or _LATER), 400)
        return f"451 4.3.0 {words}" if outcome.outcome is Outcome.LATER else f"554 5.7.0 {words}"


class _Keeper:
    """The one thread that keeps, and the queue in front of it."""

    def __init__(self, keep: Keep, at_end: Callable[[], None]) -> None:
        self._keep = keep
        self._at_end = at_end
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="smtp-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join()

    async def keep(self, mails: Sequence[Received]) -> Sequence[Kept]:
        job = _Job(mails, asyncio.get_running_loop())
        self._waiting.put(job)
        return await job.done

    def _run(self) -> None:
        ending = False
        while not ending:
            waiting = [self._waiting.get()]
            with suppress(Empty):
                while True:
                    waiting.append(self._waiting.get_nowait())
            ending = None in waiting
            if jobs := [job for job in waiting if job is not None]:
                self._keep_together(jobs)
        self._at_end()

    def _keep_together(self, jobs: Sequence[_Job]) -> None:
        mails = [mail for job in jobs for mail in job.mails]
        try:
            outcomes = list(self._keep(mails))
        except Exception as error:  # a full disk, a locked database, a fault of ours: the sender still has it
            log.error("mail could not be kept", kind=type(error).__name__, mails=len(mails))
            outcomes = []
        if len(outcomes) != len(mails):
            outcomes = [Kept(Outcome.LATER)] * len(mails)
        for job in jobs:
            job.finish(outcomes[: len(job.mails)])
            del outcomes[: len(job.mails)]


class _Job:
    """What one connection waits for."""

    def __init__(self, mails: Sequence[Received], loop: asyncio.AbstractEventLoop) -> None:
        self.mails = mails
        self.done: asyncio.Future[Sequence[Kept]] = loop.create_future()
        self._loop = loop

    def finish(self, outcomes: Sequence[Kept]) -> None:
        with suppress(RuntimeError):  # the server has ended; the sender was not answered and comes again
            self._loop.call_soon_threadsafe(self._set, outcomes)

    def _set(self, outcomes: Sequence[Kept]) -> None:
        if not self.done.done():
            self.done.set_result(outcomes)


def _mails(session: Any, envelope: Addressed) -> list[Received]:
    """One mail for all accounts that may share its headers; a plus-address of one is not told to another."""
    recipients: dict[int, list[str]] = {}
    for address in envelope.rcpt_tos:
        recipients.setdefault(envelope.accounts[address], []).append(address)
    sharing: dict[bytes, list[int]] = {}
    for account, addresses in recipients.items():
        sharing.setdefault(trace.delivered_to(addresses), []).append(account)
    peer = str(session.peer[0]) if session.peer else ""
    sender = "" if envelope.mail_from == "<>" else envelope.mail_from or ""
    head = trace.headers(sender, helo=session.host_name or "", peer=peer, secure=session.ssl is not None)
    return [
        Received(
            account_ids=tuple(accounts),
            raw=b"".join((head, delivered, envelope.original_content or b"")),
            peer=peer,
            mail_from=sender,
            rcpt_tos=tuple(address for account in accounts for address in recipients[account]),
        )
        for delivered, accounts in sharing.items()
    ]


def _is_text(address: str) -> bool:
    """False for bytes that are no UTF-8, which no database takes."""
    try:
        address.encode()
    except UnicodeEncodeError:
        return False
    return True


def _tls(certificate: Path, key: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:
        words = f"The certificate {certificate} cannot be used ({error}). Give a PEM certificate and its key."
        raise ChannelError(words, permanent=True) from error
    return context
