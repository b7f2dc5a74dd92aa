"""Whose turn it is to be told. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Times(StrEnum):
    ALWAYS = "always"
    HOURS = "hours"
    OUTSIDE = "outside"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [
            (cls.ALWAYS, "At any time"),
            (cls.HOURS, "In office hours"),
            (cls.OUTSIDE, "Outside of office hours"),
        ]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on call: ``first`` are the days (both included) on which they come before the others."""

    user: int
    position: int
    times: str
    first: tuple[date, date] | None = None


def in_order(people: Sequence[Person], *, day: date, in_hours: bool) -> list[int]:
    """The ids of those who are on call at a moment, the first to be told first. Where nobody is at that time, everybody
    is: better somebody out of turn than nobody."""
    wanted = Times.HOURS if in_hours else Times.OUTSIDE
    there = [one for one in people if one.times in (Times.ALWAYS, wanted) or _is_first(one, day)]
    return [one.user for one in sorted(there or people, key=lambda one: (not _is_first(one, day), one.position))]


def _is_first(one: Person, day: date) -> bool:
    return one.first is not None and one.first[0] <= day <= one.first[1]


def following(order: Sequence[int], told: Collection[int]) -> int | None:
    """Who comes next; None when all were told."""
    return next((user for user in order if user not in told), None)
