"""Changing places, and who provides a service in which area: the only writers of those tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from putthrough.audit.actions import SYSTEM, record, thing, writing
from putthrough.directory import facts
from putthrough.directory.actions import CannotBeSaved, changed, name_of
from putthrough.directory.entries import Problem
from putthrough.directory.models import AreaTeam, Place, Service, Team, User
from putthrough.directory.placefile import PlaceEntry, PlaceFile
from putthrough.directory.placenames import area_key, key
from putthrough.directory.queries import organisation

_BATCH = 500
_Named = TypeVar("_Named", Service, Team)


class Unknown(ValueError):
    """The file names services or teams that there are not; ``problems`` says in which lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].words)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class PlacesLoaded:
    """What an import did, or with ``dry_run`` would do; ``fresh`` and ``altered`` are places in words, ``teams`` what
    teams it gives or changes, in words."""

    unchanged: int
    fresh: Sequence[str] = ()
    altered: Sequence[str] = ()
    teams: Sequence[str] = ()

    @property
    def added(self) -> int:
        return len(self.fresh)

    @property
    def changed(self) -> int:
        return len(self.altered)

    @property
    def does_anything(self) -> bool:
        return bool(self.fresh or self.altered or self.teams)


def load_places(entries: Sequence[PlaceEntry], *, by: User | str = SYSTEM, dry_run: bool = False) -> PlacesLoaded:
    """Add or change places by their names and wards, and area teams by service and area, all or none of them.

    What the file leaves out stays as it is. Raises Unknown for a service or a team that there is not.
    """
    who = name_of(by, "import")
    spelt = area_spellings(entries)
    asked = _asked_teams(entries, spelt)
    known = {place.key: place for place in Place.objects.all()}
    told = {key(one.name, one.within): one for one in reversed(entries) if one.name}
    fresh = [_filled(Place(key=at), one, spelt) for at, one in reversed(told.items()) if at not in known]
    altered = [_filled(known[at], one, spelt) for at, one in told.items() if _differs(known.get(at), one, spelt)]
    done = PlacesLoaded(
        len(told) - len(fresh) - len(altered),
        [_words(place) for place in fresh],
        [_words(place) for place in altered],
        [str(one) for one in asked],
    )
    if not dry_run and done.does_anything:
        with writing():
            Place.objects.bulk_create(fresh, batch_size=_BATCH)
            Place.objects.bulk_update(altered, ["name", "ward", "area"], batch_size=_BATCH)
            for one in asked:
                AreaTeam.objects.update_or_create(service=one.service, area=one.area, defaults={"team": one.team})
            changed()
            record(facts.PLACES_IMPORTED, thing(organisation()), by=who, added=done.added, changed=done.changed)
    return done


def mistakes(file: PlaceFile) -> list[Problem]:
    """Everything that is wrong with a file, also what it names that there is not, by line."""
    rows = [one for one in file.entries if one.service]
    unknown = _unknown(rows, *_named()) if rows else ()
    return sorted([*file.problems, *unknown], key=lambda problem: problem.line)


def area_spellings(entries: Iterable[PlaceEntry] = ()) -> dict[str, str]:
    """How each area is written, by its ``area_key``: as it was written first."""
    kept = [*Place.objects.values_list("area", flat=True).distinct().order_by("area")]
    kept += AreaTeam.objects.values_list("area", flat=True).distinct().order_by("area")
    spelt: dict[str, str] = {}
    for area in (*kept, *(one.area for one in entries)):
        spelt.setdefault(area_key(area), area)
    return spelt


def _filled(place: Place, entry: PlaceEntry, spelt: Mapping[str, str]) -> Place:
    place.name, place.ward, place.area = entry.name, entry.within, spelt[area_key(entry.area)]
    return place


def _differs(place: Place | None, entry: PlaceEntry, spelt: Mapping[str, str]) -> bool:
    if place is None:
        return False
    now = (place.name, place.ward, place.area)
    return now != (entry.name, entry.within, spelt[area_key(entry.area)])


def _words(place: Place) -> str:
    return f"{place}: {place.area}"


def _asked_teams(entries: Sequence[PlaceEntry], spelt: Mapping[str, str]) -> list[AreaTeam]:
    """The area teams of the file that are not so yet. Raises Unknown."""
    rows = [one for one in entries if one.service]
    if not rows:
        return []
    services, teams = _named()
    problems = list(_unknown(rows, services, teams))
    if problems:
        raise Unknown(problems)
    asked: dict[tuple[int, str], AreaTeam] = {}
    for one in rows:
        service, team = services[one.service.casefold()], teams[one.team.casefold()]
        row = AreaTeam(service=service, team=team, area=spelt[area_key(one.area)])
        asked.setdefault((service.pk, row.area), row)
    have = set(AreaTeam.objects.values_list("service_id", "area", "team_id"))
    return [one for one in asked.values() if (one.service_id, one.area, one.team_id) not in have]


def _named() -> tuple[dict[str, Service], dict[str, Team]]:
    return _by_words(Service.objects.all()), _by_words(Team.objects.all())


def _by_words(rows: Iterable[_Named]) -> dict[str, _Named]:
    """By name and by key; where two share a name, the key decides."""
    found = list(rows)
    return {row.name.casefold(): row for row in found} | {row.key.casefold(): row for row in found}


def _unknown(
    rows: Iterable[PlaceEntry], services: Mapping[str, Service], teams: Mapping[str, Team]
) -> Iterator[Problem]:
    for one in rows:
        if one.service.casefold() not in services:
            yield Problem(one.line, f"There is no service “{one.service}”: use its key or its name from Set-up.")
        if one.team.casefold() not in teams:
            yield Problem(one.line, f"There is no team “{one.team}”: add it in Set-up, Teams, or correct it.")


def save_place(place: Place, *, by: User | str = SYSTEM) -> Place:
    """Save one place. Raises CannotBeSaved where there is one of that name and ward."""
    who = name_of(by, "set_up_directory")
    place.key = key(place.name, place.ward)
    place.area = area_spellings().get(area_key(place.area), place.area)
    if Place.objects.filter(key=place.key).exclude(pk=place.pk).exists():
        raise CannotBeSaved(f"{place} is in the list already. Change that one, or name its ward.")
    with writing():
        place.save()
        changed()
        record(facts.PLACE_SAVED, thing(place), by=who, name=str(place), area=place.area)
    return place


def delete_place(place: Place, *, by: User | str = SYSTEM) -> None:
    who = name_of(by, "set_up_directory")
    with writing():
        record(facts.PLACE_DELETED, thing(place), by=who, name=str(place))
        place.delete()
        changed()


def clear_places(*, by: User | str = SYSTEM) -> int:
    """Take every place out of the list; the teams of the areas stay. Returns how many there were."""
    who = name_of(by, "import")
    with writing():
        number: int = Place.objects.all().delete()[0]
        changed()
        record(facts.PLACES_CLEARED, thing(organisation()), by=who, n=number)
    return number


def save_area_teams(service: Service, teams: Mapping[str, Team], *, by: User | str = SYSTEM) -> Service:
    """These teams (by area) and no others provide the service in an area of their own from now on."""
    who = name_of(by, "set_up_directory")
    spelt = area_spellings()
    rows = [AreaTeam(service=service, area=spelt.get(area_key(area), area), team=team) for area, team in teams.items()]
    with writing():
        AreaTeam.objects.filter(service=service).delete()
        AreaTeam.objects.bulk_create(rows)
        changed()
        words = "; ".join(f"{one.area}: {one.team}" for one in rows) or "none"
        record(facts.AREA_TEAMS, thing(service), by=who, name=service.name, teams=words[:300])
    return service
