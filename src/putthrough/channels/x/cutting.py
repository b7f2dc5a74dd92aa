"""A long answer in numbered posts: the preview shows what sending sends."""

from __future__ import annotations

from putthrough.channels.x.counting import LIMIT, weighted
from putthrough.kit.cutting import CannotBeCut, cut

_MOST = 25


def parts(text: str) -> list[str]:
    """The posts that a text makes: itself where it fits, else each with its number, ``(1/3)``, at its end.

    Raises CannotBeCut where there would be too many, or where one sign alone is too long.
    """
    made = cut(text.replace("\r\n", "\n").strip(), lambda part: weighted(part) <= LIMIT)
    if len(made) > _MOST:
        raise CannotBeCut(f"It would make {len(made)} posts. Shorten it to at most {_MOST}.")
    return made


def why_not(text: str) -> str:
    """Why a text cannot be cut, empty where it can."""
    try:
        parts(text)
    except CannotBeCut as error:
        return str(error)
    return ""
