"""Reading the directory. It holds nothing personal but staff names: everybody signed in may read it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count, Q, QuerySet

from putthrough.directory.models import AreaTeam, Organisation, Place, Service, Signpost, Team, Token, User
from putthrough.directory.placefile import PlaceEntry
from putthrough.directory.placenames import area_key
from putthrough.kit.time import local_day, now


def organisation() -> Organisation:
    return Organisation.objects.get_or_create(pk=1)[0]


def directory_version() -> int:
    """Grows with every change of services, teams or rules: caches of the directory are keyed by it."""
    return Organisation.objects.filter(pk=1).values_list("version", flat=True).first() or 0


def triage_team() -> Team:
    """The team that has what nobody else has yet. It always exists."""
    return Team.objects.get_or_create(kind=Team.Kind.TRIAGE, defaults={"key": "triage", "name": "Triage"})[0]


@lru_cache(maxsize=8)
def triage_id(version: int) -> int:
    return triage_team().pk


def teams() -> QuerySet[Team]:
    return Team.objects.all()


def team(pk: int) -> Team | None:
    return Team.objects.filter(pk=pk).first()


def services() -> QuerySet[Service]:
    return Service.objects.filter(active=True).select_related("team")


def service(key: str) -> Service | None:
    return services().filter(key=key).first()


def services_like(words: str, *, limit: int = 20) -> list[Service]:
    """Services of which the name or a synonym contains the words, for choosing one by hand."""
    found = services().filter(Q(name__icontains=words) | Q(synonyms__icontains=words) | Q(team__name__icontains=words))
    return list(found[:limit])


def contact_details() -> list[str]:
    """All lines in which the body publishes how somebody is reached: signposts, and the teams' addresses."""
    posts = Signpost.objects.values_list("phone", "words")
    return [line for row in posts for line in row if line] + list(Team.objects.values_list("email", flat=True))


def signposts_of(keys: Iterable[str], pk: int | None) -> list[Signpost]:
    """The signposts of services by key, and of one by id, which comes first; with their services."""
    rows = Signpost.objects.filter(Q(service__key__in=list(keys)) | Q(service=pk), service__active=True)
    return sorted(rows.select_related("service").order_by("pk"), key=lambda post: post.service_id != pk)


def signpost(pk: int) -> Signpost | None:
    return Signpost.objects.filter(pk=pk, service__active=True).select_related("service").first()


def teams_of(user: User) -> tuple[Team, ...]:
    """The user's own teams and those that they cover today, by name. Read once per request: the row remembers."""
    remembered: tuple[Team, ...] | None = getattr(user, "_own_teams", None)
    if remembered is None:
        covers = Q(cover__people=user, away_until__gte=local_day(now()))
        remembered = tuple(Team.objects.filter(Q(people=user) | covers).distinct())
        user._own_teams = remembered  # type: ignore[attr-defined]  # a memo for one request, not a column
    return remembered


def team_ids(user: User) -> tuple[int, ...]:
    return tuple(sorted(team.pk for team in teams_of(user)))


def teams_like(words: str, *, limit: int = 20) -> list[Team]:
    """Teams whose name contains the words, for choosing one by hand; triage always, for it takes anything back."""
    return list(Team.objects.filter(Q(name__icontains=words) | Q(kind=Team.Kind.TRIAGE))[:limit])


def user_by_email(email: str) -> User | None:
    """The active person with that address."""
    return User.objects.filter(email__iexact=email, is_active=True).first()


def user_of_token(secret: str) -> User | None:
    """The active user whose API key this is, None if it is nobody's."""
    token = Token.objects.filter(hash=token_hash(secret), user__is_active=True).select_related("user").first()
    return token.user if token else None


def token_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def services_page(words: str = "", *, after: Service | None = None, limit: int = 50) -> list[Service]:
    """Services for setting them up, by name, those out of use too; ``after`` is the last of the page before."""
    rows = Service.objects.select_related("team")
    if words:
        rows = rows.filter(
            Q(name__icontains=words) | Q(synonyms__icontains=words) | Q(team__name__icontains=words) | Q(key=words)
        )
    if after is not None:
        rows = rows.filter(Q(name__gt=after.name) | Q(name=after.name, pk__gt=after.pk))
    return list(rows.order_by("name", "pk")[:limit])


def any_service(pk: int) -> Service | None:
    """One service, out of use or not, with its signposts and the teams of its areas."""
    return Service.objects.filter(pk=pk).prefetch_related("signposts", "area_teams__team").first()


def teams_with_counts() -> QuerySet[Team]:
    """Teams with ``people_count`` and ``services_count`` (those in use)."""
    return Team.objects.select_related("cover").annotate(
        people_count=Count("people", filter=Q(people__is_active=True), distinct=True),
        services_count=Count("services", filter=Q(services__active=True), distinct=True),
    )


def people() -> QuerySet[User]:
    """Everybody, by name, those who may no longer sign in too."""
    return User.objects.prefetch_related("teams")


def demo_people() -> list[User]:
    """The people of a demonstration, who may be signed in as from this machine alone; none in a real body."""
    if not organisation().demo:
        return []
    return [user for user in people().filter(demo=True, is_active=True).order_by("pk") if user.has_usable_password()]


def user(pk: int) -> User | None:
    return people().filter(pk=pk).first()


def service_with_key(key: str) -> Service | None:
    """The service of that key, out of use or not."""
    return Service.objects.filter(key=key).first()


def team_with_key(key: str) -> Team | None:
    return Team.objects.filter(key=key).first()


def user_with_email(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).first()


def places_page(words: str = "", *, after: Place | None = None, limit: int = 50) -> list[Place]:
    """Places by name and ward; ``after`` is the last of the page before."""
    rows = Place.objects.all()
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(ward__icontains=words) | Q(area__icontains=words))
    if after is not None:
        rows = rows.filter(
            Q(name__gt=after.name)
            | Q(name=after.name, ward__gt=after.ward)
            | Q(name=after.name, ward=after.ward, pk__gt=after.pk)
        )
    return list(rows.order_by("name", "ward", "pk")[:limit])


def places() -> list[tuple[str, str, str]]:
    """Name, ward and area of each place."""
    return list(Place.objects.values_list("name", "ward", "area"))


def place(pk: int) -> Place | None:
    return Place.objects.filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Area:
    """An area, how many places lie in it, and the teams that provide some service there, by name."""

    name: str
    places: int
    teams: tuple[str, ...]


def areas() -> list[Area]:
    """Each area that places lie in, by name."""
    teams: dict[str, list[str]] = {}
    for area, team in AreaTeam.objects.values_list("area", "team__name").distinct().order_by("team__name"):
        teams.setdefault(area_key(area), []).append(team)
    counted = Place.objects.values_list("area").annotate(n=Count("pk")).order_by("area")
    return [Area(area, number, tuple(teams.get(area_key(area), ()))) for area, number in counted]


def places_as_entries() -> list[PlaceEntry]:
    """All places, then who provides what in which area, as a file has them."""
    rows = Place.objects.order_by("name", "ward")
    teams = AreaTeam.objects.select_related("service", "team").order_by("area", "service__key")
    return [
        *(PlaceEntry(0, row.name, row.ward, row.area) for row in rows),
        *(PlaceEntry(0, area=row.area, service=row.service.key, team=row.team.key) for row in teams),
    ]
