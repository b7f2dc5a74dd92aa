"""Running clocks of many conversations: the deadlines screen and the calendar feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from putthrough.conversations.models import Conversation
from putthrough.deadlines.models import Deadline, Feed
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import team_ids
from putthrough.kit.time import LONDON, end_of

MOST = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """``mine`` are the viewer's own teams alone; ``regime`` empty is all of them."""

    mine: bool = True
    regime: str = ""


def _running(viewer: User, *, mine: bool) -> QuerySet[Deadline]:
    seen = access.visible(viewer, Conversation)
    rows = Deadline.objects.filter(stopped_at=None, conversation__in=seen.order_by().values("pk"))
    return rows.filter(conversation__owner__in=team_ids(viewer)) if mine else rows


def due_list(viewer: User, chosen: Chosen, *, limit: int = MOST) -> list[Deadline]:
    """The running clocks that end first, those that stand still too, with all that a line shows."""
    rows = _running(viewer, mine=chosen.mine)
    if chosen.regime:
        rows = rows.filter(regime=chosen.regime)
    parts = ("conversation__owner", "conversation__contact", "conversation__holder")
    return list(rows.select_related(*parts).order_by("due_at", "pk")[:limit])


def per_regime(viewer: User, *, mine: bool) -> Mapping[str, int]:
    """How many clocks run, by regime."""
    counted = _running(viewer, mine=mine).order_by().values_list("regime").annotate(n=Count("pk"))
    return dict(counted)


def per_day(viewer: User, chosen: Chosen, *, until: date) -> Mapping[date, int]:
    """How many clocks end on each day in London up to ``until``, what is overdue included."""
    rows = _running(viewer, mine=chosen.mine).filter(due_at__lte=end_of(until), paused_at=None)
    if chosen.regime:
        rows = rows.filter(regime=chosen.regime)
    days = rows.annotate(day=TruncDate("due_at", tzinfo=LONDON)).order_by().values_list("day").annotate(n=Count("pk"))
    return dict(days)


def of_feed(found: Feed, *, since: datetime, limit: int = 500) -> list[Deadline]:
    """What the feed's person sees of it now: a team's clocks while they are in it, or those of what they hold."""
    rows = _running(found.user, mine=False).filter(paused_at=None, due_at__gte=since)
    if found.team_id is not None:
        rows = rows.filter(conversation__owner=found.team_id) if found.team_id in team_ids(found.user) else rows.none()
    else:
        rows = rows.filter(conversation__holder=found.user)
    return list(rows.select_related("conversation__owner").order_by("due_at", "pk")[:limit])
