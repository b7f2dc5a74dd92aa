"""Which service a message is about, from words alone: names, descriptions and residents' own phrases.

The index is inverted: a message touches only the services that share a word with it. Words count, and so do
pairs: two words of one phrase that stand near each other in the message, in order or swapped. So "bin was not
emptied" meets the phrase "bin not emptied", whatever stands between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise

from putthrough.routing.lexicon import STOP_TERMS, Entry, Lexicon, Weights, weigh
from putthrough.routing.spelling import Spelling
from putthrough.routing.sureness import CONFIDENT, Told, confidences
from putthrough.routing.words import LONGEST_WORD, stem, tokens

_REACH = 5  # how many meaningful words two words of a pair may be apart in a message
_MOST_TERMS = 160  # meaningful words of one message that are looked at
_MOST_REMEMBERED = 50_000  # words whose reading is remembered between messages
_MISSPELT = 0.8  # what a corrected word is worth beside one spelt as known
_SWAPPED = 0.6  # what a pair in the wrong order is worth
_COMPOUND = 7  # letters from which a known word may be met written apart
_SHOWN = 4  # words and phrases given as the reason
_TELLING = 0.25  # a reason worth less than this beside the best one is left unsaid

_UNKNOWN = -1
_UNKNOWN_MASS = 2.5  # what a word that no service uses adds to what a message says


@dataclass(frozen=True, slots=True)
class Candidate:
    """One service that the message may be about.

    ``confidence`` (0 to 1) is how likely it is the right one; ``words`` are the words and phrases of the
    message that counted most, as the resident wrote them (casefolded), the weightiest first, at most four. ``alike``
    is a phrase of the service's own that means much the same, where meaning was looked at.
    """

    key: str
    confidence: float
    words: tuple[str, ...]
    alike: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The services that a message may be about, the likeliest first; empty when no word is known."""

    candidates: tuple[Candidate, ...]

    @property
    def confident(self) -> bool:
        """Whether the first candidate is sure enough to route without a person."""
        return bool(self.candidates) and self.candidates[0].confidence >= CONFIDENT


_Read = tuple[int, float, int]  # a meaningful word: its term, what it is worth, where it stands in the message
_Evidence = tuple[float, Weights, int, int]  # what it is worth, to whom, and the first and last word of it


class Index:
    """The words of a directory, ready to be matched; safe to share between threads."""

    __slots__ = (
        "_compounds",
        "_keys",
        "_pairs",
        "_rarity",
        "_remembered",
        "_spelling",
        "_step",
        "_terms",
        "_wholes",
        "_words",
    )

    def __init__(self, lexicon: Lexicon) -> None:
        self._keys = lexicon.keys
        self._terms = lexicon.terms
        self._words = lexicon.words
        self._pairs = lexicon.pairs
        self._wholes = lexicon.wholes
        self._rarity = lexicon.rarity
        self._step = len(lexicon.terms)
        self._spelling = Spelling(lexicon.spellings)
        self._compounds = {word: lexicon.terms[stem(word)] for word in lexicon.spellings if len(word) >= _COMPOUND}
        self._remembered: dict[str, tuple[int, float]] = {}

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> Index:
        """An index of ``entries``, the same in any order. Raises ``ValueError`` if two share a key."""
        return cls(weigh(entries))

    def match(self, text: str, *, limit: int = 5) -> Match:
        """The at most ``limit`` services that ``text`` is likeliest to be about; it never raises."""
        raw = tokens(text)
        read = self._read(raw)
        evidence = [*self._single(read), *self._joined(raw), *self._paired(read)]
        scores = _add_up(evidence)
        best = nlargest(limit, ((score, -at) for at, score in scores.items()))
        if not best or limit < 1:
            return Match(())
        sure = confidences([score for score, _ in best], self._told(read, evidence, -best[0][1]))
        return Match(
            tuple(
                Candidate(self._keys[-at], confidence, _reasons(raw, evidence, -at))
                for (_, at), confidence in zip(best, sure, strict=True)
            )
        )

    def _read(self, raw: Sequence[str]) -> list[_Read]:
        read: list[_Read] = []
        remembered = self._remembered
        for at, word in enumerate(raw):
            known = remembered.get(word) or self._recall(word)
            if known[1]:
                read.append((*known, at))
        return read[:_MOST_TERMS]

    def _recall(self, word: str) -> tuple[int, float]:
        """The term that ``word`` counts as and what it is worth (0: a stop word), remembered."""
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[word] = found = self._look_up(word)
        return found

    def _look_up(self, word: str) -> tuple[int, float]:
        if not 1 < len(word) <= LONGEST_WORD or word in STOP_TERMS:
            return _UNKNOWN, 0.0
        term = stem(word)
        if term in STOP_TERMS:
            return _UNKNOWN, 0.0
        if term in self._terms:
            return self._terms[term], 1.0
        near = self._spelling.nearest(word)
        return (self._terms[stem(near)], _MISSPELT) if near else (_UNKNOWN, 1.0)

    def _single(self, read: Sequence[_Read]) -> list[_Evidence]:
        seen: dict[int, _Evidence] = {}
        for term, worth, at in read:
            if term >= 0 and term not in seen:
                seen[term] = (worth, self._words[term], at, at)
        return list(seen.values())

    def _told(self, read: Sequence[_Read], evidence: Sequence[_Evidence], first: int) -> Told:
        counted = [worth * found[first] for worth, found, _, _ in evidence if first in found]
        met = {at for _, found, start, end in evidence if first in found for at in (start, end)}
        mass = sum(self._mass(term) for term, _, _ in read)
        return Told(
            strongest=max(counted),
            kinds=len(met),
            covered=sum(self._mass(term) for term, _, at in read if at in met) / mass if mass else 0.0,
            words=len(read),
            **self._phrases(read, first),
        )

    def _phrases(self, read: Sequence[_Read], first: int) -> dict[str, int]:
        """How many whole phrases of the first service the message holds, and of how many others it holds any."""
        found: dict[int, int] = {}
        for code in self._codes(read):
            for at in self._wholes.get(code, ()):
                found[at] = found.get(at, 0) + 1
        return {"phrases": found.get(first, 0), "rivals": len(found) - (first in found)}

    def _codes(self, read: Sequence[_Read]) -> set[int]:
        codes = {-1 - term for term, _, _ in read if term >= 0}
        for (one, _, start), (other, _, end) in pairwise(read):
            if one >= 0 and other >= 0 and end - start <= _REACH:
                codes.add(one * self._step + other)
        return codes

    def _mass(self, term: int) -> float:
        """How much a word says in itself; an unknown one about as much as a usual known one."""
        return self._rarity[term] if term >= 0 else _UNKNOWN_MASS

    def _joined(self, raw: Sequence[str]) -> Iterator[_Evidence]:
        """Two words that a known one is written apart as: "street light" for streetlight."""
        for at, (left, right) in enumerate(pairwise(raw[:_MOST_TERMS])):
            term = self._compounds.get(left + right)
            if term is not None:
                yield 1.0, self._words[term], at, at + 1

    def _paired(self, read: Sequence[_Read]) -> list[_Evidence]:
        found: dict[int, _Evidence] = {}
        pairs, step = self._pairs, self._step
        for number, (first, worth, start) in enumerate(read):
            if first < 0:
                continue
            for second, other, end in read[number + 1 : number + 1 + _REACH]:
                if second < 0 or second == first:
                    continue
                least = worth if worth < other else other
                for code, swap in ((first * step + second, 1.0), (second * step + first, _SWAPPED)):
                    if code in pairs and (code not in found or found[code][0] < swap * least):
                        found[code] = (swap * least, pairs[code], start, end)
        return list(found.values())


def _add_up(evidence: Iterable[_Evidence]) -> Weights:
    scores: Weights = {}
    for worth, services, _, _ in evidence:
        for at, weight in services.items():
            scores[at] = scores.get(at, 0.0) + worth * weight
    return scores


def _reasons(raw: Sequence[str], evidence: Sequence[_Evidence], at: int) -> tuple[str, ...]:
    """The words of the message that counted most for the service ``at``, each once; phrases before
    the words that they are made of."""
    alone = {start: worth * found[at] for worth, found, start, end in evidence if at in found and start == end}
    together = [
        (-worth * found[at] - alone.get(start, 0.0) - alone.get(end, 0.0), start, end)
        for worth, found, start, end in evidence
        if at in found and start != end
    ]
    counted = sorted([*together, *((-value, start, start) for start, value in alone.items())])
    counted = [one for one in counted if one[0] <= counted[0][0] * _TELLING]
    shown: list[str] = []
    covered: set[int] = set()
    for _, start, end in counted:
        if covered.isdisjoint((start, end)):
            shown.append(_quote(raw, start, end))
            covered.update((start, end))
    return tuple(dict.fromkeys(shown))[:_SHOWN]


def _quote(raw: Sequence[str], start: int, end: int) -> str:
    if end - start < _REACH:
        return " ".join(raw[start : end + 1])
    return f"{raw[start]} … {raw[end]}"
