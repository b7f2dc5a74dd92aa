"""The words of a directory, weighed once so that matching a message is adding up.

Two kinds of evidence are weighed. A *word* weighs by how few services use it, by where they use it (a phrase
of residents above the name, the name above the description) and by how often, saturating as in BM25
(Robertson and Walker, 1994). A *pair* is two words of one phrase in their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log
from typing import Protocol

from putthrough.routing.words import COMMON, LONGEST_WORD, STOP, stem, tokens

STOP_TERMS = frozenset(stem(word) for word in STOP) | STOP
EVERYDAY_TERMS = frozenset(stem(word) for word in COMMON)

_IN_SYNONYM, _IN_NAME, _IN_DESCRIPTION = 1.0, 0.5, 0.45
_WHOLE_SYNONYM = 2.5  # more for a word that is a whole phrase by itself, such as "pothole"
_SATURATION = 0.9
_LENGTH = 0.2  # how much a long entry is held back, 0 to 1
_EVERYDAY = 0.43  # what an everyday word is worth beside a telling one
_PAIR, _PAIR_OF_LONGER, _PAIR_IN_NAME = 1.1, 0.75, 0.5
_LONGEST_PHRASE = 12  # meaningful words of one phrase that are paired with each other
_FEWEST = 100  # a directory of five services does not make their words common
_MOST_POSTINGS = 80  # services that one word may point to: beyond that it says too little

Weights = dict[int, float]
"""What one word or pair is worth to each service (by its position in ``Lexicon.keys``)."""


class Entry(Protocol):
    """What has to be known of a service."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def synonyms(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every word and pair of a directory with its weights.

    ``terms`` numbers the words; a pair (a, b) is filed under ``a * len(terms) + b``. ``wholes`` are the services that
    have a phrase of just this word (filed under ``-1 - term``) or just this pair. ``rarity`` is each
    term's inverse document frequency. ``spellings`` are the words as written, for correcting misspelt ones.
    """

    keys: tuple[str, ...]
    terms: Mapping[str, int]
    words: Sequence[Weights]
    pairs: Mapping[int, Weights]
    wholes: Mapping[int, frozenset[int]]
    rarity: Sequence[float]
    spellings: frozenset[str]


def weigh(entries: Iterable[Entry]) -> Lexicon:
    """The lexicon of ``entries``, the same whatever their order. Raises ``ValueError`` if two share a key."""
    ordered = sorted(entries, key=lambda entry: entry.key)
    keys = tuple(entry.key for entry in ordered)
    if len(set(keys)) < len(keys):
        raise ValueError("Two services have the same key; give each service its own.")
    uses: dict[str, Weights] = defaultdict(dict)
    near: dict[tuple[str, str], Weights] = defaultdict(dict)
    spellings: set[str] = set()
    for at, entry in enumerate(ordered):
        for term, use in _word_uses(entry).items():
            uses[term][at] = use
        for pair, use in _pair_uses(entry).items():
            near[pair][at] = use
        spellings.update(tokens(" ".join((entry.name, *entry.synonyms))))
    terms = {term: number for number, term in enumerate(sorted(uses))}
    wholes: dict[int, set[int]] = defaultdict(set)
    for at, entry in enumerate(ordered):
        for code in _whole_codes(entry, terms):
            wholes[code].add(at)
    rarity = [_rarity(uses[term].values(), len(keys)) for term in terms]
    return Lexicon(
        keys=keys,
        terms=terms,
        words=_word_weights(uses, terms, rarity, len(keys)),
        pairs=_pair_weights(near, terms, len(keys)),
        wholes={code: frozenset(found) for code, found in wholes.items()},
        rarity=rarity,
        spellings=frozenset(word for word in spellings if stem(word) in terms),
    )


def meaningful(text: str) -> list[str]:
    """The terms of ``text`` that are no stop words, in order."""
    stems = (stem(word) for word in tokens(text))
    return [term for term in stems if 1 < len(term) <= LONGEST_WORD and term not in STOP_TERMS]


def worth(term: str) -> float:
    """What a term is worth beside a telling one: everyday words and numbers little."""
    return _EVERYDAY if term in EVERYDAY_TERMS else 1.0


def _word_uses(entry: Entry) -> dict[str, float]:
    uses: dict[str, float] = defaultdict(float)
    for phrase in entry.synonyms:
        terms = meaningful(phrase)
        for term in terms:
            uses[term] += _IN_SYNONYM / len(terms) ** 0.5
        if len(terms) == 1:
            uses[terms[0]] += _WHOLE_SYNONYM
    for text, each in ((entry.name, _IN_NAME), (entry.description, _IN_DESCRIPTION)):
        for term in set(meaningful(text)):
            uses[term] += each
    return uses


def _whole_codes(entry: Entry, terms: Mapping[str, int]) -> Iterator[int]:
    for phrase in entry.synonyms:
        found = meaningful(phrase)
        if len(found) == 1 and worth(found[0]) == 1.0:
            yield -1 - terms[found[0]]
        elif len(found) == 2:
            yield terms[found[0]] * len(terms) + terms[found[1]]


def _pair_uses(entry: Entry) -> dict[tuple[str, str], float]:
    uses: dict[tuple[str, str], float] = {}
    for pair in _pairs_of(entry.name):
        uses[pair] = _PAIR_IN_NAME
    for phrase in entry.synonyms:
        pairs = list(_pairs_of(phrase))
        each = _PAIR if len(pairs) == 1 else _PAIR_OF_LONGER
        for pair in pairs:
            uses[pair] = max(uses.get(pair, 0.0), each)
    return uses


def _pairs_of(phrase: str) -> Iterator[tuple[str, str]]:
    return combinations(meaningful(phrase)[:_LONGEST_PHRASE], 2)


def _rarity(uses: Iterable[float], services: int) -> float:
    """How telling something is, from how many of the services use it; a passing use counts in part."""
    services = max(services, _FEWEST)
    spread = sum(min(1.0, use) for use in uses)
    return log(1 + (services - spread + 0.5) / (spread + 0.5)) if spread <= services else 0.1


def _word_weights(
    uses: Mapping[str, Weights], terms: Mapping[str, int], rarity: Sequence[float], services: int
) -> list[Weights]:
    lengths: Weights = defaultdict(float)
    for found in uses.values():
        for at, use in found.items():
            lengths[at] += use
    usual = sum(lengths.values()) / max(1, services) or 1.0
    held = {at: _SATURATION * (1 - _LENGTH + _LENGTH * length / usual) for at, length in lengths.items()}
    weights: list[Weights] = []
    for term, number in terms.items():
        full = rarity[number] * worth(term) * (_SATURATION + 1)
        found = {at: full * use / (use + held[at]) for at, use in uses[term].items()}
        weights.append(_heaviest(found))
    return weights


def _pair_weights(
    near: Mapping[tuple[str, str], Weights], terms: Mapping[str, int], services: int
) -> dict[int, Weights]:
    weights: dict[int, Weights] = {}
    for (first, second), found in near.items():
        full = _rarity(found.values(), services) * (worth(first) + worth(second)) / 2
        weights[terms[first] * len(terms) + terms[second]] = {at: full * use for at, use in found.items()}
    return weights


def _heaviest(found: Weights) -> Weights:
    kept = sorted(found, key=lambda at: (-found[at], at))[:_MOST_POSTINGS]
    return {at: found[at] for at in kept}
