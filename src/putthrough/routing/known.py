"""What routing knows: the directory and the rules, read once and kept until the directory's version changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from django.db import DatabaseError

from putthrough.deadlines.calendar import Calendar, calendar
from putthrough.deadlines.queries import service_calendar
from putthrough.directory.models import Organisation, Service
from putthrough.directory.placenames import area_key
from putthrough.directory.queries import organisation, places, triage_team
from putthrough.directory.servicefile import starter
from putthrough.routing import learned
from putthrough.routing.learned import InUse, in_use
from putthrough.routing.lexical import Candidate, Index
from putthrough.routing.meant import Meant, guesses, phrases
from putthrough.routing.models import Rule
from putthrough.routing.places import NOWHERE, Places, Spot
from putthrough.routing.rules import Conditions, RuleError

if TYPE_CHECKING:
    from putthrough.routing.meant import Point

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class KnownService:
    """A service as the matcher and the placer need it. ``team_id`` is triage's where the body has no team for it;
    ``areas`` are the teams (id and name) that provide it in an area of their own, by ``area_key``."""

    id: int
    key: str
    name: str
    lgsl: int | None
    description: str
    synonyms: Sequence[str]
    whose: str
    team_id: int
    team_name: str
    days: int
    areas: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def is_provided_by(self, team_id: int) -> bool:
        """Whether it is this team's, everywhere or in an area."""
        return team_id == self.team_id or any(team_id == team for team, _ in self.areas.values())


@dataclass(frozen=True, slots=True)
class KnownRule:
    id: int
    name: str
    conditions: Conditions
    service_id: int | None
    team_id: int | None
    team_name: str
    closes: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that decides where a message goes, at one version of the directory."""

    version: int
    working_days: Calendar
    days: int
    triage_id: int
    triage_name: str
    services: Mapping[str, KnownService]
    by_id: Mapping[int, KnownService]
    rules: Sequence[KnownRule]
    index: Index
    learnt: InUse | None = None
    off: frozenset[str] = frozenset()
    least_sure: float = 0.0
    meant: Meant | None = None
    places: Places = NOWHERE

    @property
    def tells_by_meaning(self) -> bool:
        return self.meant is not None or (self.learnt is not None and self.learnt.model.encoder is not None)

    def guesses(self, text: str, point: Point | None = None) -> list[Candidate]:
        """The services that the directory's words say it is likeliest to be about; ``point`` is what it means."""
        return guesses(text, self.index, self.meant, point)


_kept: Known | None = None


def known() -> Known:
    """The current knowledge; one statement when nothing has changed."""
    global _kept
    body = organisation()
    if _kept is None or _kept.version != body.version:
        _kept = _read(body)
    return _kept


def known_or_starter() -> Known:
    """The installation's own directory; without a database, the starter directory alone."""
    try:
        if Service.objects.exists():
            return known()
    except DatabaseError:
        log.info("there is no database yet: the starter directory decides")
    return of_starter()


def of_starter() -> Known:
    """The starter directory as if it were an organisation's own; ids are places in its list."""
    services = [
        KnownService(
            id=number,
            key=entry.key,
            name=entry.name,
            lgsl=entry.lgsl,
            description=entry.description,
            synonyms=entry.synonyms,
            whose=entry.whose,
            team_id=number,
            team_name=entry.team,
            days=5,
        )
        for number, entry in enumerate(starter(), 1)
    ]
    return Known(
        version=0,
        working_days=calendar("england"),
        days=5,
        triage_id=0,
        triage_name="Triage",
        services={service.key: service for service in services},
        by_id={service.id: service for service in services},
        rules=[],
        index=Index.build(services),
    )


def forget() -> None:
    """Read everything again next time (another database stands behind the connection)."""
    global _kept
    _kept = None
    learned.forget()


def _read(body: Organisation) -> Known:
    triage = triage_team()
    services = [_service(row, body, triage.pk, triage.name) for row in _rows()]
    return Known(
        version=body.version,
        working_days=service_calendar(body.nation),
        days=body.target_days,
        triage_id=triage.pk,
        triage_name=triage.name,
        services={service.key: service for service in services},
        by_id={service.id: service for service in services},
        rules=list(_rules()),
        index=Index.build(services),
        learnt=in_use(),
        off=frozenset(body.stages_off),
        least_sure=body.least_sure,
        meant=_meant(services),
        places=Places.of(Spot(*row) for row in places()),
    )


def _meant(services: Sequence[KnownService]) -> Meant | None:
    """What the services' phrases mean, once all of them have been looked at."""
    if not learned.encoder_name():
        return None
    from putthrough.routing.points import points

    said = [phrase for service in services for phrase in phrases(service)]
    return Meant.of(services, dict(points(said, learned.encoder_name())))


def _rows() -> Sequence[Service]:
    rows = Service.objects.filter(active=True).select_related("team").prefetch_related("area_teams__team")
    return list(rows.order_by("key"))


def _service(row: Service, body: Organisation, triage_id: int, triage_name: str) -> KnownService:
    return KnownService(
        id=row.pk,
        key=row.key,
        name=row.name,
        lgsl=row.lgsl,
        description=row.description,
        synonyms=tuple(row.synonyms),
        whose=row.whose,
        team_id=row.team.pk if row.team else triage_id,
        team_name=row.team.name if row.team else triage_name,
        days=row.target_days or body.target_days,
        areas={area_key(one.area): (one.team.pk, one.team.name) for one in row.area_teams.all()},
    )


def _rules() -> Sequence[KnownRule]:
    kept = []
    for row in Rule.objects.filter(enabled=True).select_related("team", "service__team"):
        try:
            conditions = Conditions.of(row.conditions)
        except (RuleError, TypeError) as error:
            log.warning("a rule is left out", rule=row.pk, why=str(error))
            continue
        team = row.team or (row.service.team if row.service else None)
        kept.append(
            KnownRule(
                row.pk,
                row.name,
                conditions,
                row.service_id,
                team.pk if team else None,
                team.name if team else "",
                row.closes,
            )
        )
    return kept
