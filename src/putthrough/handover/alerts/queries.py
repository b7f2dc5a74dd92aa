"""Reading alerts: who is told, who has it, and who saw it when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from putthrough.conversations.models import Conversation
from putthrough.deadlines.queries import policy_hours, service_calendar
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.handover.alerts.models import Alert, OnCall, Policy, Telling
from putthrough.handover.alerts.order import Person, in_order
from putthrough.kit.time import age_in_words, local, now

_LATELY = timedelta(days=1)


def policy() -> Policy:
    return Policy.objects.select_related("team").filter(pk=1).first() or Policy(pk=1)


def on_call(viewer: User) -> list[OnCall]:
    """Everybody who is told, by team and in their order."""
    access.require(viewer, "set_up_alerts")
    return list(OnCall.objects.select_related("team", "user").order_by("team__name", "position", "pk"))


def on_call_one(viewer: User, pk: int) -> OnCall:
    """Raises access.NotVisible."""
    access.require(viewer, "set_up_alerts")
    row = OnCall.objects.select_related("team", "user").filter(pk=pk).first()
    if row is None:
        raise access.NotVisible("There is nobody like that on call.")
    return row


def chain(team: int | None, moment: datetime) -> list[OnCall]:
    """Who is told for a team at that moment, the first first."""
    rows = {row.user_id: row for row in OnCall.objects.filter(team=team, user__is_active=True).select_related("user")}
    people = [Person(row.user_id, row.position, row.times, _first(row)) for row in rows.values()]
    order = in_order(people, day=local(moment).date(), in_hours=is_office_time(moment)) if people else []
    return [rows[user] for user in order]


def _first(row: OnCall) -> tuple[date, date] | None:
    return (row.first_from, row.first_until) if row.first_from and row.first_until else None


def is_office_time(moment: datetime) -> bool:
    here = local(moment)
    if not service_calendar(organisation().nation).is_working_day(here.date()):
        return False
    return any(start <= here.time() < end for start, end in policy_hours().get(here.weekday(), ()))


def alert_of(viewer: User, conversation: Conversation) -> Alert | None:
    """The alert of a conversation that the viewer may see, with who was told and who saw it; None without one."""
    if not conversation.at_risk or not access.sees(viewer, conversation):
        return None
    rows = Alert.objects.filter(conversation=conversation).exclude(state=Alert.State.OVER).select_related("taken_by")
    return rows.prefetch_related("tellings__user", "seen__user").first()


def waiting() -> Sequence[Alert]:
    """Alerts that nobody has, the oldest first."""
    return list(Alert.objects.filter(state=Alert.State.OPEN).order_by("raised_at", "pk")[:20])


def how_it_stands() -> tuple[bool, str]:
    """Whether alerts do what they are for, and in words how they stand. No word of a resident is in it."""
    late = [row for row in waiting() if now() - row.raised_at > timedelta(minutes=policy().minutes)]
    if late:
        many = "An alert" if len(late) == 1 else f"{len(late)} alerts"
        age = age_in_words(late[0].raised_at)
        return False, f"{many} that a life may be at risk: nobody has said for {age} that they have it. Look now."
    lost = Telling.objects.filter(state=Telling.State.FAILED, alert__raised_at__gte=now() - _LATELY).count()
    if lost:
        return False, f"{lost} could not be sent in the last day. Try out the addresses in Set-up, Alerts."
    if not OnCall.objects.exists():
        return (
            True,
            "Nobody is named: the team that has it and those who oversee are told. Name people in Set-up, Alerts.",
        )
    return True, "Whoever is on call is told, and none waits."


def was_told(telling: int) -> Telling | None:
    rows = Telling.objects.select_related("alert__conversation__owner", "alert__taken_by", "user")
    return rows.filter(pk=telling).first()
