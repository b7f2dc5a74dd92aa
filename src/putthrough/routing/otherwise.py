"""What each stage says of a message, and what would have changed the decision: for those who want to know it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from putthrough.routing.decide import Verdict
from putthrough.routing.known import Known
from putthrough.routing.learned import Opinion
from putthrough.routing.lexical import Candidate
from putthrough.routing.models import Stage
from putthrough.routing.places import NOWHERE, Found
from putthrough.routing.rules import Asked
from putthrough.routing.sureness import CONFIDENT

Decide = Callable[[Asked, Known], Verdict]

_STAGES = {
    Stage.RULE: "rules",
    Stage.LEARNT: "what earlier hand-overs taught",
    Stage.DIRECTORY: "the directory of services",
    Stage.ACCOUNT: "the account it was written to",
}


@dataclass(frozen=True, slots=True)
class Otherwise:
    """``without`` what, in words, it would have gone elsewhere, and where."""

    without: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Said:
    """What one stage says of it, in words."""

    stage: str
    words: str


def otherwise(asked: Asked, known: Known, decide: Decide) -> list[Otherwise]:
    """Each stage and each telling word without which it would go elsewhere; ``decide`` says where something goes."""
    before = decide(asked, known)
    found = [*_without_stages(asked, known, decide), *_without_places(asked, known, decide)]
    found += _without_words(asked, known, decide, before)
    return [one for one in found if _place(one.verdict) != _place(before)]


def _place(verdict: Verdict) -> tuple[int, str]:
    return verdict.owner_id, verdict.service.key if verdict.service else ""


def _without_stages(asked: Asked, known: Known, decide: Decide) -> Iterator[Otherwise]:
    for stage, words in _STAGES.items():
        if stage not in known.off:
            yield Otherwise(words, decide(asked, replace(known, off=known.off | {stage})))


def _without_places(asked: Asked, known: Known, decide: Decide) -> Iterator[Otherwise]:
    names = [f"“{place.name}”" for place in known.places.find(asked.whole)]
    if names:
        yield Otherwise(f"the place {' and '.join(names)}", decide(asked, replace(known, places=NOWHERE)))


def _without_words(asked: Asked, known: Known, decide: Decide, before: Verdict) -> Iterator[Otherwise]:
    told = before.candidates[0]["words"] if before.candidates else ()
    for words in told:
        text, subject = _cut(asked.text, words), _cut(asked.subject, words)
        yield Otherwise(f"the words “{words}”", decide(replace(asked, text=text, subject=subject), known))


def _cut(text: str, words: str) -> str:
    return re.sub("|".join(map(re.escape, words.split())), " ", text, flags=re.IGNORECASE) if words.split() else text


def said(asked: Asked, known: Known, opinion: Opinion | None, guesses: Sequence[Candidate]) -> list[Said]:
    """What each stage says of it by itself, in the order in which they are asked."""
    lines = (
        (Stage.RULE, "Rules", _rules(asked, known)),
        (Stage.LEARNT, "Hand-overs", _learnt(opinion, known)),
        (Stage.DIRECTORY, "Directory", _directory(guesses, known)),
    )
    stages = [Said(name, "Switched off." if stage in known.off else words) for stage, name, words in lines]
    return [*stages, Said("Places", _places(asked, known))] if known.places else stages


def _rules(asked: Asked, known: Known) -> str:
    for rule in known.rules:
        if rule.conditions.match(asked) is not None:
            return f"“{rule.name}” fits."
    return f"None of {len(known.rules)} fits." if known.rules else "There is none."


def _learnt(opinion: Opinion | None, known: Known) -> str:
    if opinion is None:
        return "Too little has been learnt yet."
    service = known.services.get(opinion.guesses[0][0])
    name = service.name if service else "A service that is out of use"
    if opinion.needs is None:
        return f"{name}, {opinion.sure:.0%} sure. It does not act for that service yet."
    return f"{name}, {opinion.sure:.0%} sure. It acts from {max(opinion.needs, known.least_sure):.0%}."


def _directory(guesses: Sequence[Candidate], known: Known) -> str:
    if not guesses:
        return "Nothing in it is like what any service is called or described by."
    best = guesses[0]
    alike = f", for it means much the same as “{best.alike}”" if best.alike and not best.words else ""
    name = known.services[best.key].name
    return f"{name}, {round(best.confidence, 3):.0%} sure{alike}. It acts from {max(CONFIDENT, known.least_sure):.0%}."


def _places(asked: Asked, known: Known) -> str:
    found = known.places.find(asked.whole)
    if not found:
        return f"It names none of {len(known.places)}."
    return " ".join(map(_lies, found))


def _lies(place: Found) -> str:
    """Where there are two of a name, the message does not say which."""
    areas = sorted(place.areas)
    if len(areas) == 1:
        return f"{place.name} is in the area {areas[0]}."
    return f"{place.name} is in {' or '.join(areas)}: the message does not say which."
