"""Changing the directory: the only writers of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe

from django.contrib.auth.hashers import make_password
from django.db.models import F

from putthrough.audit.actions import SYSTEM, record, thing, writing
from putthrough.directory import access, facts, sittings
from putthrough.directory.models import Organisation, Service, Signpost, Team, Token, User
from putthrough.directory.queries import organisation, token_hash
from putthrough.directory.servicefile import ServiceEntry, SignpostEntry
from putthrough.kit.time import now


class CannotBeSaved(ValueError):
    """It cannot stand like that; ``str(error)`` says why and what to do."""


_SETTINGS = [
    "name",
    "nation",
    "target_days",
    "quiet_days",
    "split_on_topic",
    "undo_seconds",
    "information_team",
    "demo",
]


def name_of(by: User | str, verb: str) -> str:
    """Who it is, for the record. A person must have the verb (raises NotAllowed); a program is known by its name."""
    if isinstance(by, User):
        access.require(by, verb)
        return by.name
    return by


def changed() -> None:
    """Call in every transaction that changes what routing reads: its caches look at the version."""
    organisation()
    Organisation.objects.filter(pk=1).update(version=F("version") + 1)


def save_organisation(row: Organisation, *, by: User | str = SYSTEM) -> Organisation:
    who = name_of(by, "set_up_directory")
    with writing():
        row.save(update_fields=None if row._state.adding else _SETTINGS)
        changed()
        record(facts.ORGANISATION_SAVED, thing(row), by=who)
    return row


def save_team(team: Team, *, by: User | str = SYSTEM) -> Team:
    who = name_of(by, "set_up_directory")
    with writing():
        team.save()
        changed()
        record(facts.TEAM_SAVED, thing(team), by=who, name=team.name)
    return team


def set_by_email(row: Team | User, *, on: bool) -> None:
    """Whether each conversation is mailed there from now on; nothing is saved yet. What came before is not mailed."""
    row.by_email_since = (row.by_email_since or now()) if on else None


def put_into_team(team: Team, people: Iterable[User], *, by: User | str = SYSTEM) -> Team:
    """These people and nobody else are in the team from now on: they see what it has, the others no longer do."""
    who = name_of(by, "set_up_people")
    with writing():
        team.people.set(people)
        names = ", ".join(person.name for person in team.people.all()) or "nobody"
        record(facts.TEAM_PEOPLE, thing(team), by=who, name=team.name, people=names[:300])
    return team


def save_service(service: Service, *, by: User | str = SYSTEM, signposts: Iterable[Signpost] | None = None) -> Service:
    """Save a service; given signposts take the place of those that it had."""
    who = name_of(by, "set_up_directory")
    with writing():
        service.save()
        if signposts is not None:
            service.signposts.all().delete()
            Signpost.objects.bulk_create(_of(service, signposts))
        changed()
        record(facts.SERVICE_SAVED, thing(service), by=who, name=service.name)
    return service


def _of(service: Service, signposts: Iterable[Signpost]) -> list[Signpost]:
    for signpost in signposts:
        signpost.pk, signpost.service = None, service
    return list(signposts)


def save_user(
    user: User, *, by: User | str = SYSTEM, password: str | None = None, teams: Iterable[Team] | None = None
) -> User:
    """Save a person. A new one without a password cannot sign in with one. A new password, or being shut out, ends
    every session of theirs.

    Raises CannotBeSaved when nobody would be left who can administer.
    """
    who = name_of(by, "set_up_people")
    with writing():
        _keep_an_administrator(user)
        if password is not None:
            user.password = make_password(password)
        elif not user.password:
            user.set_unusable_password()
        user.save()
        if teams is not None:
            user.teams.set(teams)
        if password is not None or not user.is_active:
            sittings.end_all(user, by=who)
        record(facts.USER_SAVED, thing(user), by=who, name=user.name, role=user.get_role_display().lower())
    return user


def _keep_an_administrator(user: User) -> None:
    still = user.is_active and user.role == User.Role.ADMINISTRATOR
    if still or user.pk is None:
        return
    administrators = User.objects.filter(role=User.Role.ADMINISTRATOR, is_active=True)
    if list(administrators.values_list("pk", flat=True)[:2]) == [user.pk]:
        raise CannotBeSaved(f"{user.name} is the only administrator. Make somebody else one first.")


def make_token(user: User, name: str, *, by: str = SYSTEM) -> str:
    """A new API key; the returned secret is shown once and cannot be read again."""
    secret = f"pt_{token_urlsafe(32)}"
    with writing():
        token = Token.objects.create(user=user, name=name, hash=token_hash(secret))
        record(facts.TOKEN_MADE, thing(token), by=by, name=name, user=user.name)
    return secret


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an import did, or with ``dry_run`` would do; ``fresh`` and ``altered`` are the services by name."""

    added: int
    changed: int
    unchanged: int
    new_teams: Sequence[str]
    fresh: Sequence[str] = ()
    altered: Sequence[str] = ()


def load_services(entries: Sequence[ServiceEntry], *, by: User | str = SYSTEM, dry_run: bool = False) -> Loaded:
    """Add or change services by key, all or none of them.

    What the file leaves out stays as it is: whole services, and a service's team or signpost that it does not name.
    The official list only adds: what is known already keeps its name, its words and its team.
    """
    who = name_of(by, "import")
    rows = Service.objects.select_related("team").prefetch_related("signposts")
    known = {service.key: service for service in rows}
    teams = {team.key: team for team in Team.objects.all()}
    new_teams = sorted({entry.team for entry in entries if entry.team and entry.team not in teams})
    fresh = [entry for entry in entries if entry.key not in known]
    altered = [entry for entry in entries if entry.key in known and _differs(known[entry.key], entry)]
    unchanged = len(entries) - len(fresh) - len(altered)
    names = [[entry.name for entry in those] for those in (fresh, altered)]
    loaded = Loaded(len(fresh), len(altered), unchanged, new_teams, *names)
    if not dry_run:
        with writing():
            for key in new_teams:
                teams[key] = Team.objects.create(key=key, name=key.replace("-", " ").capitalize())
            _write(fresh, altered, known, teams)
            changed()
            row = organisation()
            record(facts.IMPORTED, thing(row), by=who, added=loaded.added, changed=loaded.changed)
    return loaded


def _differs(service: Service, entry: ServiceEntry) -> bool:
    if entry.official:
        return False
    team = service.team.key if service.team else ""
    now = (service.name, service.lgsl, service.description, list(service.synonyms), service.whose, team)
    then = (entry.name, entry.lgsl, entry.description, list(entry.synonyms), entry.whose, entry.team or team)
    return now != then or (entry.signpost is not None and _posts(service) != [entry.signpost])


def _posts(service: Service) -> list[SignpostEntry]:
    return [SignpostEntry(p.page, p.phone, p.hours, p.words) for p in service.signposts.all()]


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
    by_key = {service.key: service for service in [*made, *kept]}
    posts = [(by_key[e.key], e.signpost) for e in [*fresh, *altered] if e.signpost]
    Signpost.objects.filter(service__in=[service for service, _ in posts]).delete()
    Signpost.objects.bulk_create(
        [Signpost(service=s, words=p.words, page=p.page, phone=p.phone, hours=p.hours) for s, p in posts]
    )
