"""What a message is: which kinds it may be of, how sure that is, and the words that said so. Pure.

Each cue that is found makes its kind more likely (one minus the product of what is left), each that speaks against it
less. Idioms, quotations and what is denied do not count; what was written before counts where it makes a difference.
How sure the cues are is then weighed with the message's words, and with what an encoder makes of it where there is one
(``learnt``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from putthrough.routing.kinds import learnt
from putthrough.routing.kinds.cues import Cue, cues
from putthrough.routing.kinds.reading import ENDS, FUN, NEGATING, Reader, Reading

SAID = 0.5
"""From this confidence on a kind is said."""
_QUOTED = 0.3  # what a cue in somebody else's words is worth
_WORTH_KEEPING = 0.05
_NOT_WITHIN = 2  # words before a cue in which a "not" takes it back
_MOST_WORDS = 5
_PLAIN = 0.7  # from here on cues alone say that a life is at risk, whatever stands around them
NOTHING: Mapping[str, float] = {}
Told = Mapping[str, float]
_LIVES_FIRST = 1.9
"""A missed life weighs more than a person's minute: a chance of three in ten is said already."""


class Kind(StrEnum):
    ENQUIRY = "enquiry"
    SERVICE_REQUEST = "service_request"
    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    FOI_EIR = "foi_eir"
    SAR = "sar"
    DP_COMPLAINT = "dp_complaint"
    HAZARD = "hazard"
    SAFEGUARDING = "safeguarding"
    RISK_TO_LIFE = "risk_to_life"
    ABUSE = "abuse"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Guess:
    """One kind, how sure (0 to 1), and the words of the message that counted, the weightiest first."""

    kind: Kind
    confidence: float
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Hit:
    cue: Cue
    first: int
    last: int
    weight: float


def kinds(text: str, *, before: Sequence[str] = (), told: Told = NOTHING) -> list[Guess]:
    """The kinds that are said (confidence 0.5 or more), the surest first. ``before`` is what the same person wrote
    earlier in the conversation, newest first; ``told`` what an encoder makes of the text (``routing.heard``), empty
    without one. Never raises for any text."""
    return [guess for guess in guesses(text, before=before, told=told) if guess.confidence >= SAID]


def guesses(text: str, *, before: Sequence[str] = (), told: Told = NOTHING) -> list[Guess]:
    """Every kind that anything speaks for, the surest first."""
    reading = reader().read(text)
    hits = _hits(reading)
    scores, model = _by_cues(hits, reading, before=before), learnt.weights()
    if model is not None:
        scores = _weighed(model, scores, reading, before=before, told=told)
    found = [
        Guess(Kind(kind), round(score, 3), _words(kind, hits.get(kind, ()), reading, model))
        for kind, score in scores.items()
        if score >= _WORTH_KEEPING
    ]
    return sorted(found, key=lambda guess: (-guess.confidence, guess.kind))


def _weighed(
    model: learnt.Weights, by_cues: Mapping[str, float], reading: Reading, *, before: Sequence[str], told: Told
) -> dict[str, float]:
    """What plainly says that a life is at risk, and a second asking, no weight takes back."""
    scores = learnt.confidences(model, by_cues, reading.words, told)
    plain = [(Kind.RISK_TO_LIFE, _PLAIN)] if not before else [(Kind.RISK_TO_LIFE, _PLAIN), (Kind.COMPLAINT, SAID)]
    for kind, least in plain:
        if by_cues.get(kind, 0.0) >= least:
            scores[kind] = max(scores[kind], by_cues[kind])
    return scores


def by_cues(text: str, *, before: Sequence[str] = ()) -> dict[str, float]:
    """How sure the cues alone are of each kind that they speak for."""
    reading = reader().read(text)
    return _by_cues(_hits(reading), reading, before=before)


def _by_cues(hits: Mapping[str, Sequence[_Hit]], reading: Reading, *, before: Sequence[str]) -> dict[str, float]:
    scores = {kind: _score(hits[kind]) for kind in hits}
    _weigh(scores, reading, before=before)
    return scores


@cache
def reader() -> Reader:
    known = cues()
    return Reader(known.words, known.ordinary)


def _hits(reading: Reading) -> dict[str, list[_Hit]]:
    idioms = _idioms(reading)
    found: dict[str, list[_Hit]] = defaultdict(list)
    for cue in _candidates(reading.words):
        for match in cue.pattern.finditer(reading.line):
            hit = _hit(cue, match.start(), match.end(), reading, idioms)
            if hit is not None:
                found[cue.kind].append(hit)
                break
    return found


def _candidates(words: Sequence[str]) -> Iterator[Cue]:
    known, there, seen = cues(), frozenset(words), set[int]()
    for word in dict.fromkeys(words):
        for cue in (*known.by_word.get(word, ()), *known.by_start.get(word[:3] + "*", ())):
            if id(cue) not in seen:
                seen.add(id(cue))
                if not any(need.isdisjoint(there) for need in cue.needs):
                    yield cue
    yield from known.always


def _idioms(reading: Reading) -> frozenset[int]:
    """Which words stand in an idiom ("dying to know") and mean nothing of what they say."""
    inside: set[int] = set()
    for idiom in cues().idioms:
        if not idiom.anchors.isdisjoint(reading.words) or any(anchor.endswith("*") for anchor in idiom.anchors):
            for match in idiom.pattern.finditer(reading.line):
                inside.update(range(_at(reading, match.start()), _at(reading, match.end() - 1) + 1))
    return frozenset(inside)


def _at(reading: Reading, place: int) -> int:
    return max(0, bisect_right(reading.starts, place) - 1)


def _hit(cue: Cue, start: int, end: int, reading: Reading, idioms: frozenset[int]) -> _Hit | None:
    first, last = _at(reading, start), _at(reading, end - 2)
    if not cue.in_idioms and not idioms.isdisjoint(range(first, last + 1)):
        return None
    if not cue.though_not and _denied(reading.words, first):
        return None
    quoted = all(reading.quoted[first : last + 1])
    return _Hit(cue, first, last, cue.weight * (_QUOTED if quoted else 1.0))


def _denied(words: Sequence[str], first: int) -> bool:
    for word in reversed(words[max(0, first - _NOT_WITHIN) : first]):
        if word in ENDS or word == "but":
            return False
        if word in NEGATING:
            return True
    return False


def _score(hits: Sequence[_Hit]) -> float:
    """Cues that share their words say one thing once: of those the weightiest counts, the others half."""
    left, against, taken = 1.0, 1.0, set[int]()
    for hit in sorted(hits, key=lambda hit: -abs(hit.weight)):
        if hit.weight < 0:
            against *= 1 + hit.weight
            continue
        own = set(range(hit.first, hit.last + 1))
        left *= 1 - hit.weight * (1.0 if taken.isdisjoint(own) else 0.5)
        taken |= own
    return (1 - left) * against


def _words(kind: str, hits: Sequence[_Hit], reading: Reading, model: learnt.Weights | None) -> Sequence[str]:
    """The cues' words first; where none spoke, those that weighed most."""
    best = sorted((hit for hit in hits if hit.weight > 0), key=lambda hit: -hit.weight)
    places = [(hit.first, hit.last) for hit in best]
    if not places and model is not None:
        places = learnt.telling(model, kind, reading.words, most=_MOST_WORDS)
    return list(dict.fromkeys(filter(None, (reading.said(*place) for place in places))))[:_MOST_WORDS]


def _weigh(scores: dict[str, float], reading: Reading, *, before: Sequence[str]) -> None:
    """What one kind, or what was said before, means for another."""
    if FUN in reading.words and scores.get(Kind.RISK_TO_LIFE, 0.0) < 0.9:
        scores[Kind.RISK_TO_LIFE] = scores.get(Kind.RISK_TO_LIFE, 0.0) * 0.5
    scores[Kind.RISK_TO_LIFE] = 1 - (1 - scores.get(Kind.RISK_TO_LIFE, 0.0)) ** _LIVES_FIRST
    if before and _asked_before(before):
        chased = scores.get("chasing", 0.0)
        scores[Kind.COMPLAINT] = max(scores.get(Kind.COMPLAINT, 0.0), chased)
    scores.pop("chasing", None)
    _outweigh(scores)


def _outweigh(scores: dict[str, float]) -> None:
    for said, instead, share in _OUTWEIGHS:
        if scores.get(said, 0.0) >= SAID:
            scores[instead] = scores.get(instead, 0.0) * share
    grave = max((scores.get(kind, 0.0) for kind in _GRAVE), default=0.0)
    if grave >= SAID:
        for kind in (Kind.ENQUIRY, Kind.SERVICE_REQUEST):
            scores[kind] = scores.get(kind, 0.0) * 0.45
    if scores.get(Kind.SPAM, 0.0) >= SAID:
        for kind in Kind:
            if kind not in (Kind.SPAM, Kind.RISK_TO_LIFE, Kind.ABUSE):
                scores[kind] = scores.get(kind, 0.0) * 0.4


_OUTWEIGHS = ((Kind.DP_COMPLAINT, Kind.COMPLAINT, 0.6), (Kind.RISK_TO_LIFE, Kind.COMPLAINT, 0.75))
"""What is said, the kind that is less likely for it (the same words count for both), and what is left of that."""
_GRAVE = (
    Kind.COMPLAINT,
    Kind.FOI_EIR,
    Kind.SAR,
    Kind.DP_COMPLAINT,
    Kind.HAZARD,
    Kind.SAFEGUARDING,
    Kind.RISK_TO_LIFE,
    Kind.ABUSE,
)


def _asked_before(before: Sequence[str]) -> bool:
    return any(text.strip() for text in before)
