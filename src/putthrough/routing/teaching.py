"""What people do with a conversation teaches whose such messages are. Call these inside ``writing``, the row locked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from putthrough.conversations.models import Conversation
from putthrough.directory.models import Service, Team
from putthrough.kit.time import now
from putthrough.routing.models import Decision, Lesson, Stage

_TEACHERS = frozenset({Team.Kind.SERVICE, Team.Kind.TRIAGE, Team.Kind.COMMS})  # a private office is none of them
BY_ITSELF = (Stage.LEARNT, Stage.DIRECTORY)
"""The stages whose decisions can turn out right or wrong; a rule does what a person wrote."""
_KEPT = ("service_id", "how", "stage", "routed_id", "sure", "right", "by")


def confirmed(row: Conversation, *, by: str) -> None:
    """A team took it in hand, or an answer left: it is theirs. What was sent back or closed confirms nothing."""
    if row.service_id is None or (row.owner.kind != Team.Kind.SERVICE and not _is_anothers(row)):
        return
    if _is_by_account(row):
        return
    before = Lesson.objects.filter(conversation=row).values_list("how", "service_id").first()
    if before is None or (before[0] != Lesson.How.DECLINED and before[1] != row.service_id):
        _teach(row, Lesson.How.CONFIRMED, row.service, by=by)


def put(row: Conversation, service: Service | None, *, by: str) -> None:
    """A person said whose it is. Without a service nobody learns which; that routing was wrong is still known."""
    _teach(row, Lesson.How.PUT if service else Lesson.How.DECLINED, service, by=by)


def still_about(row: Conversation, team: Team) -> Service | None:
    """The service that it is about already, where that is provided by area and the team is one of those that do so:
    passing it from one to another says nothing against the service."""
    service = row.service
    if service is None or not service.area_teams.exists():
        return None
    mine = service.team_id == team.pk or service.area_teams.filter(team=team).exists()
    return service if mine else None


def declined(row: Conversation, *, by: str) -> None:
    """It is not theirs; whose it is nobody has said yet."""
    _teach(row, Lesson.How.DECLINED, None, by=by)


def nobodys(row: Conversation, *, by: str) -> None:
    """A person closed it because it is nobody's: chat, spam, praise for a football team."""
    _teach(row, Lesson.How.NOBODYS, None, by=by)


def somebodys(row: Conversation) -> None:
    """It was closed as nobody's and is open again: that was not so, or not so sure."""
    Lesson.objects.filter(conversation=row, how=Lesson.How.NOBODYS).delete()


def taught(row: Conversation) -> dict[str, Any] | None:
    """The lesson as it stands, as JSON values, for ``taken_back``."""
    lesson = Lesson.objects.filter(conversation=row).values(*_KEPT, "at").first()
    return {**lesson, "at": lesson["at"].isoformat()} if lesson else None


def taken_back(row: Conversation, before: dict[str, Any] | None) -> None:
    """They took it back: what is known is what was known before."""
    Lesson.objects.filter(conversation=row).delete()
    if before is not None:
        moment = datetime.fromisoformat(before["at"])
        Lesson.objects.create(conversation=row, at=moment, **{name: before[name] for name in _KEPT})


def _teach(row: Conversation, how: str, service: Service | None, *, by: str) -> None:
    if row.owner.kind not in _TEACHERS:
        return
    routed = _routed(row)
    values = {
        "how": how,
        "service": service,
        "stage": routed.stage if routed else "",
        "routed_id": routed.service_id if routed else None,
        "sure": routed.confidence if routed else None,
        "right": _stood(routed, service) if routed else None,
        "by": by[:254],
        "at": now(),
    }
    Lesson.objects.update_or_create(conversation=row, defaults=values)


def _routed(row: Conversation) -> Decision | None:
    """What routing did by itself, None where a rule or a person decided."""
    first = Decision.objects.filter(conversation=row).exclude(stage=Stage.PERSON).select_related("service")
    decision = first.order_by("pk").first()
    return decision if decision and decision.stage in BY_ITSELF and decision.service_id else None


def _stood(routed: Decision, service: Service | None) -> bool:
    """It went to the responsible team, be it under another of its services."""
    if service is None or routed.service is None:
        return False
    return routed.service_id == service.pk or (
        service.team_id is not None and routed.service.team_id == service.team_id
    )


def _is_by_account(row: Conversation) -> bool:
    """The account says which team; which of its services is half a guess, and taking it in hand confirms none."""
    stage = Decision.objects.filter(conversation=row).order_by("-pk").values_list("stage", flat=True).first()
    return stage == Stage.ACCOUNT


def _is_anothers(row: Conversation) -> bool:
    return row.service is not None and bool(row.service.whose)
