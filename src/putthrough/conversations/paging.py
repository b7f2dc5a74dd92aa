"""Places in a list that is read by deadline, so that the next page begins where the last one ended. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FARTHEST = datetime.max.replace(tzinfo=UTC)
_MOST_DIGITS = 17


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation stands: by deadline, those without one last, then by id."""

    due_at: datetime | None
    id: int

    @property
    def order(self) -> tuple[bool, datetime, int]:
        return (self.due_at is None, self.due_at or _EPOCH, self.id)

    @property
    def cursor(self) -> str:
        """The place in an address: ``MICROSECONDS.ID``, or ``none.ID`` without a deadline."""
        due = "none" if self.due_at is None else str((self.due_at - _EPOCH) // _MICROSECOND)
        return f"{due}.{self.id}"


def place(cursor: str) -> Place | None:
    """The place that a cursor names; None, which is the beginning, for anything else that stands in an address."""
    due, _, number = cursor.partition(".")
    if not _is_number(number):
        return None
    if due == "none":
        return Place(None, int(number))
    if not _is_number(due):
        return None
    microseconds = int(due) * _MICROSECOND
    return Place(_EPOCH + microseconds, int(number)) if microseconds <= _FARTHEST - _EPOCH else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def earliest(places: Sequence[Place], most: int) -> list[Place]:
    """The first ``most`` of places that were found team by team."""
    return sorted(places, key=lambda one: one.order)[:most]
