"""Whose a message is by the place that it names, once its service is known. Pure.

A place never says what a message is about: it says which of a service's teams has it, and of two services that are as
likely it rules out the one that nobody provides there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from putthrough.directory.placenames import area_key
from putthrough.routing.lexical import Candidate
from putthrough.routing.places import Found
from putthrough.routing.sureness import CONFIDENT

if TYPE_CHECKING:
    from putthrough.routing.known import Known, KnownService

_IN_DOUBT = 0.25
"""How likely each of two services has to be, for a place to decide between them."""


@dataclass(frozen=True, slots=True)
class There:
    """The team that a service has where the message is about; ``words`` say so."""

    team_id: int
    team_name: str
    words: str


def there(service: KnownService, found: Sequence[Found]) -> There | None:
    """The service's team for these places; None where its own team has it, or the places do not agree."""
    if not found or not service.areas:
        return None
    teams = set.intersection(*({service.areas.get(area_key(area)) for area in one.areas} for one in found))
    team = teams.pop() if len(teams) == 1 else None
    return There(*team, _words(found[0], team[1])) if team else None


def _words(place: Found, team: str) -> str:
    area = min(place.areas)
    if len(place.areas) > 1 or area.casefold() == team.casefold():
        return f"{place.name} is looked after by {team}."
    return f"{place.name} is in the area {area}, which {team} looks after."


def answering(service: KnownService, found: Sequence[Found]) -> KnownService:
    """The service with the team that it has there."""
    team = there(service, found)
    return replace(service, team_id=team.team_id, team_name=team.team_name) if team else service


def only_there(guesses: Sequence[Candidate], found: Sequence[Found], known: Known) -> Candidate | None:
    """Of two services of which it is plainly one or the other, the one that is provided where the message is about,
    where the other is provided by area but not there. It is as sure as both together."""
    if not found or len(guesses) < 2 or guesses[1].confidence < _IN_DOUBT:
        return None
    sure = guesses[0].confidence + guesses[1].confidence
    two = [known.services[guess.key] for guess in guesses[:2]]
    if sure < max(CONFIDENT, known.least_sure) or not all(service.areas for service in two):
        return None
    serving = [guess for guess, service in zip(guesses, two, strict=False) if there(service, found)]
    return replace(serving[0], confidence=min(sure, 0.99)) if len(serving) == 1 else None
