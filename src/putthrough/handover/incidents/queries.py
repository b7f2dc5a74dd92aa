"""Reading incidents: a viewer sees one if it is their team's, or if they see a conversation that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.visibility import conversations
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import team_ids
from putthrough.handover.incidents.humans import DANGER, reason
from putthrough.handover.incidents.models import Incident, Membership

_State = Incident.State
_IN = ~Q(how=Membership.How.REMOVED)


def visible(viewer: User) -> QuerySet[Incident]:
    """Registered with ``directory.access`` by ``journey.py``."""
    seen = _members(viewer).filter(incident=OuterRef("pk"))
    return Incident.objects.filter(Q(owner__in=team_ids(viewer)) | Q(Exists(seen)))


def allowed(viewer: User, verb: str, thing: Any) -> bool:
    """The team that answers for it runs it, and those who triage or lead communications; before there is a team,
    whoever sees it."""
    incident: Incident = thing
    if incident.owner_id in team_ids(viewer):
        return True
    if incident.owner_id is None:
        return access.sees(viewer, incident)
    return viewer.role in (User.Role.TRIAGER, User.Role.COMMS_LEAD) and access.sees(viewer, incident)


def _members(viewer: User) -> QuerySet[Membership]:
    theirs = conversations(viewer).filter(pk=OuterRef("conversation_id"))
    return Membership.objects.filter(_IN).filter(Exists(theirs))


def incidents(viewer: User, *, limit: int = 50) -> list[Incident]:
    """Those that go on, the suggested first, then the newest; with ``seen``, how many of its conversations they see."""
    rows = access.visible(viewer, Incident).exclude(state__in=[_State.DISMISSED, _State.CLOSED])
    return _counted(viewer, list(rows.select_related("owner").order_by("-state", "-last_at")[:limit]))


def ended(viewer: User, *, limit: int = 20) -> list[Incident]:
    rows = access.visible(viewer, Incident).filter(state=_State.CLOSED)
    return _counted(viewer, list(rows.select_related("owner").order_by("-last_at")[:limit]))


def _counted(viewer: User, rows: list[Incident]) -> list[Incident]:
    counts = _members(viewer).filter(incident__in=[row.pk for row in rows]).values("incident").annotate(n=Count("pk"))
    numbers = dict(counts.values_list("incident", "n"))
    for row in rows:
        row.seen = numbers.get(row.pk, 0)  # type: ignore[attr-defined]  # an annotation made in a second statement
    return rows


def incident(viewer: User, pk: int) -> Incident:
    """One incident. Raises access.NotVisible."""
    rows = access.visible(viewer, Incident).select_related("owner")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise access.NotVisible(f"There is no incident {pk} that you can see.")
    return access.found(viewer, row)


def members(viewer: User, of: Incident, *, limit: int = 100) -> list[Membership]:
    """What belongs to it and the viewer may see, newest first."""
    rows = _members(viewer).filter(incident=of)
    full = rows.select_related("conversation__contact", "conversation__owner", "conversation__account")
    return list(full.order_by("-pk")[:limit])


def count(viewer: User, of: Incident) -> int:
    return _members(viewer).filter(incident=of).count()


def incident_of(viewer: User, conversation: Conversation) -> Incident | None:
    """The incident that a conversation at hand belongs to."""
    found = Membership.objects.filter(_IN, conversation=conversation).select_related("incident").first()
    shown = found is not None and found.incident.state in (_State.SUGGESTED, _State.OPEN)
    return found.incident if found and shown and access.sees(viewer, conversation) else None


def open_ones(viewer: User) -> list[Incident]:
    """Confirmed and going on, for putting a conversation into one by hand."""
    return list(access.visible(viewer, Incident).filter(state=_State.OPEN).order_by("-last_at")[:20])


def needing(rows: Sequence[Conversation]) -> dict[int, str]:
    """Why a person has to answer these, by conversation id; only those of which it is so. Each message is asked by
    itself, and danger in any of them comes first; so does what filing or a person said of it."""
    found = {row.pk: DANGER for row in rows if row.at_risk}
    said = Message.objects.filter(conversation__in=rows, direction=Message.Direction.IN, automatic="")
    for pk, subject, text in said.order_by("pk").values_list("conversation_id", "subject", "text"):
        why = reason(f"{subject}\n{text}")
        if why is not None and (pk not in found or why == DANGER):
            found[pk] = why
    return found
