"""Which places a message names, also where no list of places is at hand. Pure.

What is learnt from writers who name a place plainly ("in Mill Lane") tells it in the words of those who do not
("mill lane nothing again", "MIL LANE"). Landmarks ("by the chip shop") are no places: many events have the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from putthrough.directory.placenames import PLAIN_TYPES, SPELT, TYPES, WORD
from putthrough.kit.text import word_set
from putthrough.routing.spelling import slips
from putthrough.routing.words import COMMON, STOP

_READ = 1200
_KNOWN_FROM = 3  # writers who name it plainly, until it is also told without a capital
_MOST_KNOWN = 3000
_LOCATES = word_set("in at around across throughout yn over")
_ON = word_set("on in at off along down up of from for around across near by round over to outside opposite yn ar")
_NO_NAME = (
    STOP
    | COMMON
    | word_set(
        """
    flooded bus cycle main side back busy every another local wet icy dry car one two three ring slip cross trunk
    country dirt access service new whole entire private public residential snowy gritted closed open blocked
    """
    )
)
_NOT_NAMED = word_set("whole entire every other another ffs hey oi excuse reporting avoid closed")
_NO_AREA = word_set(
    """
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday mon tue tues wed weds thu thur thurs fri sat sun christmas easter xmas facebook
    twitter instagram x youtube google bbc sky tesco asda aldi lidl sainsburys morrisons waitrose coop spar greggs
    mcdonalds school church station hospital library police council water electric gas welsh english wales england
    scotland britain uk gb flat number no year room ward floor house block house i im ive ok lol wtf omg god hell
    thames severn western northern southern united anglian south north east west
    """
)
_CODE = re.compile(r"\b([A-Z]{2}\d{1,2}|[ABM]\d{2,4})(?: ?\d[A-Z]{2})?\b")
"""A postcode's first half, or a road's number."""
_TAG = re.compile(r"#(\w+)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
_GAP = re.compile(r"[ \t]+|[ \t]?-[ \t]?")
_HANDLE = re.compile(r"@\w+|https?://\S+")


_Word = tuple[str, int, int]
"""As it is written, and from where to where it stands."""
_SPELLINGS: dict[str, list[str]] = {}
for _spelt, _kind in SPELT.items():
    _SPELLINGS.setdefault(_kind, []).append(_spelt)


def in_full(name: str) -> str:
    """Mill Lane, for ``mill ln``."""
    head, _, kind = name.rpartition(" ")
    spelt = max(_SPELLINGS.get(kind, [kind]), key=len) if head else kind
    return f"{head} {spelt}".strip().title()


class Whereabouts:
    """What has been learnt of places so far. ``of`` names those of a text, ``learn`` counts a message's."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        """``names`` are places of the organisation's own list."""
        self._seen: Counter[str] = Counter(dict.fromkeys(map(_key, names), _KNOWN_FROM))
        self._starts: dict[str, set[str]] = {}
        self._meant: dict[str, str] = {}
        self._slipped: dict[str, str] = {}
        self._joined: dict[str, str] = {}
        for name in list(self._seen):
            self._remember(name)

    def same_as(self) -> dict[str, str]:
        """The names that turned out to be slips of one that is written more often. They mean that from now on."""
        often = [name for name, count in self._seen.items() if count >= _KNOWN_FROM]
        nearest = {name: self._nearest(name, 2 * self._seen[name]) for name in often}
        self._slipped = {name: plain for name, plain in nearest.items() if plain != name}
        self._meant.clear()
        return self._slipped

    def of(self, text: str, *, learn: bool = False) -> tuple[tuple[str, ...], str]:
        """The places that it names, and the text without them. ``learn`` counts them."""
        text = _HANDLE.sub(" ", _TAG.sub(lambda tag: " " + _HUMP.sub(" ", tag[1]), text[:_READ]))
        words = [(found[0], found.start(), found.end()) for found in WORD.finditer(text.replace("’", "'"))]
        spans = list(self._spans(text, words))
        if learn:
            for name in {name for name, _, _ in spans}:
                self._learn(name)
        names = dict.fromkeys(self._as_known(name) for name, _, _ in spans)
        for _, start, end in sorted(spans, key=lambda span: -span[1]):
            text = f"{text[:start]} . {text[end:]}"
        codes = [found[1] for found in _CODE.finditer(text)]
        return (*names, *codes), text

    def _learn(self, name: str) -> None:
        self._seen[name] += 1
        if self._seen[name] == _KNOWN_FROM:
            self._remember(name)
            self._meant.clear()
        if len(self._seen) > _MOST_KNOWN:
            self._seen = Counter(dict(self._seen.most_common(_MOST_KNOWN // 2)))

    def _spans(self, text: str, words: Sequence[_Word]) -> Iterator[tuple[str, int, int]]:
        shouted = text.upper() == text
        small = [SPELT.get(word.casefold(), word.casefold()) for word, *_ in words]
        joined = [False, *(bool(_GAP.fullmatch(text[a[2] : b[1]])) for a, b in pairwise(words))]
        past = 0
        for at in range(len(words)):
            first, last = self._span(words, small, joined, at, shouted=shouted)
            if first >= past and last > first:
                past = last
                name = " ".join(small[first:last])
                yield self._joined.get(name, name), words[first][1], words[last - 1][2]

    def _span(
        self, words: Sequence[_Word], small: Sequence[str], joined: Sequence[bool], at: int, *, shouted: bool
    ) -> tuple[int, int]:
        """From which word to before which the place goes that begins at ``at`` or is of the type that stands there."""
        for name in self._starts.get(small[at], ()):
            parts = name.split()
            if list(small[at : at + len(parts)]) == parts:
                return at, at + len(parts)
        if small[at] in self._joined:
            return at, at + 1
        if small[at] in TYPES and at and joined[at]:
            return _street(words, small, joined, at, shouted=shouted)
        if not shouted and at and joined[at] and small[at - 1] in _LOCATES:
            return _area(words, small, joined, at)
        return 0, 0

    def _remember(self, name: str) -> None:
        first = name.partition(" ")[0]
        if " " in name or (len(name) > 4 and name not in STOP | COMMON):
            self._starts.setdefault(first, set()).add(name)
        head, _, kind = name.rpartition(" ")
        if head:
            self._joined |= {head.replace(" ", "") + spelt: name for spelt in (kind, *_SPELLINGS.get(kind, ()))}

    def _as_known(self, name: str) -> str:
        """A misspelt place is the known one that it is nearest to."""
        if name in self._slipped:
            return self._slipped[name]
        if self._seen[name] >= _KNOWN_FROM:
            return name
        if name not in self._meant:
            self._meant[name] = self._nearest(name, 3 * self._seen[name] + 5)
        return self._meant[name]

    def _nearest(self, name: str, often: int) -> str:
        far = 1 if len(name) < 12 else 2
        if len(name) < 6:
            return name
        alike = (one for one, count in self._seen.items() if count >= often and one[0] == name[0] and one != name)
        near = [(slips(name, one), one) for one in alike if abs(len(one) - len(name)) <= far]
        best = min(near, default=(far + 1, name))
        return best[1] if best[0] <= far else name


def _street(
    words: Sequence[_Word], small: Sequence[str], joined: Sequence[bool], at: int, *, shouted: bool
) -> tuple[int, int]:
    """Mill Lane, Old Mill Lane, mill lane: a name before a word like Lane."""
    first = at
    while first and at - first < 3 and joined[first] and _is_name(words[first - 1][0], small[first - 1]):
        if shouted and at - first == 1:
            break
        first -= 1
    if first < at:
        return first, at + 1
    before = small[at - 1]
    if (
        small[at] in PLAIN_TYPES
        and small[at] != "st"
        and len(before) > 2
        and before.isalpha()
        and before not in _NO_NAME
    ):
        return at - 1, at + 1
    located = at > 1 and small[at - 2] in _ON
    return (at - 1, at + 1) if small[at] == "st" and located and before not in _NO_NAME else (0, 0)


def _is_name(word: str, small: str) -> bool:
    return word[0].isupper() and small not in STOP and small not in _ON and small not in _NOT_NAMED


def _area(words: Sequence[_Word], small: Sequence[str], joined: Sequence[bool], at: int) -> tuple[int, int]:
    """In Thornbury, across Upper Westgate."""
    last = at
    while (
        last < len(words) and last - at < 3 and (last == at or joined[last]) and _is_name(words[last][0], small[last])
    ):
        last += 1
    if last == at or small[at] in _NO_AREA or small[last - 1] in _NO_AREA or len(small[at]) < 3:
        return 0, 0
    return at, last


def _key(name: str) -> str:
    return " ".join(SPELT.get(word.casefold(), word.casefold()) for word in WORD.findall(name))
