"""Which service a message is about by what the directory's phrases mean, beside the words that it uses. Pure.

A message says the same as one of a service's phrases or it does not, so a service is as like it as its nearest phrase.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import chain
from math import exp, log
from typing import TYPE_CHECKING

from putthrough.routing.lexical import Candidate, Index
from putthrough.routing.lexicon import Entry

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Point = NDArray[np.float32]

_LOOKED_AT = 20  # services that share words with the message
_MEANING = 2.0  # what likeness of meaning is worth beside the confidence of words
_ALIKE = 0.3  # from which likeness on a service is named that shares no word
_TELLING = 0.45  # from which likeness on the phrase is given as a reason

# Fitted by logistic regression on the odd lines of tests/data/residents.jsonl and of what is nobody's.
_CONSTANT, _WORDS, _LIKENESS, _LEAD = -3.595, 0.388, 5.307, 1.736
_DOUBT = 0.01  # so far from 0 and 1 the confidence of words is kept
_STEEPNESS = 4.0


def phrases(service: Entry) -> list[str]:
    """What a message about it may mean much the same as: its name, alone and described, and residents' own words."""
    described = [f"{service.name}. {service.description}"] if service.description else []
    return [service.name, *described, *service.synonyms]


@dataclass(frozen=True, slots=True)
class Meant:
    """The directory's phrases as points: ``starts`` has the place of each service's first one."""

    places: Mapping[str, int]
    said: Sequence[str]
    points: Point
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, services: Sequence[Entry], points: Mapping[str, Point]) -> Meant | None:
        """``points`` are those of their phrases. None when there is no service, or one phrase lacks its point."""
        import numpy as np  # not before there is something to compare

        said = [phrases(service) for service in services]
        known = [points.get(phrase) for phrase in chain.from_iterable(said)]
        if not known or any(point is None for point in known):
            return None
        starts = np.cumsum([0, *(len(own) for own in said)])[:-1]
        places = {service.key: at for at, service in enumerate(services)}
        return cls(places, [*chain.from_iterable(said)], np.array(known, dtype=np.float32), starts)

    def likeness(self, point: Point) -> tuple[Point, Point]:
        """How much the same as each phrase a message means (-1 to 1), and as each service."""
        import numpy as np

        cosines = self.points @ point
        return cosines, np.maximum.reduceat(cosines, self.starts)

    def near(self, cosines: Point, key: str) -> str:
        """The phrase of a service that means most the same as a message whose ``cosines`` with all are these."""
        start = self.starts[self.places[key]]
        end = next(iter(self.starts[self.places[key] + 1 :]), len(cosines))
        best = start + cosines[start:end].argmax()
        return self.said[best] if cosines[best] >= _TELLING else ""


@dataclass(frozen=True, slots=True)
class _Joined:
    guess: Candidate
    likeness: float

    @property
    def score(self) -> float:
        return self.guess.confidence + _MEANING * self.likeness


def guesses(text: str, index: Index, meant: Meant | None, point: Point | None, *, limit: int = 5) -> list[Candidate]:
    """The services that a message is likeliest to be about, best first; by its words alone where meaning is not known.
    Never raises for any text."""
    if meant is None or point is None or not point.any():
        return list(index.match(text, limit=limit).candidates)
    worded = {guess.key: guess for guess in index.match(text, limit=_LOOKED_AT).candidates}
    cosines, likest = meant.likeness(point)
    among = [key for key, at in meant.places.items() if key in worded or likest[at] >= _ALIKE]
    found = [_Joined(worded.get(key, Candidate(key, 0.0, ())), float(likest[meant.places[key]])) for key in among]
    best = nlargest(limit, found, key=lambda one: one.score)
    return [
        replace(one.guess, confidence=sure, alike=meant.near(cosines, one.guess.key))
        for one, sure in zip(best, _confidences(best), strict=True)
    ]


def _confidences(best: Sequence[_Joined]) -> list[float]:
    """One for each, adding up to at most 1."""
    if not best:
        return []
    lead = best[0].score - best[1].score if len(best) > 1 else best[0].score
    first = _sure(best[0].guess.confidence, best[0].likeness, lead)
    shares = [exp(_STEEPNESS * (one.score - best[0].score)) for one in best[1:]]
    return [first, *(min(first, (1 - first) * share / sum(shares)) for share in shares)]


def _sure(worded: float, likeness: float, lead: float) -> float:
    words = log((worded + _DOUBT) / (1 - worded + _DOUBT))
    return 1 / (1 + exp(-(_CONSTANT + _WORDS * words + _LIKENESS * likeness + _LEAD * lead)))
