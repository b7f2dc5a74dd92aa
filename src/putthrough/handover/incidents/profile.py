"""What an incident is about, learnt from the messages in it, and how well another message fits. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt

from putthrough.directory.placenames import TYPES
from putthrough.handover.incidents.wording import tells, usual

FITS = 1.0
"""The least log odds with which a message belongs."""
_BEFOREHAND = 400  # messages that ``usual`` weighs as much as
_INSIDE = 4  # the same, inside one incident
_MOST = 2.5  # the log odds that one feature can say
_SELDOM = 3  # messages below which a word says nothing: a name, a slip of the keys
_HERE = 3.0  # log odds that the incident's own place says
_OWN, _ALSO = 0.25, 0.05  # share of its commonest place from which a place is its own; one of an event that joined it
_PLACED = 5  # mentions of places from which an incident has one
_EVERYWHERE = 0.15  # share of the commonest place below which it is everywhere
_CORE, _TELLS = 0.08, 1.0  # share of its messages that hold a word of its core; the log odds that such a word says
_MAIN, _HARDLY = 0.6, 0.02  # shares of messages that hold an incident's main word; a word that another hardly has
_MOSTLY_PLACED, _FOREIGN = 0.4, 0.2
_UNUSUAL = 0.004
_NEVER = float("-inf")
_FRESH = 33  # one part in so many may be new before it is worked out again
_WHILE = 600.0  # seconds
_KEPT = 600


class Counts:
    """How many messages hold each feature, of how many."""

    def __init__(self) -> None:
        self.of: Counter[str] = Counter()
        self.messages = 0
        self.placeless: Counter[str] = Counter()
        self._when: Counter[int] = Counter()

    def add(self, features: Sequence[str], at: float, by: int = 1, *, placed: bool = True) -> None:
        self.messages += by
        self._when[int(at // _WHILE)] += by
        for counts in (self.of,) if placed else (self.of, self.placeless):
            if by > 0:
                counts.update(features)
            else:
                counts.subtract(features)

    def about(self, at: float) -> int:
        """How many were written about then."""
        here = int(at // _WHILE)
        return sum(self._when[one] for one in (here - 1, here, here + 1))


class Profile:
    """An incident as far as it is counted: its words, its places, when it began and was last heard of (seconds)."""

    def __init__(self, key: str, began: float) -> None:
        self.key, self.began, self.last = key, began, began
        self.words = Counts()
        self.places: Counter[str] = Counter()
        self.elsewhere = 0
        self._weighed_at = 0
        self._weights: dict[str, float] = {}
        self._core: frozenset[str] = frozenset()
        self._told = 0
        self._own: frozenset[str] | None = None
        self._local: Counter[str] = Counter()  # features of those who name a place
        self.together: Counter[str] = Counter()
        self.placed = 0
        self.also: frozenset[str] = frozenset()  # places of what turned out to be the same event

    def add(self, features: Sequence[str], places: Sequence[str], at: float, by: int = 1) -> None:
        self.words.add(features, at, by)
        self.last = max(self.last, at)
        if places:
            self.placed += by
            self._local.update(features if by > 0 else ())
            for place in places:
                self.places[place] += by
                if len(places) > 1:
                    self.together[place] += by
        if len(self.words.of) > 4 * _KEPT:
            self.words.of = Counter(dict(self.words.of.most_common(_KEPT)))

    def rename(self, slipped: Mapping[str, str]) -> None:
        """Names of places that turned out to be slips of others."""
        for counts in (self.places, self.together):
            for name in slipped.keys() & counts.keys():
                counts[slipped[name]] += counts.pop(name)
        self.also = frozenset(slipped.get(name, name) for name in self.also)
        self._told = 0

    def own(self) -> frozenset[str] | None:
        """Its places; None while it has none, or is everywhere."""
        told = self.placed + self.elsewhere
        if abs(told - self._told) * 50 > self._told:
            self._told, self._own = told, self._owned()
        return self._own

    def _owned(self) -> frozenset[str] | None:
        most = max(self.places.values(), default=0)
        if self.placed < _PLACED or most < _EVERYWHERE * (self.placed + self.elsewhere):
            return None
        often = {place: _ALSO if place in self.also else _OWN for place in self.places}
        return frozenset(place for place, share in often.items() if self.places[place] >= max(2.0, share * most))

    def join(self, other: Profile) -> None:
        """The other is the same event: its places are ours. Its messages are added one by one."""
        self.also = (self._owned() or frozenset()) | (other._owned() or frozenset())
        self._told = 0

    def named(self) -> str:
        """The place that most name, empty where it has none."""
        own = self.own()
        return max(own, key=self.places.__getitem__) if own else ""

    def is_open_to(self, places: Sequence[str]) -> bool:
        """Whether what happened in these places may be it."""
        own = self.own()
        return not places or own is None or not own.isdisjoint(places)

    def turned_away(self) -> None:
        """Somebody says the same of another place: if many do, of many places, it is everywhere."""
        self.elsewhere += 1

    def is_of_streets(self) -> bool:
        """Whether its commonest place is a street, and no area."""
        return bool(self.places) and max(self.places, key=self.places.__getitem__).rpartition(" ")[2] in TYPES

    def fit(self, features: Sequence[str], places: Sequence[str], at: float, all_of: Counts) -> float:
        """The log odds that a message is about it, whichever place it may be in; minus infinity where it has no word
        of its core."""
        here = bool(places) and not (self.own() or frozenset()).isdisjoint(places)
        words = self._words_fit(features, all_of, even_without_core=here)
        if words == _NEVER:
            return _NEVER
        share = min(0.5, max(0.02, self.words.about(at) / max(1, all_of.about(at))))
        return log(share / (1 - share)) + (_HERE if here else 0.0) + words

    def _words_fit(self, features: Sequence[str], all_of: Counts, *, even_without_core: bool) -> float:
        self._refresh(all_of)
        if not even_without_core and self._core.isdisjoint(features):
            return _NEVER
        return sum(self._weight(feature, all_of) for feature in features) * _damped(len(features))

    def _refresh(self, all_of: Counts) -> None:
        """What was worked out holds until there are some more messages."""
        told = self.words.messages + all_of.messages
        if abs(told - self._weighed_at) * _FRESH > self._weighed_at:
            self._weighed_at, self._weights = told, {}
            often = max(2.0, _CORE * self.words.messages)
            common = (word for word, count in self.words.of.items() if count >= often and tells(word))
            self._core = frozenset(word for word in common if not self._is_foreign(word, all_of))

    def _weight(self, feature: str, all_of: Counts) -> float:
        """What a feature says. One of its core speaks for it although another event may have it too."""
        found = self._weights.get(feature)
        if found is None:
            found = self._says(feature, all_of)
            if feature in self._core:
                found = max(_TELLS, found)
            elif self._is_foreign(feature, all_of):
                found = min(-1.0, found)
            self._weights[feature] = found
        return found

    def _is_foreign(self, word: str, all_of: Counts) -> bool:
        """Whether nearly nobody says it together with the place, where nearly everybody else in it names that."""
        usual_here = self.placed / max(1, self.words.messages)
        lone = all_of.placeless[word]
        if lone <= 2 * _SELDOM or self.placed < _PLACED or usual_here < _MOSTLY_PLACED or self.own() is None:
            return False
        return self._local[word] < _FOREIGN * usual_here * (self._local[word] + lone)

    def is_unusual(self, features: Sequence[str]) -> bool:
        """Whether a message says something that hardly anybody else in it says."""
        seldom = max(1.0, _UNUSUAL * self.words.messages)
        return any(self.words.of[word] <= seldom and " " not in word and tells(word) for word in features)

    def like(self, other: Profile) -> float:
        """How alike the words of two incidents are (cosine, 0 to 1); 0 where the other's main word is none of ours."""
        ours, theirs = self._shares(), other._shares()
        main = max(theirs, key=theirs.__getitem__, default="")
        if theirs.get(main, 0.0) >= _MAIN and ours.get(main, 0.0) < _HARDLY:
            return 0.0
        return cosine(ours, theirs)

    def alike(self, other: Profile) -> float:
        """The same, where their main words may be different: what happened is told in many ways."""
        return cosine(self._shares(), other._shares())

    def _shares(self) -> Mapping[str, float]:
        size = max(1, self.words.messages)
        common = self.words.of.most_common(120)
        return {word: count / size for word, count in common if " " not in word and tells(word)}

    def _says(self, feature: str, all_of: Counts) -> float:
        count, everywhere = max(0, self.words.of[feature]), all_of.of[feature]
        if everywhere <= _SELDOM:
            return -0.1
        before, outside = usual(feature), max(0, all_of.messages - self.words.messages)
        other = (max(0, everywhere - count) + _BEFOREHAND * before) / (outside + _BEFOREHAND)
        inside = (count + _INSIDE * other) / (self.words.messages + _INSIDE)
        return max(-_MOST, min(_MOST, log(inside / other)))


def _damped(number: int) -> float:
    """Words of one message lean on each other: twenty of them do not say four times what five say."""
    return 1.0 if number <= 6 else sqrt(6 / number)


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(weight * other[key] for key, weight in one.items() if key in other)
    if not shared:
        return 0.0
    return shared / sqrt(sum(v * v for v in one.values()) * sum(v * v for v in other.values()))
