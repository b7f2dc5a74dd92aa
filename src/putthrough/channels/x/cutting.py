"""A long answer in numbered posts, cut between words: the preview shows what sending sends."""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from putthrough.channels.x.counting import LIMIT, weighted

MOST = 25
_WORD = re.compile(r"\s*\S+")
_SIGN = regex.compile(r"\X")


def parts(text: str) -> list[str]:
    """The posts that a text makes: itself where it fits, else each with its number, ``(1/3)``, at its end."""
    text = text.replace("\r\n", "\n").strip()
    if weighted(text) <= LIMIT:
        return [text]
    digits = 1
    while True:
        pieces = list(_pieces(text, LIMIT - len(f" ({'9' * digits}/{'9' * digits})")))
        if len(str(len(pieces))) <= digits:
            return [f"{piece} ({at}/{len(pieces)})" for at, piece in enumerate(pieces, 1)]
        digits += 1


def _pieces(text: str, room: int) -> Iterator[str]:
    """Words stand apart for X too, so that the weights of words add up."""
    piece, used = "", 0
    for word in _words(text, room):
        weight = weighted(word)
        if piece and used + weight > room:
            yield piece
            piece, used = "", 0
        if not piece:
            word = word.lstrip()
            weight = weighted(word)
        piece, used = piece + word, used + weight
    if piece:
        yield piece


def _words(text: str, room: int) -> Iterator[str]:
    """Each word with the white space before it; one that no post can hold comes in pieces."""
    for word in _WORD.findall(text):
        if weighted(word.strip()) <= room:
            space = word[: len(word) - len(word.lstrip())]
            yield word if weighted(space) < room else f" {word.strip()}"
        else:
            yield from _broken(word.strip(), room)


def _broken(word: str, room: int) -> Iterator[str]:
    """Cut between signs as people see them, but through a sign that alone is too long."""
    signs = _SIGN.findall(word)
    while signs:
        end = next((end for end in range(min(len(signs), room), 0, -1) if weighted("".join(signs[:end])) <= room), 0)
        if end == 0:
            signs[:1] = list(signs[0])
            continue
        yield "".join(signs[:end])
        del signs[:end]
