"""Deadlines as a calendar file (iCalendar, RFC 5545). Pure.

Nothing that a resident wrote stands in it: a calendar is synchronised to telephones and shown on shared screens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LONGEST = 75  # octets a line, RFC 5545 section 3.1


@dataclass(frozen=True, slots=True)
class Event:
    """``when`` is a day, or an instant; ``uid`` stays the same as long as it is the same deadline."""

    uid: str
    when: date | datetime
    summary: str
    description: str
    url: str


def calendar_file(name: str, events: Iterable[Event], *, made_at: datetime) -> str:
    """The whole file, with CRLF line ends."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Putthrough//Deadlines//EN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{_escaped(name)}", f"NAME:{_escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"]
    for event in events:
        lines += _event(event, made_at)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(event: Event, made_at: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_instant(made_at)}",
        *_when(event.when),
        f"SUMMARY:{_escaped(event.summary)}",
        f"DESCRIPTION:{_escaped(event.description)}",
        f"URL:{event.url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _when(when: date | datetime) -> list[str]:
    """A whole day ends with the next; an instant stands alone."""
    if isinstance(when, datetime):
        return [f"DTSTART:{_instant(when)}"]
    return [f"DTSTART;VALUE=DATE:{when:%Y%m%d}", f"DTEND;VALUE=DATE:{when + timedelta(days=1):%Y%m%d}"]


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, the later ones begun with a space; no character is cut in two."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _LONGEST:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + octets
    yield part
