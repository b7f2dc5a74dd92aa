"""What may go, what is held, and what went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from putthrough.conversations.models import Conversation
from putthrough.deadlines.counting import months_later
from putthrough.deadlines.models import Deadline
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.time import end_of, local_day
from putthrough.oversight.retention.groups import GROUPS, NEVER, OTHER, outlast
from putthrough.oversight.retention.models import Day, Held, Hold, Policy
from putthrough.routing.models import KindFound

MOST_COUNTED = 9999
_VERB = "set_up_retention"


def policy() -> Policy:
    return Policy.objects.filter(pk=1).first() or Policy(pk=1)


def due(group: str, rules: Policy, moment: datetime) -> QuerySet[Conversation]:
    """Closed conversations of the group whose time is over and that nothing holds, those of the oldest last word first.

    Held are what an order names, what has a clock that runs, and all of a contact of whom anything is still open: so
    nothing of a request for information or for one's own data goes while it is being answered.
    """
    months = rules.months[group]
    if months == NEVER:
        return Conversation.objects.none()
    before = end_of(months_later(local_day(moment), -months))
    rows = Conversation.objects.filter(state=Conversation.State.CLOSED, last_at__lt=before)
    rows = rows.filter(_of_group(group)).exclude(_of_kinds(outlast(group, rules.months)))
    open_ones = Conversation.objects.filter(contact=OuterRef("contact")).exclude(state=Conversation.State.CLOSED)
    clocks = Deadline.objects.filter(conversation=OuterRef("pk"), stopped_at=None)
    held = Held.objects.filter(conversation=OuterRef("pk"))
    return rows.exclude(Exists(held)).exclude(Exists(clocks)).exclude(Exists(open_ones)).order_by("last_at", "pk")


def _of_kinds(kinds: Sequence[str]) -> Q:
    found = KindFound.objects.filter(conversation=OuterRef("pk"), kind__in=list(kinds))
    return Q(Exists(found.exclude(state=KindFound.State.REJECTED)))


def _of_group(group: str) -> Q:
    named = [kind for one in GROUPS for kind in one.kinds]
    if group == OTHER:
        return ~_of_kinds(named)
    return _of_kinds(next(one.kinds for one in GROUPS if one.key == group))


def would_go(viewer: User, rules: Policy, moment: datetime) -> dict[str, int]:
    """By group how many would be deleted now; more than ``MOST_COUNTED`` are not counted."""
    access.require(viewer, _VERB)
    return {group.key: due(group.key, rules, moment)[: MOST_COUNTED + 1].count() for group in GROUPS}


@dataclass(frozen=True, slots=True)
class InForce:
    """An order and how many conversations it keeps."""

    hold: Hold
    number: int


def holds(viewer: User) -> list[InForce]:
    """Those in force, the newest first."""
    access.require(viewer, _VERB)
    rows = Hold.objects.filter(released_at=None).annotate(number=Count("held")).order_by("-pk")
    return [InForce(row, row.number) for row in rows]


def hold(viewer: User, pk: int) -> Hold:
    """Raises access.NotVisible."""
    access.require(viewer, _VERB)
    row = Hold.objects.filter(pk=pk, released_at=None).first()
    if row is None:
        raise access.NotVisible("There is no such order in force.")
    return row


def went(viewer: User, *, newest: int = 60) -> list[Day]:
    access.require(viewer, _VERB)
    return list(Day.objects.all()[:newest])
