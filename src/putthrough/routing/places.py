"""Which places a message names, and in which areas they may lie. Pure, and fast: it is asked of every message.

A name counts only where it is plainly meant: Mill Lane also in small letters, for nothing else is called so; "School
Close", "Westgate" or "The Green" only where they are written as names. A place that is missed costs nothing, the
service's own team gets the message; one that is wrongly found sends it to the wrong team.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from putthrough.directory.placenames import PLAIN_TYPES, SPELT, TYPES, WORD, plain, words
from putthrough.routing.words import COMMON, LONGEST_TEXT, STOP

_MOST_FOUND = 8

_ORDINARY = (
    STOP
    | COMMON
    | TYPES
    | frozenset(
        """
        main high back side bus cycle bike cross slip ring link private access one country fast slow inside outside
        dead busy quiet narrow school farm car play bridge church station market lower upper south north east west
        """.split()  # noqa: SIM905 - a list of words is read more easily so
    )
)
_STREETS_OF_ALL = frozenset(("school", "farm", "bridge", "church", "station", "market"))
"""Ordinary words that with "Road" or "Street" behind them are hardly ever said but for a street."""
_SMALL = frozenset(("of", "the", "on", "in", "by", "and", "le", "la", "de", "upon", "under", "cum", "with"))
_BEFORE = frozenset(
    """
    on in at near off by of from along outside opposite behind beside to towards toward round around between through
    down up past into for across onto
    """.split()  # noqa: SIM905 - as above
)
_WARD = frozenset(("ward", "village", "estate", "area", "parish"))
_ANOTHER = frozenset(("old", "new", "upper", "lower", "great", "little", "north", "south", "east", "west"))
"""Old Mill Lane is not Mill Lane."""
_ABBREVIATED = frozenset(("st", "dr", "mt", "rd", "ave", "av"))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the organisation's list; ``ward`` may be empty."""

    name: str
    ward: str
    area: str


@dataclass(frozen=True, slots=True)
class Found:
    """A place that a message names: as the list has it, and the areas that it may lie in, one where that is plain."""

    name: str
    areas: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Text:
    """A message as words: as compared, as written, and what stands between two of them (before the first, first)."""

    compared: Sequence[str]
    written: Sequence[str]
    gaps: Sequence[str]
    capitals: bool

    @classmethod
    def of(cls, text: str) -> _Text:
        text = plain(text[:LONGEST_TEXT])
        pieces = _SPLIT.split(text)  # gap, word, gap, word, ..., gap
        written = pieces[1::2]
        small = map(str.casefold, written)
        return cls([SPELT.get(word, word) for word in small], written, pieces[::2], text != text.upper())

    def adjoin(self, at: int) -> bool:
        """Whether the word before ``at`` and the one there are neighbours: no full stop or comma between."""
        if at <= 0 or at >= len(self.written):
            return False
        gap = self.gaps[at]
        return _GAP.fullmatch(gap) is not None or (gap == ". " and self.written[at - 1].casefold() in _ABBREVIATED)

    def is_capital(self, at: int) -> bool:
        return self.capitals and not self.written[at][0].islower()


_SPLIT = re.compile(f"({WORD.pattern})")
_GAP = re.compile(r"[ \t]+|[ \t]*\n[ \t]*|[ \t]?-[ \t]?")

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """All places by name. ``lengths`` says how many words the names have that begin with a word, longest first."""

    names: Mapping[Name, Sequence[Spot]] = field(default_factory=dict)
    wards: frozenset[Name] = frozenset()
    lengths: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, spots: Iterable[Spot]) -> Places:
        names: dict[Name, list[Spot]] = defaultdict(list)
        wards: set[Name] = set()
        for spot in spots:
            names[words(spot.name)].append(spot)
            wards.add(words(spot.ward))
        names.pop((), None)
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in (*names, *filter(None, wards)):
            lengths[name[0]].add(len(name))
        sorted_lengths = {first: sorted(those, reverse=True) for first, those in lengths.items()}
        return cls(dict(names), frozenset(filter(None, wards)), sorted_lengths)

    def __len__(self) -> int:
        return sum(map(len, self.names.values()))

    def find(self, text: str) -> tuple[Found, ...]:
        """The places that a message names, in its order, each once, the longest name where several fit."""
        if not self.names:
            return ()
        said = list(dict.fromkeys(self._said(_Text.of(text))))
        wards = self.wards.intersection(said)
        return tuple(_found(self.names[name], wards) for name in said if name in self.names)[:_MOST_FOUND]

    def _said(self, text: _Text) -> Iterator[Name]:
        past, lengths = 0, self.lengths
        for at in [at for at, first in enumerate(text.compared) if first in lengths]:
            if at >= past:
                name = self._named(text, at)
                if name is not None:
                    yield name
                    past = at + len(name)

    def _named(self, text: _Text, at: int) -> Name | None:
        for length in self.lengths[text.compared[at]]:
            name = tuple(text.compared[at : at + length])
            if (name in self.names or name in self.wards) and _is_meant(name, text, at):
                return name
        return None


NOWHERE = Places()


def _found(spots: Sequence[Spot], wards: frozenset[Name]) -> Found:
    """Of several of one name, those in a ward that the message says."""
    near = [spot for spot in spots if words(spot.ward) in wards] or spots
    return Found(near[0].name, frozenset(spot.area for spot in near))


def _is_meant(name: Name, text: _Text, at: int) -> bool:
    """Whether these words, at ``at``, are the name of the place."""
    end = at + len(name)
    if not all(text.adjoin(one) for one in range(at + 1, end)):
        return False
    if len(name) == 1:
        return _is_capitalised(text, at, end) and _is_alone(text, at, end)
    if _is_part_of_another(text, at, end):
        return False
    if _is_ordinary(name):
        return _is_capitalised(text, at, end) and _is_located(text, at) and not _goes_on(name, text, end)
    return name[-1] in PLAIN_TYPES or _is_capitalised(text, at, end)


def _is_ordinary(name: Name) -> bool:
    """The Green, High Street, Long Meadow: words that are said of other things too."""
    if name[-1] in PLAIN_TYPES and not _STREETS_OF_ALL.isdisjoint(name):
        return False
    return all(word in _ORDINARY for word in name)


def _is_capitalised(text: _Text, at: int, end: int) -> bool:
    inner = (one for one in range(at, end) if one == at or text.compared[one] not in _SMALL)
    return all(text.is_capital(one) for one in inner)


def _is_located(text: _Text, at: int) -> bool:
    """In, near, off it, or a number in it."""
    before = text.written[at - 1].casefold() if text.adjoin(at) else ""
    return before in _BEFORE or before[:1].isdigit()


def _is_alone(text: _Text, at: int, end: int) -> bool:
    """A name of one word: it is said where ("in Westgate", "Mill Lane, Westgate"), and is no part of a longer name."""
    follows = text.compared[end] if text.adjoin(end) else ""
    if follows in _WARD:
        return True
    said_where = _is_located(text, at) or (at > 0 and ("," in text.gaps[at] or "\n" in text.gaps[at]))
    return said_where and not (follows and text.is_capital(end))


def _goes_on(name: Name, text: _Text, end: int) -> bool:
    """The Green Party, The Green bin: it is something else that is called so."""
    if name[-1] in PLAIN_TYPES or not text.adjoin(end):
        return False
    return text.is_capital(end) or text.written[end].casefold() not in STOP | _BEFORE


def _is_part_of_another(text: _Text, at: int, end: int) -> bool:
    """Old Mill Lane, Mill Lane Close: streets of their own, that are not in the list."""
    if text.adjoin(at) and text.compared[at - 1] in _ANOTHER:
        return True
    return text.adjoin(end) and text.compared[end] in TYPES and text.is_capital(end)
