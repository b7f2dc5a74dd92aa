"""Calendar addresses: made, taken back, and read."""

from __future__ import annotations

from secrets import token_urlsafe

from putthrough.audit.actions import record, thing, writing
from putthrough.deadlines import facts
from putthrough.deadlines.models import Feed
from putthrough.directory.access import NotVisible
from putthrough.directory.models import Team, User
from putthrough.directory.queries import team_ids, token_hash


def make_feed(team: Team | None, *, by: User) -> str:
    """A calendar of one of the person's teams, or of what they have in hand. The secret is shown once.

    Raises NotVisible for a team that is not theirs.
    """
    if team is not None and team.pk not in team_ids(by):
        raise NotVisible("There is no such team of yours.")
    secret = token_urlsafe(32)
    with writing():
        row = Feed.objects.create(user=by, team=team, hash=token_hash(secret))
        record(facts.FEED_MADE, thing(row), by=by.name, calendar=str(row))
    return secret


def revoke(pk: int, *, by: User) -> None:
    """The address shows nothing from now on. Raises NotVisible for somebody else's."""
    with writing():
        row = Feed.objects.filter(pk=pk, user=by).select_related("team").first()
        if row is None:
            raise NotVisible("There is no such calendar of yours.")
        record(facts.FEED_REVOKED, thing(row), by=by.name, calendar=str(row))
        row.delete()


def feed(secret: str) -> Feed | None:
    """The feed of an address, while its person is active."""
    rows = Feed.objects.filter(hash=token_hash(secret), user__is_active=True)
    return rows.select_related("user", "team").first()


def feeds(viewer: User) -> list[Feed]:
    """The viewer's own."""
    return list(Feed.objects.filter(user=viewer).select_related("team").order_by("pk"))
