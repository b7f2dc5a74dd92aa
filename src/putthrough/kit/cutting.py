"""A text cut into the numbered parts of a thread, each as long as a network takes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import regex

_SIGN = regex.compile(r"\X")
_PIECES = regex.compile(r"\S+|\s+")
_MOST_PARTS = 99


class CannotBeCut(ValueError):
    """Not even a single sign of it fits beside what every part carries."""


def cut(text: str, fits: Callable[[str], bool], *, before: str = "", after: str = "") -> list[str]:
    """The parts as they are sent, each accepted by ``fits``: ``before``, words, ``(2/3)``, ``after``.

    One part, without a number, where all of it fits. Words stay whole wherever one part can hold them. Raises
    CannotBeCut.
    """
    whole = f"{before}{text}{after}"
    if fits(whole):
        return [whole]
    for digits in (1, 2):
        most, room = 10**digits - 1, f" ({'0' * digits}/{'0' * digits}){after}"
        parts = list(_parts(text, partial(_fits_between, fits, before, room), most))
        if len(parts) <= most:
            number = len(parts)
            return [f"{before}{part} ({at}/{number}){after}" for at, part in enumerate(parts, start=1)]
    raise CannotBeCut(f"It would take more than {_MOST_PARTS} parts.")


def _fits_between(fits: Callable[[str], bool], before: str, after: str, part: str) -> bool:
    return fits(f"{before}{part}{after}")


def _parts(text: str, fits: Callable[[str], bool], most: int) -> Iterator[str]:
    part, given = "", 0
    for piece in _pieces(text, fits):
        if part and not fits((part + piece).rstrip()):
            yield part.rstrip()
            part, given = "", given + 1
            if given > most:
                return
        part = part + piece if part else piece.lstrip()
    if part.strip():
        yield part.rstrip()


def _pieces(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """Words and the spaces between them; a word that no part can hold, sign by sign."""
    for piece in _PIECES.findall(text):
        if piece.isspace() or fits(piece):
            yield piece
        else:
            yield from _signs(piece, fits)


def _signs(word: str, fits: Callable[[str], bool]) -> Iterator[str]:
    for sign in _SIGN.findall(word):
        if not fits(sign):
            raise CannotBeCut("One sign of it alone is longer than a part may be.")
        yield sign


def graphemes(text: str) -> int:
    """How many signs people see."""
    return len(_SIGN.findall(text))
