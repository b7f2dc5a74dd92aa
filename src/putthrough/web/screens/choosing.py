"""Choosing whose a conversation is: services and teams by a few letters, and what was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from putthrough.directory.models import Service, Team
from putthrough.directory.queries import service, services_like, team, teams_like

MOST = 12


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where to: a service (its team has it) or a team itself."""

    service: Service | None = None
    team: Team | None = None


@dataclass(frozen=True, slots=True)
class Find:
    """One line to choose: ``value`` is what the form posts as ``to``."""

    value: str
    label: str
    words: str


def chosen(value: str) -> Chosen | None:
    """What ``service:KEY`` or ``team:ID`` names; None where it names nothing that there is."""
    kind, _, key = value.partition(":")
    if kind == "service" and (found := service(key)):
        return Chosen(service=found)
    if kind == "team" and key.isascii() and key.isdigit() and (owner := team(int(key[:17]))):
        return Chosen(team=owner)
    return None


def finds(words: str) -> list[Find]:
    """Services whose names, everyday words or team hold the letters, then teams; triage always last."""
    services = [
        Find(f"service:{one.key}", one.name, responsible(one)) for one in services_like(words.strip(), limit=MOST)
    ]
    teams = sorted(teams_like(words.strip(), limit=MOST), key=lambda one: one.kind == Team.Kind.TRIAGE)
    return services + [Find(f"team:{one.pk}", one.name, _team_words(one)) for one in teams]


def responsible(one: Service) -> str:
    if one.whose:
        return f"not ours but {one.whose}'s: answer with where to turn"
    return one.team.name if one.team else "no team has it yet, so triage gets it"


def _team_words(one: Team) -> str:
    return "they find out whose it is" if one.kind == Team.Kind.TRIAGE else one.description or "the team itself"
