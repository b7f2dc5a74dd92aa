"""The fictional residents: their past week, what they write while the demo runs, and their post box."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from itertools import count, cycle
from pathlib import Path

import structlog
import yaml
from django.db import connections

from putthrough.channels.contract import Arrived
from putthrough.channels.email.identity import external_id
from putthrough.channels.queries import account_by_address
from putthrough.channels.rehearsal import network
from putthrough.demo import body, seed
from putthrough.demo.morning import morning
from putthrough.demo.postbox import PostBox
from putthrough.intake.actions import keep
from putthrough.intake.listening import nudge
from putthrough.kit.time import now

log = structlog.get_logger()

_BETWEEN = 40.0
_PAST = timedelta(days=9)
_KEPT_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Written:
    """One message of the week: ``via`` is email, hospital, public or direct."""

    via: str
    name: str
    sender: str
    text: str
    subject: str = ""

    @property
    def address(self) -> str:
        return body.HOSPITAL if self.via == "hospital" else body.ENQUIRIES


@cache
def week() -> tuple[Written, ...]:
    text = files("putthrough.demo").joinpath("week.yaml").read_text("utf-8")
    rows = yaml.safe_load(text)
    return tuple(Written(r["via"], r["name"], r["from"], r["text"], r.get("subject", "")) for r in rows)


def as_email(written: Written, at: datetime, number: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"{written.name} <{written.sender}>"
    mail["To"], mail["Subject"] = written.address, written.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<week-{number}-{at:%Y%m%d%H%M%S}@post.example>"
    mail.set_content(written.text)
    return mail.as_bytes()


class Residents:
    """Starts with the demo and stops with it. ``relay`` (HOST:PORT) takes the answers instead of the post box."""

    def __init__(self, folder: Path, *, relay: str, write_to: tuple[str, int], writing: bool, history: bool) -> None:
        self.folder, self.relay, self.write_to = folder, relay, write_to
        self.writing, self.history = writing, history
        self._stopping = threading.Event()
        self._numbers = count(1)
        self._post_box: PostBox | None = None

    def start(self) -> None:
        host, port = self._open_post_box()
        seed.send_through(host, port)
        if self.history:
            past_days()
            morning()
        if self.writing:
            threading.Thread(target=self._write, name="residents", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        if self._post_box is not None:
            self._post_box.stop()

    def _open_post_box(self) -> tuple[str, int]:
        if self.relay:
            host, _, port = self.relay.rpartition(":")
            return host, int(port)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._post_box = PostBox("127.0.0.1", 0, keep=self._receive)
        self._post_box.start()
        return "127.0.0.1", self._post_box.port

    def _receive(self, raw: bytes, mail_from: str, recipients: list[str]) -> None:
        name = f"{now():%Y%m%dT%H%M%S%f}-{next(self._numbers)}.eml"
        (self.folder / name).write_bytes(raw)
        for old in sorted(self.folder.glob("*.eml"))[:-_KEPT_LETTERS]:
            old.unlink(missing_ok=True)

    def _write(self) -> None:
        for number, written in enumerate(cycle(week())):
            if self._stopping.wait(_BETWEEN):
                break
            try:
                self._write_one(written, number)
            except OSError as error:
                log.warning("a demo resident could not write", kind=type(error).__name__)
        connections.close_all()

    def _write_one(self, written: Written, number: int) -> None:
        if written.via in ("public", "direct"):
            _post(written)
            return
        with smtplib.SMTP(*self.write_to, local_hostname="post.example", timeout=10) as server:
            server.sendmail(written.sender, [written.address], as_email(written, now(), number))


def _post(written: Written) -> None:
    to = body.REHEARSAL if written.via == "direct" else ""
    network.post(written.sender, written.text, name=written.name, to=to)
    row = account_by_address("rehearsal", body.REHEARSAL)
    if row is not None:
        nudge(row)


def past_days() -> None:
    """The days before the demo was opened, as if it had been running: kept as it would have arrived."""
    for number, (written, at) in enumerate(zip(week(), _moments(), strict=False)):
        if written.via in ("public", "direct"):
            _post(written)
            continue
        row = account_by_address("email", written.address)
        if row is not None:
            raw = as_email(written, at, number)
            keep([(row.pk, Arrived(external_id(raw), raw, at))])


def _moments() -> Iterator[datetime]:
    """Spread over the last days, the latest just now; the first few are overdue by now."""
    start, steps = now() - _PAST, len(week())
    for number in range(steps):
        yield start + _PAST * (number + 1) / steps
