"""A step of the sweep: alerts are raised, people are told one after the other, and nobody is once somebody has it.

What is to be done is read off the rows: a conversation that is marked *at risk* has an alert, an alert that nobody has
tells the next person when its time has come. So a killed process forgets nothing, and tells at worst once more.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.actions import lock, reindex
from putthrough.conversations.models import Conversation, Watcher
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.alerts import facts
from putthrough.handover.alerts.models import Alert, OnCall, Telling
from putthrough.handover.alerts.order import following
from putthrough.handover.alerts.queries import chain, policy
from putthrough.handover.alerts.sending import send_one, ways
from putthrough.kit.time import now

_BATCH = 20
_OFTEN = 6  # rounds
_State = Alert.State
_LIVE = (_State.OPEN, _State.TAKEN)


def alert() -> int:
    """One batch. Returns how many rows it moved."""
    return _raise() + _end() + _tell_next() + send_one()


def _raise() -> int:
    """What is at risk and has no alert gets one."""
    live = Alert.objects.filter(conversation=OuterRef("pk"), state__in=_LIVE)
    rows = Conversation.objects.filter(at_risk=True).exclude(state=Conversation.State.CLOSED).filter(~Exists(live))
    return sum(_raised(row) for row in rows.order_by("pk")[:_BATCH])


def _raised(conversation: Conversation) -> int:
    with writing():
        row = lock(conversation)
        if not row.at_risk or row.state == Conversation.State.CLOSED:
            return 0
        try:
            with transaction.atomic():
                Alert.objects.create(conversation=row, raised_at=now(), next_at=now())
        except IntegrityError:  # another worker was quicker
            return 0
        _let_see(row)
        record(facts.RAISED, thing(row))
    return 1


def _team(row: Conversation) -> int | None:
    """Whose people are told: the team's own, else those whom the body has chosen. What a team with people of its own
    has is told to nobody else."""
    return row.owner_id if OnCall.objects.filter(team=row.owner_id).exists() else policy().team_id


def _let_see(row: Conversation) -> None:
    """Whoever is told has to be able to read it, at any hour."""
    team = _team(row)
    if team is not None and team != row.owner_id:
        Watcher.objects.get_or_create(conversation=row, team_id=team)
        reindex(row)


def _end() -> int:
    """A person said that it is none, or closed it."""
    settled = Q(conversation__at_risk=False) | Q(conversation__state=Conversation.State.CLOSED)
    rows = Alert.objects.filter(settled, state__in=_LIVE).select_related("conversation")
    return sum(_ended(row) for row in rows.order_by("pk")[:_BATCH])


def _ended(row: Alert) -> int:
    why = "it is closed" if row.conversation.at_risk else "somebody said that no life is at risk"
    with writing():
        if not Alert.objects.filter(pk=row.pk, state__in=_LIVE).update(state=_State.OVER, next_at=None):
            return 0
        Telling.objects.filter(alert=row, state=Telling.State.DUE).update(state=Telling.State.DROPPED)
        record(facts.OVER, thing(row.conversation), why=why)
    return 1


def _tell_next() -> int:
    due = Alert.objects.filter(state=_State.OPEN, next_at__lte=now()).order_by("next_at")
    return sum(_told(row) for row in due.select_related("conversation__owner")[:_BATCH])


def _told(row: Alert) -> int:
    with writing():
        mine = Alert.objects.filter(pk=row.pk, state=_State.OPEN, next_at=row.next_at)
        if not mine.update(next_at=now() + _wait(row.round)):
            return 0
        _let_see(row.conversation)  # since it was raised it may have gone to another team
        people = _next_people(row)
        rows = [
            Telling(alert=row, user=user, way=way, address=address, round=row.round, next_attempt_at=now())
            for user, phone in people
            for way, address in ways(user, phone)
        ]
        Telling.objects.bulk_create(rows, ignore_conflicts=True)
        if not rows:
            _nobody(row)
    return 1


def _wait(round_: int) -> timedelta:
    """Nobody who was told an hour long and more needs it every ten minutes."""
    return timedelta(minutes=policy().minutes) if round_ <= _OFTEN else timedelta(hours=1)


def _nobody(row: Alert) -> None:
    Alert.objects.filter(pk=row.pk).update(round=row.round + 1)
    if row.round == 1:
        record(facts.NOBODY, thing(row.conversation), why="name people in Set-up, Alerts")


def _next_people(row: Alert) -> list[tuple[User, str]]:
    """The next of those on call, with their telephone; when all were told, all of them again and those who oversee."""
    there = {one.user_id: one for one in chain(_team(row.conversation), now())}
    told = set(Telling.objects.filter(alert=row, round=row.round).values_list("user", flat=True))
    user = following(list(there), told)
    if user is not None:
        return [(there[user].user, there[user].phone)]
    if told:
        row.round += 1
        Alert.objects.filter(pk=row.pk).update(round=row.round)
        record(facts.AGAIN, thing(row.conversation), number=row.round)
    return [(one.user, one.phone) for one in there.values()] + [
        (one, "") for one in _others(row.conversation) if one.pk not in there
    ]


def _others(row: Conversation) -> list[User]:
    """Who else can do something: the team that has it, and communications and triage as far as they see it."""
    roles = [User.Role.COMMS_LEAD, User.Role.TRIAGER]
    rows = User.objects.filter(Q(teams=row.owner_id) | Q(role__in=roles), is_active=True).distinct()
    return [user for user in rows.order_by("pk")[:_BATCH] if access.sees(user, row)]
