"""Stub until the reader lands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignpostEntry:
    page: str = ""
    phone: str = ""
    hours: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    key: str
    name: str
    lgsl: int | None
    team: str
    description: str
    synonyms: tuple[str, ...]
    whose: str
    signpost: SignpostEntry | None


def starter() -> tuple[ServiceEntry, ...]:
    return ()
