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


def services() -> QuerySet[Service]:
    return Service.objects.filter(active=True).select_related("team")


def service(key: str) -> Service | None:
    return services().filter(key=key).first()


def services_like(words: str, *, limit: int = 20) -> list[Service]:
    """Services of which the name or a synonym contains the words, for choosing one by hand."""
    found = services().filter(Q(name__icontains=words) | Q(synonyms__icontains=words) | Q(team__name__icontains=words))
    return list(found[:limit])


def team_ids(user: User) -> tuple[int, ...]:
    """The user's own teams and those that they cover today. Read once per request: the user row remembers."""
    remembered: tuple[int, ...] | None = getattr(user, "_team_ids", None)
    if remembered is None:
        own = list(user.teams.values_list("pk", flat=True))
        today = local_day(now())
        covered = Team.objects.filter(cover__in=own, away_until__gte=today).values_list("pk", flat=True)
        remembered = tuple(sorted({*own, *covered}))
        user._team_ids = remembered  # type: ignore[attr-defined]  # a memo for one request, not a column
    return remembered


def user_of_token(secret: str) -> User | None:
    """The active user whose API key this is, None if it is nobody's."""
    token = Token.objects.filter(hash=token_hash(secret), user__is_active=True).select_related("user").first()
    return token.user if token else None


def token_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
