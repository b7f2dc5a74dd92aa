"""Crowds that write at once: a burst water pipe among ordinary days, and other events, made up line by line.

``burst_pipe`` and ``busy_day`` are built differently on purpose, so that what gathers the one is not fitted to it.
Every line is invented. ``Line.event`` is what it is about (empty: nothing that others share), ``Line.plight`` whether
it asks for help for a person.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

_START = datetime(2026, 11, 30, 6, 40, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    id: str
    text: str
    event: str
    plight: bool = False
    private: bool = False
    minute: float = 0.0
    contact: str = ""

    def as_json(self) -> dict[str, Any]:
        at = (_START + timedelta(minutes=self.minute)).isoformat()
        who = {"contact": self.contact} if self.contact else {}
        return {"id": self.id, "text": self.text, "private": self.private, "received_at": at, **who}


_SAID: dict[str, Any] = yaml.safe_load((Path(__file__).parent.parent / "data" / "crowd.yaml").read_text("utf-8"))
_TIMES = ("6am", "5 this morning", "last night", "half 6", "yesterday")


# --- the burst pipe


def burst_pipe(
    burst: int = 10_000,
    others: int = 2_000,
    plights: int = 30,
    *,
    seed: int = 7,
    contacts: bool = True,
    timed: bool = True,
) -> list[Line]:
    """So many about one burst pipe in Mill Lane, among others; of the burst so many ask for help for a person."""
    chance = random.Random(seed)
    lines = [(_piped(chance), "pipe", False) for _ in range(burst - plights)]
    lines += [(_plight(chance, number), "pipe", True) for number in range(plights)]
    lines += [(_other(chance), "", False) for _ in range(others)]
    chance.shuffle(lines)
    made = []
    for number, (text, event, plight) in enumerate(lines):
        private = chance.random() < 0.06
        contact = f"@c{chance.randrange(len(lines))}" if contacts else ""
        minute = number * 60 / len(lines) if timed else 0.0
        made.append(Line(f"m{number}", text, event, plight, private, minute, contact))
    return made


def _piped(chance: random.Random) -> str:
    place = chance.choice(_SAID["streets"] if chance.random() < 0.75 else _SAID["area"])
    at = f"{chance.randrange(1, 120)} {place}"
    told = chance.choice(_SAID["told"])
    told = told.format(w=chance.choice(_SAID["water"]), p=place, at=at, t=chance.choice(_TIMES))
    return _voiced(chance, chance.choice(_SAID["open"]) + told + chance.choice(_SAID["close"]))


def _voiced(chance: random.Random, text: str) -> str:
    how = chance.random()
    if how < 0.1:
        return text.upper()
    if how < 0.3:
        return text.lower()
    return _slip(chance, text) if how < 0.5 else text


def _slip(chance: random.Random, text: str) -> str:
    """A letter dropped, doubled or swapped."""
    at = chance.randrange(1, max(2, len(text) - 2))
    how = chance.randrange(3)
    if how == 0:
        return text[:at] + text[at + 1 :]
    if how == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]


def _plight(chance: random.Random, number: int) -> str:
    text = _SAID["plights"][number % len(_SAID["plights"])]
    return text if chance.random() < 0.7 else text.lower()


def _other(chance: random.Random) -> str:
    place, number = chance.choice(_SAID["other_streets"]), chance.randrange(1, 200)
    text = chance.choice(_SAID["others"]).format(p=place, n=number)
    return _voiced(chance, chance.choice(_SAID["open"]) + text + chance.choice(_SAID["close"][:9]))


# --- a busy day: put together from parts, each writer with a manner of their own


def busy_day(size: int = 3_000, *, seed: int = 11, timed: bool = True) -> list[Line]:
    """Snow everywhere, power cuts in two towns an hour and a half apart, a rumour about a school, something nobody
    could have foreseen, and the day's other messages."""
    chance = random.Random(seed)
    events = (
        ("snow", "snow", ("",), 0.3, 0, 180),
        ("power Northgate", "power", ("Northgate", "northgate", "Northgate", "North gate"), 0.15, 20, 100),
        ("power Saltwick", "power", ("Saltwick", "saltwick", "Saltwick"), 0.12, 115, 180),
        ("school", "school", ("",), 0.12, 60, 150),
        ("giraffe", "giraffe", ("",), 0.06, 90, 180),
    )
    lines = []
    for event, kind, places, share, start, end in events:
        for _ in range(int(size * share)):
            lines.append((chance.uniform(start, end), _assembled(chance, kind, places), event))
    while len(lines) < size:
        lines.append((chance.uniform(0, 180), _other(chance), ""))
    made = []
    for number, (minute, text, event) in enumerate(sorted(lines)):
        private, contact = chance.random() < 0.1, f"@d{chance.randrange(size)}"
        made.append(Line(f"d{number}", text, event, False, private, minute if timed else 0.0, contact))
    return made


def _assembled(chance: random.Random, kind: str, places: Sequence[str]) -> str:
    said = " ".join(filter(None, (chance.choice(part) for part in _SAID[kind])))
    told = said.format(
        p=chance.choice(places),
        t=chance.choice(("7", "8 oclock", "tea time")),
        a=chance.choice(("Northgate", "Saltwick", "Upper Dean")),
        s=chance.choice((*_SAID["other_streets"], "Mill Lane", "Hill Rise")),
    )
    return _voiced(chance, told)
