"""The decision itself, pure: given what is known and a message, where it goes and why.

Stages in order: rules that people wrote, then what earlier hand-overs taught, then the directory's words, then the
account it was written to, then triage with the best guesses. (Continuity comes before all: an answer stays with who
owns the conversation.) Each can be switched off but the last. Where a service has teams by area, the place that the
message names says which of them has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from putthrough.kit.language import NAMES
from putthrough.routing.areas import answering, only_there, there
from putthrough.routing.known import Known, KnownRule, KnownService
from putthrough.routing.learned import Opinion
from putthrough.routing.lexical import Candidate
from putthrough.routing.models import Stage
from putthrough.routing.places import Found
from putthrough.routing.rules import Asked
from putthrough.routing.sureness import CONFIDENT

if TYPE_CHECKING:
    from putthrough.routing.meant import Point

_MOST_GUESSES = 5
# From how sure on what was learnt speaks against the directory's words, though it is not sure enough to act.
_DOUBTS = 0.5
_HALF_PLAIN = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a message goes. ``sentence`` quotes the message and stays with it; ``how`` does not. ``near`` are the
    lessons (by id) that speak most for it."""

    stage: str
    owner_id: int
    owner_name: str
    confidence: float
    sentence: str
    how: str
    service: KnownService | None = None
    candidates: Sequence[dict[str, Any]] = ()
    closes: bool = False
    near: Sequence[int] = field(default=())


def decide(
    asked: Asked,
    known: Known,
    *,
    account_team: tuple[int, str] | None = None,
    opinion: Opinion | None = None,
    point: Point | None = None,
) -> Verdict:
    """Where the message goes; ``opinion`` is what was learnt about it, ``point`` what it means. Never raises for any
    text."""
    found = known.places.find(asked.whole)
    return _where(_what(asked, known, account_team, opinion, point, found), found)


def _where(verdict: Verdict, found: Sequence[Found]) -> Verdict:
    """The team that its service has for the place. Where people decide, or its own account says whose it is, a place
    says nothing."""
    team = there(verdict.service, found) if verdict.service and verdict.stage != Stage.ACCOUNT else None
    if team is None or verdict.closes:
        return verdict
    sentence, how = f"{verdict.sentence} {team.words}", f"{verdict.how}, and by its place"
    return replace(verdict, owner_id=team.team_id, owner_name=team.team_name, sentence=sentence, how=how)


def _what(
    asked: Asked,
    known: Known,
    account_team: tuple[int, str] | None,
    opinion: Opinion | None,
    point: Point | None,
    found: Sequence[Found],
) -> Verdict:
    for rule in known.rules if Stage.RULE not in known.off else ():
        hit = rule.conditions.match(asked)
        if hit is not None:
            return _by_rule(rule, hit, known)
    opinion = opinion if Stage.LEARNT not in known.off else None
    guesses = known.guesses(f"{asked.subject}\n{asked.text}", point) if Stage.DIRECTORY not in known.off else ()
    named = _named(guesses, opinion, known, found)
    if opinion is not None and opinion.acts and _may_act(opinion, known):
        return _by_lessons(opinion, known, named)
    if guesses and _is_plain(guesses[0], opinion, known):
        return _by_directory(guesses[0], known, named, asked)
    provided = only_there(guesses, found, known)
    if provided is not None and not _doubts(opinion, provided, known):
        return _by_place(provided, known, named, guesses[:2])
    if account_team is not None and Stage.ACCOUNT not in known.off:
        return _by_account(account_team, named, known, guesses)
    return _to_triage(known, named, asked)


def _may_act(opinion: Opinion, known: Known) -> bool:
    """A service that is out of use by now gets nothing, and of late more may be asked than when it was learnt."""
    return opinion.guesses[0][0] in known.services and opinion.sure >= known.least_sure


def _is_plain(best: Candidate, opinion: Opinion | None, known: Known) -> bool:
    """The directory's words say it plainly; or half plainly, and what was learnt says the same by itself."""
    if best.confidence >= max(CONFIDENT, known.least_sure):
        return not _doubts(opinion, best, known)
    if opinion is None or best.confidence < _HALF_PLAIN or opinion.guesses[0][0] != best.key:
        return False
    return opinion.sure >= max(CONFIDENT, known.least_sure)


def _doubts(opinion: Opinion | None, best: Candidate, known: Known) -> bool:
    if opinion is None or opinion.sure < _DOUBTS or opinion.guesses[0][0] not in known.services:
        return False
    return known.services[opinion.guesses[0][0]].team_id != known.services[best.key].team_id


def _by_lessons(opinion: Opinion, known: Known, named: Sequence[dict[str, Any]]) -> Verdict:
    service = known.services[opinion.guesses[0][0]]
    said = ", ".join(f"“{word}”" for word in opinion.words)
    alike = f"Messages like it ({said})" if said else "Messages like it"
    whose = f"the business of {service.whose}" if service.whose else f"put to {service.team_name}"
    sentence = f"{alike} were {whose}: {service.name}.{_lately(opinion)}"
    how = f"{service.name}, by what earlier hand-overs taught"
    return Verdict(
        Stage.LEARNT,
        service.team_id,
        service.team_name,
        opinion.sure,
        sentence,
        how,
        service,
        _decided(named, service.key, opinion.sure),
        near=opinion.near,
    )


def _decided(named: Sequence[dict[str, Any]], key: str, sure: float) -> list[dict[str, Any]]:
    """The service that it goes to stands first, as sure as the decision is, whatever the directory's words said."""
    first = [{**guess, "confidence": round(sure, 3)} for guess in named if guess["service"] == key]
    return [*first, *(guess for guess in named if guess["service"] != key)]


def _lately(opinion: Opinion) -> str:
    return f" Of what was as plain, {opinion.precise:.0%} was right when last measured." if opinion.precise else ""


def _by_rule(rule: KnownRule, hit: str, known: Known) -> Verdict:
    why = f"The rule “{rule.name}” matched" + (f" (“{hit[:80]}”)." if hit else ".")
    service = known.by_id.get(rule.service_id) if rule.service_id else None
    owner = (service.team_id, service.team_name) if service else (rule.team_id, rule.team_name)
    owner_id, owner_name = (owner[0], owner[1]) if owner[0] else (known.triage_id, known.triage_name)
    how = f"the rule “{rule.name}”"
    return Verdict(Stage.RULE, owner_id, owner_name, 1.0, why, how, service, closes=rule.closes)


def _by_directory(best: Candidate, known: Known, named: Sequence[dict[str, Any]], asked: Asked) -> Verdict:
    service = known.services[best.key]
    said = _said(best, f"{asked.subject} {asked.text}".casefold())
    if service.whose:
        sentence = f"{said}: this is about {service.name}, which is the business of {service.whose}: refer them there."
        how = f"it is the business of {service.whose}"
    else:
        sentence = f"{said}: this is about {service.name}, which {service.team_name} is responsible for."
        how = f"{service.name}, by the words of the directory"
    return Verdict(Stage.DIRECTORY, service.team_id, service.team_name, best.confidence, sentence, how, service, named)


def _by_place(best: Candidate, known: Known, named: Sequence[dict[str, Any]], two: Sequence[Candidate]) -> Verdict:
    """Which team has it there is said after this."""
    service = known.services[best.key]
    other = next(known.services[guess.key] for guess in two if guess.key != best.key)
    sentence = f"It is about {service.name} or {other.name}, and only the first has a team for the place."
    how = f"{service.name}, by the words of the directory"
    named = _decided(named, best.key, best.confidence)
    return Verdict(Stage.DIRECTORY, service.team_id, service.team_name, best.confidence, sentence, how, service, named)


def _by_account(
    team: tuple[int, str], named: Sequence[dict[str, Any]], known: Known, guesses: Sequence[Candidate]
) -> Verdict:
    """To the account's own team; about the service that the words half plainly say, where that is one of its own."""
    service = known.services[guesses[0].key] if guesses and guesses[0].confidence >= _HALF_PLAIN else None
    if service is None or not service.is_provided_by(team[0]) or service.whose:
        sentence = f"It was written to {team[1]}'s own account, and nothing says that it is another team's."
        return Verdict(Stage.ACCOUNT, *team, 0.5, sentence, "the account it was written to", candidates=named)
    sentence = f"It was written to {team[1]}'s own account and is likely to be about {service.name}."
    return Verdict(Stage.ACCOUNT, *team, 0.5, sentence, "the account it was written to", service, named)


def _to_triage(known: Known, named: Sequence[dict[str, Any]], asked: Asked) -> Verdict:
    foreign = asked.language not in ("", "en")
    seen = f"It seems to be in {NAMES.get(asked.language, asked.language)}. " if foreign else ""
    sentence = seen + (
        "Nothing in it is plain enough to decide. The best guesses are below."
        if named
        else "Nothing in it is in the directory's words. A person has to say whose it is."
    )
    how = "not sure enough to decide"
    return Verdict(Stage.TRIAGE, known.triage_id, known.triage_name, 0.0, sentence, how, candidates=named)


def _said(best: Candidate, text: str) -> str:
    """What the message said, quoted; a street's name counts as a road, but was not said so."""
    words = [word for word in best.words if word.partition(" ")[0] in text and word.rpartition(" ")[2] in text]
    if not words and best.alike:
        return f"It means much the same as “{best.alike}”"
    return " and ".join(f"“{word}”" for word in words[:3]) or "By what it says"


def _named(
    guesses: Sequence[Candidate], opinion: Opinion | None, known: Known, found: Sequence[Found]
) -> list[dict[str, Any]]:
    """The best guesses of both kinds, each service once; what was learnt comes first where it is as sure."""
    both = sorted([*_learnt(opinion, known), *_worded(guesses)], key=lambda guess: -guess[1])
    best: dict[str, _Guess] = {}
    for guess in both:
        best.setdefault(guess[0], guess)
    return [_shown(answering(known.services[guess[0]], found), guess) for guess in list(best.values())[:_MOST_GUESSES]]


_Guess = tuple[str, float, Sequence[str], str]


def _learnt(opinion: Opinion | None, known: Known) -> Iterator[_Guess]:
    for number, (key, confidence) in enumerate(opinion.guesses if opinion else ()):
        if key in known.services:
            yield key, confidence, opinion.words if opinion and number == 0 else (), ""


def _worded(guesses: Sequence[Candidate]) -> Iterator[_Guess]:
    for guess in guesses:
        yield guess.key, guess.confidence, guess.words, guess.alike


def _shown(service: KnownService, guess: _Guess) -> dict[str, Any]:
    _, confidence, words, alike = guess
    return {
        "service": service.key,
        "lgsl": service.lgsl,
        "name": service.name,
        "team": service.team_name,
        "whose": service.whose,
        "confidence": round(confidence, 3),
        "words": list(words[:3]),
        "alike": alike,
    }
