"""Messages that an organisation has sorted before: read from JSON lines or old mail folders, and kept as lessons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.contract import Unreadable
from putthrough.channels.email.reading import read as read_mail
from putthrough.directory.models import Service
from putthrough.directory.queries import organisation
from putthrough.intake.history import mails
from putthrough.kit.time import now
from putthrough.routing import facts
from putthrough.routing.models import Lesson

_LONGEST = 20_000  # characters of a message that are kept
_SHOWN = 5


class SchoolError(ValueError):
    """Nothing was taken in; the text says what to mend."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """A message and the name or key of its service; None for what is nobody's."""

    text: str
    service: str | None


def read(path: Path) -> list[Sorted]:
    """The sorted messages of a JSON-lines file or of a folder. Raises SchoolError or HistoryError."""
    found = list(_folders(path) if path.is_dir() else _lines(path))
    tidy = [Sorted(one.text.replace("\0", "").strip()[:_LONGEST], one.service) for one in found]
    kept = [one for one in tidy if one.text]
    if not kept:
        raise SchoolError(f"There is no message in {path.name}.")
    return kept


def teach(messages: Sequence[Sorted], *, dry_run: bool = False) -> int:
    """Keep them as lessons; returns how many were not known. Raises SchoolError, and takes in nothing, when a name is
    no service's."""
    services = _services(messages)
    told = {(one.text, services[one.service].pk if one.service else None) for one in messages}
    fresh = told - set(Lesson.objects.filter(how=Lesson.How.TAUGHT).values_list("text", "service_id"))
    if dry_run or not fresh:
        return len(fresh)
    moment = now()
    rows = [
        Lesson(text=text, service_id=service, how=Lesson.How.TAUGHT, at=moment)
        for text, service in sorted(fresh, key=lambda one: (one[1] or 0, one[0]))
    ]
    with writing():
        Lesson.objects.bulk_create(rows, batch_size=500)
        record(facts.TAUGHT, thing(organisation()), n=len(rows))
    return len(rows)


def _services(messages: Sequence[Sorted]) -> dict[str, Service]:
    rows = list(Service.objects.filter(active=True))
    by_name: dict[str, list[Service]] = {}
    for row in rows:
        by_name.setdefault(row.name.casefold(), []).append(row)
    by_key = {row.key: row for row in rows}
    asked = sorted({one.service for one in messages if one.service})
    if twice := [name for name in asked if name not in by_key and len(by_name.get(name.casefold(), [])) > 1]:
        raise SchoolError(f"More than one service is called {_quoted(twice)}. Use the key instead.")
    if unknown := [name for name in asked if name not in by_key and name.casefold() not in by_name]:
        raise SchoolError(
            f"No service is called {_quoted(unknown)}. Name each by a service's name or key (Set-up, Services), or add "
            "the service. Nothing was taken in."
        )
    return {name: by_key.get(name) or by_name[name.casefold()][0] for name in asked}


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name[:60]}”" for name in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _lines(path: Path) -> Iterator[Sorted]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _line(line, f"{path.name}, line {number}")


def _line(line: str, where: str) -> Sorted:
    try:
        row = json.loads(line)
    except ValueError:
        raise SchoolError(
            f'{where}: this is not JSON. Write {{"text": "…", "service": "NAME"}} on each line.'
        ) from None
    text, service = (row.get("text"), row.get("service")) if isinstance(row, dict) else (None, None)
    if not isinstance(text, str) or not isinstance(service, str | None):
        raise SchoolError(f'{where}: "text" and "service" have to be words (null as service: it is nobody\'s).')
    return Sorted(text, service or None)


def _folders(path: Path) -> Iterator[Sorted]:
    places = sorted(place for place in path.iterdir() if not place.name.startswith("."))
    if not places:
        raise SchoolError(f"{path.name} is empty. Put an mbox file or a folder of .eml files there for each service.")
    for place in places:
        for raw in mails(place):
            try:
                mail = read_mail(raw, address="")
            except Unreadable:
                continue  # one that cannot be read teaches nothing
            yield Sorted(f"{mail.subject}\n{mail.text}" if mail.subject else mail.text, place.stem)
