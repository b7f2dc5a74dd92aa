"""Changing the directory: the only writers of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe

from django.contrib.auth.hashers import make_password
from django.db.models import F

from putthrough.audit.actions import SYSTEM, record, thing, writing
from putthrough.directory import facts
from putthrough.directory.models import Organisation, Service, Signpost, Team, Token, User
from putthrough.directory.queries import organisation, token_hash
from putthrough.directory.servicefile import ServiceEntry


def changed() -> None:
    """Call in every transaction that changes what routing reads: its caches look at the version."""
    organisation()
    Organisation.objects.filter(pk=1).update(version=F("version") + 1)


def save_organisation(row: Organisation, *, by: str = SYSTEM) -> Organisation:
    with writing():
        row.save()
        changed()
        record(facts.ORGANISATION_SAVED, thing(row), by=by)
    return row


def save_team(team: Team, *, by: str = SYSTEM) -> Team:
    with writing():
        team.save()
        changed()
        record(facts.TEAM_SAVED, thing(team), by=by, name=team.name)
    return team


def save_service(service: Service, *, by: str = SYSTEM) -> Service:
    with writing():
        service.save()
        changed()
        record(facts.SERVICE_SAVED, thing(service), by=by, name=service.name)
    return service


def save_user(
    user: User, *, by: str = SYSTEM, password: str | None = None, teams: Iterable[Team] | None = None
) -> User:
    """Save a person. A new one without a password cannot sign in with one."""
    with writing():
        if password is not None:
            user.password = make_password(password)
        elif not user.password:
            user.set_unusable_password()
        user.save()
        if teams is not None:
            user.teams.set(teams)
        record(facts.USER_SAVED, thing(user), by=by, name=user.name, role=user.get_role_display().lower())
    return user


def make_token(user: User, name: str, *, by: str = SYSTEM) -> str:
    """A new API key; the returned secret is shown once and cannot be read again."""
    secret = f"pt_{token_urlsafe(32)}"
    with writing():
        token = Token.objects.create(user=user, name=name, hash=token_hash(secret))
        record(facts.TOKEN_MADE, thing(token), by=by, name=name, user=user.name)
    return secret


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an import did, or with ``dry_run`` would do."""

    added: int
    changed: int
    unchanged: int
    new_teams: Sequence[str]


def load_services(entries: Sequence[ServiceEntry], *, by: str = SYSTEM, dry_run: bool = False) -> Loaded:
    """Add or change services by key, all or none of them. Services that the file leaves out stay as they are."""
    known = {service.key: service for service in Service.objects.select_related("team")}
    teams = {team.key: team for team in Team.objects.all()}
    new_teams = sorted({entry.team for entry in entries if entry.team and entry.team not in teams})
    fresh = [entry for entry in entries if entry.key not in known]
    altered = [entry for entry in entries if entry.key in known and _differs(known[entry.key], entry)]
    loaded = Loaded(len(fresh), len(altered), len(entries) - len(fresh) - len(altered), new_teams)
    if not dry_run:
        with writing():
            for key in new_teams:
                teams[key] = Team.objects.create(key=key, name=key.replace("-", " ").capitalize())
            _write(fresh, altered, known, teams)
            changed()
            row = organisation()
            record(facts.IMPORTED, thing(row), by=by, added=loaded.added, changed=loaded.changed)
    return loaded


def _differs(service: Service, entry: ServiceEntry) -> bool:
    team = service.team.key if service.team else ""
    now = (service.name, service.description, list(service.synonyms), service.whose, team or entry.team)
    return now != (entry.name, entry.description, list(entry.synonyms), entry.whose, entry.team or team)


def _filled(service: Service, entry: ServiceEntry, teams: dict[str, Team]) -> Service:
    service.name, service.lgsl, service.description = entry.name, entry.lgsl, entry.description
    service.synonyms, service.whose = list(entry.synonyms), entry.whose
    service.team = teams.get(entry.team) or service.team
    return service


def _write(
    fresh: Sequence[ServiceEntry],
    altered: Sequence[ServiceEntry],
    known: dict[str, Service],
    teams: dict[str, Team],
) -> None:
    made = Service.objects.bulk_create([_filled(Service(key=e.key), e, teams) for e in fresh])
    kept = [_filled(known[entry.key], entry, teams) for entry in altered]
    Service.objects.bulk_update(kept, ["name", "lgsl", "description", "synonyms", "whose", "team"])
    Signpost.objects.filter(service__in=kept).delete()
    by_key = {service.key: service for service in [*made, *kept]}
    posts = [(by_key[e.key], e.signpost) for e in [*fresh, *altered] if e.signpost]
    Signpost.objects.bulk_create(
        [Signpost(service=s, words=p.words, page=p.page, phone=p.phone, hours=p.hours) for s, p in posts]
    )
