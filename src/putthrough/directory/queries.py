"""Reading the directory. It holds nothing personal but staff names: everybody signed in may read it."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.db.models import Q, QuerySet

from putthrough.directory.models import Organisation, Service, Team, Token, User
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


def user_of_token(secret: str) -> User | None:
    """The active user whose API key this is, None if it is nobody's."""
    token = Token.objects.filter(hash=token_hash(secret), user__is_active=True).select_related("user").first()
    return token.user if token else None


def token_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
