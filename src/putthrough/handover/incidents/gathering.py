"""Messages about one event gather by themselves: found by text, place and time while they arrive. Pure.

A message joins the incident that it fits best (``Profile.fit``). One that fits none waits in a window; when several
writers say much the same there within an hour, more than usual, that is a burst, and an incident begins with it. Memory
and time are bounded: the window, the words of each incident and the candidates that one message is compared with.
"""

from __future__ import annotations

import hashlib
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from math import log

from putthrough.handover.incidents.profile import FITS, Counts, Profile, cosine
from putthrough.handover.incidents.whereabouts import Whereabouts, in_full
from putthrough.handover.incidents.wording import features, is_echo, tells, usual
from putthrough.routing.spelling import Spelling

HOUR = 3600.0
BURST_FROM = 5
"""Writers within an hour that make a burst, of one place or none; of several places twice as many."""
_WINDOW = 20_000  # messages that are remembered
_ALIVE = 12 * HOUR  # how long an incident goes on gathering after its last message
_ALIKE = 0.4
_CANDIDATES, _POSTINGS = 60, 80
_MOST_ALIVE = 200
_SAME_EVENT, _SAME_PLACE = 0.4, 0.1  # how alike the words of two incidents are that are one; of those in one place
_DOMINATES = 0.5  # share of all messages from which "same here" can only mean this
_TOGETHER = HOUR / 3  # two places of one event are heard of within
_GROWN = frozenset((8, 12, 16, 24, 32, 48, 64, 128))  # messages at which it is looked again for what belongs
_SURE = 5.0  # log odds from which a message is not weighed again
_SHARED = 0.5  # of those who begin an incident have one word in common
_TIDY_FIRST = 64
_LEAST_SIZE, _AREA_SIZE = 0.25, 0.05  # of the larger; where one is named by a street and the other by its area


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it is gathered. ``by`` tells writers apart; ``at`` is when it was received, in seconds."""

    id: str
    text: str
    at: float = 0.0
    by: str = ""


@dataclass(slots=True)
class _Seen:
    said: Said
    places: tuple[str, ...]
    features: tuple[str, ...]
    echo: bool
    incident: str = ""
    odds: float = 0.0


@dataclass
class Gatherer:
    """Takes messages one by one, oldest first. ``incident_of`` says where each is at any time."""

    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    incidents: dict[str, Profile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self._all = Counts()
        self._holding: dict[str, deque[str]] = {}
        self._by_word: dict[str, set[str]] = {}
        self._spelling = Spelling(())
        self._plain: dict[str, str] = {}
        self._tidied, self._taken = 0, 0
        self._changed: dict[str, str] = {}
        self._joined: list[tuple[str, str]] = []

    def take(self, said: Said) -> str:
        """The incident that the message belongs to, empty for none as yet."""
        places, rest = self.whereabouts.of(said.text, learn=True)
        seen = _Seen(said, places, self._spelt(features(rest)), is_echo(said.text))
        self._remember(seen)
        best = self._best(seen)
        if best:
            self._put(seen, best)
            if self.incidents[best].words.messages in _GROWN:
                self._gather_in(self.incidents[best])
        else:
            self._begin(seen)
        if self._taken >= max(_TIDY_FIRST, 2 * self._tidied):
            self.tidy()
        return seen.incident

    def incident_of(self, message_id: str) -> str:
        """Empty for none, and for a message that is remembered no more."""
        seen = self._seen.get(message_id)
        return seen.incident if seen else ""

    def changes(self) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """What changed since this was asked last: messages with their incident (empty for none any more), and incidents
        that turned out to be another, as (gone, goes on)."""
        changed, joined = self._changed, self._joined
        self._changed, self._joined = {}, []
        return changed, joined

    def title_of(self, key: str) -> str:
        """What most in it speak of, and where."""
        profile = self.incidents[key]
        common = [word for word, _ in profile.words.of.most_common(40) if " " not in word and tells(word)][:3]
        return ", ".join(common).capitalize() + (f" in {in_full(profile.named())}" if profile.named() else "")

    def is_unusual(self, message_id: str) -> bool:
        """Whether a message says something that hardly anybody else in its incident says; one in none is unusual."""
        seen = self._seen.get(message_id)
        profile = self.incidents.get(seen.incident) if seen else None
        return seen is None or profile is None or profile.is_unusual(seen.features)

    def tidy(self, *, last: bool = False) -> None:
        """Look again: events of one kind that are one are made one, and what waits may fit by now."""
        self._tidied = self._taken
        often = [word for word, count in self._all.of.items() if count >= 20 and " " not in word]
        self._spelling, self._plain = Spelling(often), {}
        for seen in self._seen.values():
            if not seen.incident:
                self._read_again(seen)
        self._rename(self.whereabouts.same_as())
        self._join_events()
        for seen in list(self._seen.values()):
            if not seen.incident or (last and seen.odds < _SURE):
                self._again(seen)
        self._join_events()

    def _rename(self, slipped: Mapping[str, str]) -> None:
        if not slipped:
            return
        for seen in self._seen.values():
            seen.places = tuple(dict.fromkeys(slipped.get(place, place) for place in seen.places))
        for profile in self.incidents.values():
            profile.rename(slipped)
            for place in profile.places:
                self._by_word.setdefault(f"at {place}", set()).add(profile.key)

    # --- what a message says

    def _spelt(self, words: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(" ".join(map(self._meant, word.split(" "))) for word in words))

    def _meant(self, word: str) -> str:
        """A word that hardly anybody writes is the common one that it is nearest to."""
        if self._all.of[word] > 3:
            return word
        if word not in self._plain:
            self._plain[word] = self._spelling.nearest(word) or word
        return self._plain[word]

    def _read_again(self, seen: _Seen) -> None:
        """With what was learnt since of places and of how words are spelt."""
        places, rest = self.whereabouts.of(seen.said.text)
        spelt = self._spelt(features(rest))
        self._all.add(seen.features, seen.said.at, -1, placed=bool(seen.places))
        self._all.add(spelt, seen.said.at, placed=bool(places))
        seen.places, seen.features = places, spelt

    def _remember(self, seen: _Seen) -> None:
        self._taken += 1
        self._seen[seen.said.id] = seen
        self._all.add(seen.features, seen.said.at, placed=bool(seen.places))
        for word in seen.features:
            self._holding.setdefault(word, deque(maxlen=_POSTINGS)).append(seen.said.id)
        if len(self._seen) > _WINDOW:
            _, old = self._seen.popitem(last=False)
            self._all.add(old.features, old.said.at, -1, placed=bool(old.places))
            for word in old.features:
                if self._all.of[word] <= 0:
                    self._all.of.pop(word, None)
                    self._holding.pop(word, None)

    # --- which incident it belongs to

    def _best(self, seen: _Seen) -> str:
        fits = sorted(((self._fit(seen, profile), profile.key) for profile in self._possible(seen)), reverse=True)
        better = [(self.incidents[key], odds) for odds, key in fits if odds >= FITS]
        for profile, odds in better:
            if profile.is_open_to(seen.places):
                seen.odds = odds
                return profile.key
        for profile, _ in better[:1]:
            profile.turned_away()
        return ""

    def _possible(self, seen: _Seen) -> Iterator[Profile]:
        keys: set[str] = set()
        for word in (*seen.features, *(f"at {place}" for place in seen.places)):
            keys |= self._by_word.get(word, set())
        if seen.echo:
            keys |= set(self.incidents)
        for key in keys:
            profile = self.incidents[key]
            if abs(seen.said.at - profile.last) <= _ALIVE:
                yield profile

    def _fit(self, seen: _Seen, profile: Profile) -> float:
        if seen.echo and not seen.features:
            return FITS if profile.words.messages > _DOMINATES * self._all.messages else 0.0
        return profile.fit(seen.features, seen.places, seen.said.at, self._all)

    def _put(self, seen: _Seen, key: str) -> None:
        seen.incident = self._changed[seen.said.id] = key
        self._count(self.incidents[key], seen)

    def _count(self, profile: Profile, seen: _Seen) -> None:
        profile.add(seen.features, seen.places, seen.said.at)
        for word in (*seen.features, *(f"at {place}" for place in seen.places)):
            self._by_word.setdefault(word, set()).add(profile.key)

    def _again(self, seen: _Seen) -> None:
        best = self._best(seen)
        if best == seen.incident or not (best or seen.incident):
            return
        if profile := self.incidents.get(seen.incident):
            profile.add(seen.features, seen.places, seen.said.at, -1)
            seen.incident = self._changed[seen.said.id] = ""
        if best:
            self._put(seen, best)

    # --- how one begins

    def _begin(self, seen: _Seen) -> None:
        alike = [other for other in self._alike(seen) if not other.incident]
        group = _of_one_matter(_of_one_place([seen, *alike]))
        several = len({place for one in group for place in one.places}) > 1
        recent = [one for one in group if abs(seen.said.at - one.said.at) <= HOUR]
        before = (len(group) - len(recent)) / 23  # an hour, of the day before this one
        if _writers(recent) < max(BURST_FROM * (2 if several else 1), 3 * before):
            return
        self._open(recent)

    def _open(self, group: Sequence[_Seen]) -> None:
        first = min(group, key=lambda one: one.said.at)
        key = f"i{hashlib.sha256(first.said.id.encode()).hexdigest()[:10]}"
        while key in self.incidents:
            key += "x"
        self.incidents[key] = Profile(key, first.said.at)
        for one in group:
            self._put(one, key)
        self._gather_in(self.incidents[key])
        if len(self.incidents) > _MOST_ALIVE:
            self._close(min(self.incidents.values(), key=lambda one: one.last))

    def _gather_in(self, profile: Profile) -> None:
        """What was written shortly before may belong, now that more is known of it."""
        words = [word for word, _ in profile.words.of.most_common(12) if tells(word)]
        waiting = dict.fromkeys(pk for word in words for pk in self._holding.get(word, ()))
        for pk in waiting:
            seen = self._seen.get(pk)
            if seen is not None and not seen.incident:
                self._again(seen)

    def _close(self, profile: Profile) -> None:
        """It gathers nothing more; who is in it stays in it."""
        self.incidents.pop(profile.key, None)
        for keys in self._by_word.values():
            keys.discard(profile.key)

    def _alike(self, seen: _Seen) -> list[_Seen]:
        weights = {word: self._weight(word) for word in seen.features}
        telling = sorted(weights, key=weights.__getitem__, reverse=True)[:8]
        found: defaultdict[str, float] = defaultdict(float)
        for word in telling:
            for other in self._holding.get(word, ()):
                found[other] += weights[word]
        best = nlargest(_CANDIDATES, found, key=found.__getitem__)
        near = (self._seen[other] for other in best if other in self._seen)
        return [
            other
            for other in near
            if other is not seen and cosine(weights, {word: self._weight(word) for word in other.features}) >= _ALIKE
        ]

    def _weight(self, word: str) -> float:
        among = self._all.messages + 1000
        return log(1 + among / (1 + self._all.of[word] + 1000 * usual(word)))

    # --- events that are one

    def _join_events(self) -> None:
        by_size = sorted(self.incidents.values(), key=lambda one: -one.words.messages)
        for at, one in enumerate(by_size):
            big = one
            for small in by_size[at + 1 :]:
                if {small.key, big.key} <= self.incidents.keys() and self._are_one(big, small):
                    big = self._join(big, small)

    def _are_one(self, big: Profile, small: Profile) -> bool:
        if abs(big.last - small.last) > _ALIVE:
            return False
        theirs, ours = small.own(), big.own()
        if theirs and ours and theirs & ours:
            return big.alike(small) >= _SAME_PLACE
        like = big.like(small)
        if like < _SAME_EVENT or theirs is None or ours is None:
            return like >= _SAME_EVENT
        linked = sum(big.together[place] for place in theirs) + sum(small.together[place] for place in ours)
        if linked >= max(3, 0.1 * small.words.messages):
            return True
        near = abs(big.began - small.began) <= _TOGETHER
        size = _AREA_SIZE if big.is_of_streets() != small.is_of_streets() else _LEAST_SIZE
        return near and small.words.messages >= max(20, size * big.words.messages)

    def _join(self, big: Profile, small: Profile) -> Profile:
        """The one that began first goes on: an incident keeps its key."""
        older, gone = (big, small) if big.began <= small.began else (small, big)
        older.join(gone)
        self._close(gone)
        self._joined.append((gone.key, older.key))
        for seen in self._seen.values():
            if seen.incident == gone.key:
                self._put(seen, older.key)
        return older


def _writers(group: Iterable[_Seen]) -> int:
    return len({one.said.by or f"message {one.said.id}" for one in group})


def _of_one_matter(group: Sequence[_Seen]) -> list[_Seen]:
    """Those who share the word that most share, if it can be what an event is about."""
    shared = Counter(word for one in group for word in one.features if tells(word))
    word, most = shared.most_common(1)[0] if shared else ("", 0)
    return [one for one in group if word in one.features] if most >= _SHARED * len(group) else []


def _of_one_place(group: Sequence[_Seen]) -> list[_Seen]:
    """Those who name the place that most do, or none; all of them where no place stands out."""
    named = Counter(place for one in group for place in one.places)
    if not named:
        return list(group)
    place, most = named.most_common(1)[0]
    if group[0].places:
        place, most = max(((one, named[one]) for one in group[0].places), key=lambda pair: pair[1])
    if most < 2 and len(named) > 2:
        return list(group)
    return [one for one in group if not one.places or place in one.places]
