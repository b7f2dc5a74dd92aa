"""Reading a mailbox by IMAP (RFC 3501), oldest first, leaving it as it is; waiting at it with IDLE (RFC 2177)."""

from __future__ import annotations

import imaplib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from putthrough.channels.contract import AccountView, Arrived, Batch, ChannelError
from putthrough.channels.email import instead, mailbox
from putthrough.channels.email.identity import external_id
from putthrough.channels.email.mailbox import Folder
from putthrough.channels.email.options import options

_MOST_MESSAGES = 50
_MOST_BYTES = 8 * 1024 * 1024
_WINDOW = 80_000  # UIDs asked for at once, so that the answer stays below imaplib's longest line
_LONGEST_IDLE = 28 * 60.0  # servers may hang up after 30 minutes (RFC 2177)

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_WHEN = re.compile(rb'\bINTERNALDATE "([^"]+)"')

# Up to where an account's mailbox was read in this process: tells `listen` what came in between. Only a hint.
_read_to: dict[int, tuple[str, int]] = {}


@dataclass(slots=True)
class _Cursor:
    """``late`` counts, for each UID that the server did not hand over, how often it was asked for."""

    folder: str
    validity: str
    uid: int = 0
    late: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Mapping[str, Any], folder: str, validity: str) -> _Cursor:
        """From the beginning when UIDs have another meaning now, or when it is another folder."""
        if str(stored.get("uidvalidity", "")) != validity or stored.get("folder", folder) != folder:
            return cls(folder, validity)
        return cls(folder, validity, int(stored.get("uid", 0)), dict(stored.get("late", {})))

    def values(self) -> dict[str, Any]:
        found = {"folder": self.folder, "uidvalidity": self.validity, "uid": self.uid}
        return {**found, "late": dict(self.late)} if self.late else found


@dataclass(frozen=True, slots=True)
class _Listed:
    uid: int
    size: int
    received_at: datetime | None


def receive(account: AccountView, stored: Mapping[str, Any]) -> Iterator[Batch]:
    """What came into the folder since the cursor. Raises ``ChannelError``."""
    wanted = options(account)
    with mailbox.opened(account, wanted) as folder:
        cursor = _Cursor.of(stored, wanted.folder, folder.validity)
        source = _Source(folder.client, cursor, account.address)
        if cursor.late:
            yield from source.batches([int(uid) for uid in cursor.late], most_withheld=_MOST_MESSAGES - 1)
        for uids in _new(folder, cursor.uid):
            yield from source.batches(uids)
        if folder.next_uid is not None:
            _read_to[account.id] = (folder.validity, folder.next_uid)


def _new(folder: Folder, after: int) -> Iterator[list[int]]:
    """UIDs above ``after``, in order, a window at a time."""
    if folder.next_uid is None:
        yield _search(folder.client, f"{after + 1}:*", after)
        return
    for start in range(after + 1, folder.next_uid, _WINDOW):
        yield _search(folder.client, f"{start}:{min(start + _WINDOW, folder.next_uid) - 1}", after)


def _search(client: imaplib.IMAP4, uids: str, after: int) -> list[int]:
    status, said = client.uid("SEARCH", f"UID {uids}")
    if status != "OK":
        raise ChannelError("The mailbox server would not say what is new. It is tried again.")
    words = [word for line in said if line for word in line.split()]
    # "7:*" names the last message also where its UID is below 7
    return sorted({uid for word in words if word.isdigit() and (uid := int(word)) > after})


class _Source:
    """Fetches messages of one open folder and moves its cursor on."""

    def __init__(self, client: imaplib.IMAP4, cursor: _Cursor, where: str) -> None:
        self._client = client
        self._cursor = cursor
        self._where = where
        self._visit = instead.Visit()

    def batches(self, uids: Sequence[int], *, most_withheld: int = 1) -> Iterator[Batch]:
        """Raises ``ChannelError`` after more than ``most_withheld`` in vain: few old ones do not keep new ones back."""
        for start in range(0, len(uids), _MOST_MESSAGES):
            asked = uids[start : start + _MOST_MESSAGES]
            listed = self._listed(asked)
            for group in _groups(listed):
                yield self._batch(group)
            self._pass_over(asked, listed)
            self._visit.check(most=most_withheld)

    def _pass_over(self, asked: Sequence[int], listed: Sequence[_Listed]) -> None:
        """What was deleted in the mailbox meanwhile needs no second look."""
        self._cursor.uid = max(self._cursor.uid, *asked)
        for uid in set(asked) - {one.uid for one in listed}:
            self._cursor.late.pop(str(uid), None)

    def _listed(self, uids: Sequence[int]) -> list[_Listed]:
        found: dict[int, _Listed] = {}
        for about, _ in self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)"):
            uid, size = _UID.search(about), _SIZE.search(about)
            if uid and size and int(uid[1]) in uids:
                found[int(uid[1])] = _Listed(int(uid[1]), int(size[1]), _moment(about))
        return [found[uid] for uid in uids if uid in found]

    def _batch(self, group: Sequence[_Listed]) -> Batch:
        raws = self._raws(group)
        arrived = []
        for one in group:
            raw = raws.get(one.uid)
            self._cursor.uid = max(self._cursor.uid, one.uid)
            if raw is None:
                raw = self._missing(one)
            if raw is not None:
                self._cursor.late.pop(str(one.uid), None)
                arrived.append(Arrived(external_id(raw), raw, one.received_at))
        return Batch(arrived, self._cursor.values(), more=True)

    def _raws(self, group: Sequence[_Listed]) -> dict[int, bytes]:
        if len(group) == 1 and group[0].size > instead.LARGEST:
            headers = self._bodies([group[0].uid], f"BODY.PEEK[HEADER]<0.{instead.MOST_HEADERS}>")
            return {
                uid: instead.too_large(block, size=group[0].size, where=self._where) for uid, block in headers.items()
            }
        raws = self._bodies([one.uid for one in group], "BODY.PEEK[]")
        for one in group:  # one that the server stumbles over must not take the others with it
            if one.uid not in raws and len(group) > 1:
                raws.update(self._bodies([one.uid], "BODY.PEEK[]"))
        return raws

    def _missing(self, one: _Listed) -> bytes | None:
        """None as long as it is asked for again; in the end a sentence in its place."""
        self._visit.withheld += 1
        tries = self._cursor.late.get(str(one.uid), 0) + 1
        self._cursor.late[str(one.uid)] = tries
        if tries < instead.TRIES:
            return None
        headers = self._bodies([one.uid], f"BODY.PEEK[HEADER]<0.{instead.MOST_HEADERS}>").get(one.uid, b"")
        if not self._visit.gives_up(tries):
            return None
        mark = f"number {one.uid} in {self._cursor.folder}"
        return instead.unfetchable(headers, where=self._where, mark=mark)

    def _bodies(self, uids: Sequence[int], what: str) -> dict[int, bytes]:
        found = {}
        for about, literal in self._fetch(uids, f"(UID {what})"):
            uid = _UID.search(about)
            if uid and literal is not None and int(uid[1]) in uids:
                found[int(uid[1])] = literal
                self._visit.handed_over += 1
        return found

    def _fetch(self, uids: Sequence[int], what: str) -> Iterator[tuple[bytes, bytes | None]]:
        """Each answer's words around its literal, and the literal. Nothing where the server says no."""
        try:
            status, said = self._client.uid("FETCH", ",".join(map(str, uids)), what)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            return
        if status == "OK":
            yield from _answers(said)


def _answers(said: Sequence[Any]) -> Iterator[tuple[bytes, bytes | None]]:
    about, literal = b"", None
    for piece in said:
        if isinstance(piece, tuple):
            about, literal = about + piece[0], piece[1]
        elif isinstance(piece, bytes):
            yield about + piece, literal
            about, literal = b"", None


def _groups(listed: Sequence[_Listed]) -> Iterator[list[_Listed]]:
    """Groups of at most so many bytes; what is larger than that stands alone."""
    group: list[_Listed] = []
    size = 0
    for one in listed:
        if group and size + one.size > _MOST_BYTES:
            yield group
            group, size = [], 0
        group.append(one)
        size += one.size
    if group:
        yield group


def _moment(about: bytes) -> datetime | None:
    found = _WHEN.search(about)
    if found is None:
        return None
    try:
        return parsedate_to_datetime(found[1].decode("ascii").strip().replace("-", " ", 2))
    except ValueError:
        return None


def listen(account: AccountView, seconds: float) -> bool:
    """True when something came since the last ``receive`` or comes while waiting. Raises ``ChannelError``."""
    wanted = options(account)
    with mailbox.opened(account, wanted) as folder:
        if _came_in_between(account, folder):
            return True
        if "IDLE" in folder.client.capabilities:
            return _idle(folder.client, min(seconds, _LONGEST_IDLE))
        return _look_now_and_then(folder.client, seconds, every=wanted.poll_seconds)


def _came_in_between(account: AccountView, folder: Folder) -> bool:
    known = _read_to.get(account.id)
    return known is not None and folder.next_uid is not None and known != (folder.validity, folder.next_uid)


def _idle(client: imaplib.IMAP4, seconds: float) -> bool:
    until = time.monotonic() + seconds
    client.send(b"P1 IDLE\r\n")
    try:
        while (left := until - time.monotonic()) > 0:
            client.socket().settimeout(left)
            line = client.readline()
            if not line or line.upper().startswith((b"* BYE", b"P1 ")):
                raise imaplib.IMAP4.abort("the server ended the waiting")
            if re.match(rb"\* \d+ EXISTS", line, re.IGNORECASE):
                return True
    except TimeoutError:
        return False
    finally:
        # After a time-out nothing can be read from the connection any more: its owner closes it.
        with suppress(OSError):
            client.socket().settimeout(5)
            client.send(b"DONE\r\n")
    return False


def _look_now_and_then(client: imaplib.IMAP4, seconds: float, *, every: float) -> bool:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, every))
        client.noop()
        if client.response("EXISTS")[1][-1] is not None:
            return True
    return False
