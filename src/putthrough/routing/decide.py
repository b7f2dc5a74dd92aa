"""The decision itself, pure: given what is known and a message, where it goes and why.

Stages in order: rules that people wrote, then the directory's words, then the account it was written to, then
triage with the best guesses. (Continuity comes before all: an answer stays with who owns the conversation.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from putthrough.routing.known import Known, KnownRule, KnownService
from putthrough.routing.lexical import Candidate
from putthrough.routing.models import Stage
from putthrough.routing.rules import Asked
from putthrough.routing.sureness import CONFIDENT


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a message goes. ``sentence`` quotes the message and stays with it; ``how`` does not."""

    stage: str
    owner_id: int
    owner_name: str
    confidence: float
    sentence: str
    how: str
    service: KnownService | None = None
    candidates: Sequence[dict[str, Any]] = ()
    closes: bool = False


def decide(asked: Asked, known: Known, *, account_team: tuple[int, str] | None = None) -> Verdict:
    """Where the message goes. Never raises for any text."""
    for rule in known.rules:
        hit = rule.conditions.match(asked)
        if hit is not None:
            return _by_rule(rule, hit, known)
    guesses = known.index.match(f"{asked.subject}\n{asked.text}").candidates
    named = [_named(guess, known) for guess in guesses]
    if guesses and guesses[0].confidence >= CONFIDENT:
        return _by_directory(guesses[0], known, named, asked)
    if account_team is not None:
        return _by_account(account_team, named)
    return _to_triage(known, named)


def _by_rule(rule: KnownRule, hit: str, known: Known) -> Verdict:
    why = f"The rule “{rule.name}” matched" + (f" (“{hit[:80]}”)." if hit else ".")
    service = known.by_id.get(rule.service_id) if rule.service_id else None
    owner = (service.team_id, service.team_name) if service else (rule.team_id, rule.team_name)
    owner_id, owner_name = (owner[0], owner[1]) if owner[0] else (known.triage_id, known.triage_name)
    how = f"the rule “{rule.name}”"
    return Verdict(Stage.RULE, owner_id, owner_name, 1.0, why, how, service, closes=rule.closes)


def _by_directory(best: Candidate, known: Known, named: Sequence[dict[str, Any]], asked: Asked) -> Verdict:
    service = known.services[best.key]
    said = _said(best.words, f"{asked.subject} {asked.text}".casefold())
    if service.whose:
        sentence = f"{said}: this is about {service.name}, which is the business of {service.whose}: refer them there."
        how = f"it is the business of {service.whose}"
    else:
        sentence = f"{said}: this is about {service.name}, which {service.team_name} is responsible for."
        how = f"{service.name}, by the words of the directory"
    return Verdict(Stage.DIRECTORY, service.team_id, service.team_name, best.confidence, sentence, how, service, named)


def _by_account(team: tuple[int, str], named: Sequence[dict[str, Any]]) -> Verdict:
    sentence = f"It was written to {team[1]}'s own account, and nothing says that it is another team's."
    return Verdict(Stage.ACCOUNT, *team, 0.5, sentence, "the account it was written to", candidates=named)


def _to_triage(known: Known, named: Sequence[dict[str, Any]]) -> Verdict:
    sentence = (
        "Nothing in it is plain enough to decide. The best guesses are below."
        if named
        else "Nothing in it is in the directory's words. A person has to say whose it is."
    )
    how = "not sure enough to decide"
    return Verdict(Stage.TRIAGE, known.triage_id, known.triage_name, 0.0, sentence, how, candidates=named)


def _said(words: Sequence[str], text: str) -> str:
    """What the message said, quoted; a street's name counts as a road, but was not said so."""
    quoted = [f"“{word}”" for word in words if word.partition(" ")[0] in text and word.rpartition(" ")[2] in text]
    return " and ".join(quoted[:3]) or "By what it says"


def _named(guess: Candidate, known: Known) -> dict[str, Any]:
    service = known.services[guess.key]
    return {
        "service": service.key,
        "lgsl": service.lgsl,
        "name": service.name,
        "team": service.team_name,
        "whose": service.whose,
        "confidence": round(guess.confidence, 3),
        "words": list(guess.words[:3]),
    }
