"""Bringing in an organisation's own old messages from mbox, .eml files or JSON lines.

Doing it again, or going on after it was broken off, adds only what is not there yet: what was kept before is known by
the same (account, external id) as everything that arrives.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from putthrough.channels.actions import account_for_history
from putthrough.channels.contract import Arrived, Unreadable
from putthrough.channels.email.headers import sent_at
from putthrough.channels.email.identity import external_id
from putthrough.channels.email.mime import split
from putthrough.channels.queries import account_by_address
from putthrough.directory.queries import organisation
from putthrough.intake import envelope
from putthrough.intake.actions import keep
from putthrough.intake.queries import kept_already
from putthrough.kit.time import now

_BATCH = 200


class HistoryError(Exception):
    """Nothing (more) was brought in; ``str(error)`` says why and what to do."""


@dataclass(slots=True)
class Brought:
    """How many were ``new``, ``known`` from before, and refused with a reason each (``problems``, the first twenty)."""

    dry_run: bool
    new: int = 0
    known: int = 0
    refused: int = 0
    problems: list[str] = field(default_factory=list)

    def refuse(self, words: str) -> None:
        self.refused += 1
        if len(self.problems) < 20:
            self.problems.append(words)

    @property
    def words(self) -> str:
        verb = "Would bring in" if self.dry_run else "Brought in"
        lines = [f"{verb} {self.new} messages; {self.known} were here before; {self.refused} could not be read."]
        return "\n".join([*lines, *self.problems])


Item = tuple[int, int, Arrived]
"""Bytes read so far, the account's id, and the message."""


def bring_in(kind: str, path: Path, *, account: str = "", dry_run: bool = False) -> Brought:
    """Keep the messages of ``path`` (``kind``: mbox, eml or jsonl). Raises HistoryError before anything is kept.

    What is older than the organisation's quiet time becomes history: filed and searchable, but closed and without
    a clock. What is younger arrives as if it had just come.
    """
    done = Brought(dry_run)
    items = _READERS[kind](path, account, done)
    with tqdm(total=_size(path), unit="B", unit_scale=True, desc=f"Reading {path.name}", leave=False) as bar:
        while batch := list(islice(items, _BATCH)):
            bar.update(batch[-1][0] - bar.n)
            _keep(batch, done)
    return done


def _keep(batch: list[Item], done: Brought) -> None:
    known = kept_already((pk, one.external_id) for _, pk, one in batch)
    fresh = {(pk, one.external_id): one for _, pk, one in batch if (pk, one.external_id) not in known}
    done.new, done.known = done.new + len(fresh), done.known + len(batch) - len(fresh)
    if done.dry_run:
        return
    border = now() - timedelta(days=organisation().quiet_days)
    for history in (True, False):
        chosen = [(pk, one) for (pk, _), one in fresh.items() if _is_old(one, border) is history]
        if chosen:
            keep(chosen, history=history)


def _is_old(one: Arrived, border: datetime) -> bool:
    return one.received_at is not None and one.received_at < border


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else sum(f.stat().st_size for f in path.rglob("*.eml"))


def _emails(mails: Iterable[tuple[int, str, bytes]], address: str, done: Brought) -> Iterator[Item]:
    row = account_by_address("email", address) if address else None
    if row is None:
        raise HistoryError("Say with --account which email address of yours these were sent to; it has to exist.")
    for position, where, raw in mails:
        if raw.strip():
            yield position, row.pk, Arrived(external_id(raw), raw, _date(raw))
        else:
            done.refuse(f"{where}: it is empty.")


def _date(raw: bytes) -> datetime:
    return sent_at(split(raw)[1])


def mails(path: Path) -> Iterator[bytes]:
    """The raw mails of an mbox file, an .eml file or a folder of them. Raises HistoryError for anything else."""
    found = _split(path) if path.is_file() and path.suffix != ".eml" else _eml_files(path)
    return (raw for _, _, raw in found if raw.strip())


def _mbox(path: Path, account: str, done: Brought) -> Iterator[Item]:
    return _emails(_split(path), account, done)


def _split(path: Path) -> Iterator[tuple[int, str, bytes]]:
    """The mails of an mbox file (RFC 4155), one at a time: each begins with a line ``From `` after an empty one."""
    lines: list[bytes] = []
    position, number, blank = 0, 0, True
    with path.open("rb") as file:
        for line in file:
            if blank and line.startswith(b"From "):
                if lines:
                    yield position, f"message {number}", b"".join(lines)
                lines, number = [], number + 1
            else:
                lines.append(line[1:] if line.lstrip(b">").startswith(b"From ") and line.startswith(b">") else line)
            blank = not line.strip()
            position += len(line)
    if number == 0:
        raise HistoryError(f"{path.name} is not an mbox file: it holds no line that begins with “From ”.")
    yield position, f"message {number}", b"".join(lines)


def _eml(path: Path, account: str, done: Brought) -> Iterator[Item]:
    return _emails(_eml_files(path), account, done)


def _eml_files(path: Path) -> Iterator[tuple[int, str, bytes]]:
    files = sorted(path.rglob("*.eml")) if path.is_dir() else [path]
    if not files:
        raise HistoryError(f"There is no .eml file in {path.name}.")
    position = 0
    for file in files:
        raw = file.read_bytes()
        position += len(raw)
        yield position, file.name, raw


def _jsonl(path: Path, account: str, done: Brought) -> Iterator[Item]:
    accounts: dict[tuple[str, str], int] = {}
    position = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            position += len(line)
            if not line.strip():
                continue
            try:
                message = _object(line)
                one = envelope.seal(message)
            except Unreadable as error:
                done.refuse(f"Line {number}: {error}")
                continue
            where = (str(message.get("channel", "email")), str(message.get("account") or account).lower())
            if where not in accounts:
                accounts[where] = account_for_history(*where).pk
            yield position, accounts[where], one


def _object(line: bytes) -> dict[str, object]:
    try:
        message = json.loads(line)
    except ValueError as error:
        raise Unreadable(f"this is not JSON ({error}).") from None
    if not isinstance(message, dict):
        raise Unreadable("write one object a line.")
    return message


_READERS: dict[str, Callable[[Path, str, Brought], Iterator[Item]]] = {"mbox": _mbox, "eml": _eml, "jsonl": _jsonl}
