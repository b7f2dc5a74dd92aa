"""What points to a kind, as data: short patterns of words that people can read and change, one file a kind.

A line is a weight (0 to 1; below 0 it speaks against) and a pattern of elements:
``word``, ``one|or|another``, ``word*`` (begins so), ``two_words``, ``{class}`` (from classes.txt), ``#`` (a number),
``(element)`` (may be left out), ``..3`` (up to three words of any kind between), ``.`` ``?`` ``!`` (ends of sentences),
``%`` (an asterisk that its writer put there).
A weight with ``!`` behind it counts also behind a "not"; one with ``~`` also where an idiom stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from putthrough.routing.kinds.reading import plain

NUMBER = (
    r"\d\S*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|dozens|several|hundred|hundreds|twenty"
    r"|thirty|forty|fifty|fifteen|eighteen|un|dau|dwy|tri|tair|pedwar|pump|chwe"
)
_GAP = r"(?:[^ .?!]+ ){0,%d}"
_NO_WORDS = frozenset(".?!#")


@dataclass(frozen=True, slots=True)
class Cue:
    """``weight`` below 0 speaks against its kind. ``anchors`` are words of which one must be in the message, ``needs``
    further such sets: looking at words first spares most searches."""

    kind: str
    weight: float
    pattern: re.Pattern[str]
    anchors: frozenset[str]
    needs: Sequence[frozenset[str]]
    though_not: bool
    in_idioms: bool


@dataclass(frozen=True, slots=True)
class Cues:
    """``by_word`` has the cues under each of their anchor words, ``by_start`` under the first three letters of those
    that are only begun, ``always`` those without an anchor. ``words`` are all whole words of the patterns."""

    by_word: Mapping[str, Sequence[Cue]]
    by_start: Mapping[str, Sequence[Cue]]
    always: Sequence[Cue]
    idioms: Sequence[Cue]
    words: frozenset[str]
    ordinary: frozenset[str]


_KINDS = (
    "enquiry",
    "service_request",
    "complaint",
    "compliment",
    "foi_eir",
    "sar",
    "dp_complaint",
    "hazard",
    "safeguarding",
    "risk_to_life",
    "abuse",
    "spam",
    "chasing",
)


_SPELT_OUT = ("abuse", "spam")
"""Nobody is accused on the strength of a slip of the keys: their words count only as they are written."""


@cache
def cues() -> Cues:
    """All cues, read once. Raises ValueError for a line that cannot be read, with its file and number."""
    classes = _classes()
    words: set[str] = set()
    found = [cue for kind in _KINDS for cue in _read(kind, classes, words if kind not in _SPELT_OUT else set())]
    idioms = list(_read("idioms", classes, words))
    by_word: dict[str, list[Cue]] = {}
    by_start: dict[str, list[Cue]] = {}
    for cue in found:
        for anchor in cue.anchors:
            if anchor.endswith("*"):
                by_start.setdefault(anchor[:3], []).append(cue)
            else:
                by_word.setdefault(anchor, []).append(cue)
    ordinary = frozenset(" ".join(_lines("ordinary")).split())
    always = [cue for cue in found if not cue.anchors]
    return Cues(by_word, by_start, always, idioms, frozenset(words), ordinary)


def _lines(name: str) -> Iterator[str]:
    text = files("putthrough.routing.kinds").joinpath("cues", f"{name}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        yield "" if line.startswith("#") else line.strip()


def _classes() -> dict[str, str]:
    classes: dict[str, str] = {}
    for line in _lines("classes"):
        name, colon, members = line.partition(":")
        if colon:
            whole = " ".join(members.split())
            for other, those in classes.items():
                whole = whole.replace(f"{{{other}}}", those.replace("|", " "))
            classes[name.strip()] = "|".join(whole.split())
    return classes


def _read(name: str, classes: Mapping[str, str], words: set[str]) -> Iterator[Cue]:
    for number, line in enumerate(_lines(name), 1):
        if line:
            try:
                yield _cue(name, line, classes, words)
            except (ValueError, KeyError, re.error) as error:
                raise ValueError(f"{name}.txt:{number}: {line!r} cannot be read as a cue: {error}") from error


def _cue(kind: str, line: str, classes: Mapping[str, str], words: set[str]) -> Cue:
    weight, _, rest = line.partition(" ")
    value, marks = weight.rstrip("!~"), weight[len(weight.rstrip("!~")) :]
    expression, choices = "(?<= )", []
    for element in rest.split():
        part, members, needed = _element(element, classes)
        expression += part
        words.update(word for one in members for word in one.split() if _is_whole(word))
        if needed and members:
            choices.append(members)
    needs = [need for need in map(_first_words, choices) if not any(word.endswith("*") for word in need)]
    anchors = _anchors(choices)
    return Cue(kind, float(value), re.compile(expression), anchors, needs, "!" in marks, "~" in marks)


def _is_whole(word: str) -> bool:
    return word.isalpha() and word.isascii()


def _element(element: str, classes: Mapping[str, str]) -> tuple[str, list[str], bool]:
    """Its expression, the words that it may be, and whether one of them must be there."""
    if element.startswith(".."):
        return _GAP % int(element[2:]), [], False
    if element.startswith("(") and element.endswith(")"):
        inner, members, _ = _element(element[1:-1], classes)
        return f"(?:{inner})?", members, False
    for name, members in re.findall(r"(\{(\w+)\})", element):
        element = element.replace(name, classes[members])
    members = [plain(one.replace("_", " ")) if one not in _NO_WORDS else one for one in element.split("|")]
    return f"(?:{'|'.join(map(_expression, members))}) ", members, not any("#" in member for member in members)


def _expression(member: str) -> str:
    expression = re.escape(member).replace(r"\*", r"[^ ]*").replace(r"\ ", " ")
    return expression.replace(r"\#", f"(?:{NUMBER})").replace("%", r"\*")


def _anchors(choices: Sequence[Sequence[str]]) -> frozenset[str]:
    """The first words of the element that is likely to be the rarest: the one of the longest words."""
    if not choices:
        return frozenset()
    best = max(choices, key=lambda members: sum(map(len, members)) / len(members) - len(members) / 12)
    return _first_words(best)


def _first_words(members: Sequence[str]) -> frozenset[str]:
    return frozenset(_anchor(member.split()[0].replace("%", "*")) for member in members)


def _anchor(word: str) -> str:
    return word[:-1][:3] + "*" if word.endswith("*") else word
