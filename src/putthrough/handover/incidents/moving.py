"""Passing an incident's conversations on to the team that answers for it, so that one team can answer them all."""

from __future__ import annotations

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.actions import pass_on
from putthrough.handover.incidents.humans import DANGER
from putthrough.handover.incidents.models import Incident, Membership

MOST = 100
"""Conversations that are passed on at one press."""


def elsewhere(incident: Incident, by: User, *, limit: int = MOST) -> list[Conversation]:
    """What another team has and ``by`` may pass on. Never what may mean danger: whoever has that goes on with it."""
    if incident.owner_id is None:
        return []
    inside = Membership.objects.filter(incident=incident).exclude(how=Membership.How.REMOVED).exclude(why=DANGER)
    rows = access.visible(by, Conversation).filter(memberships__in=inside).exclude(owner=incident.owner_id)
    open_ones = (
        rows.exclude(state=Conversation.State.CLOSED).exclude(at_risk=True).select_related("owner").order_by("pk")
    )
    return [row for row in open_ones[: 4 * limit] if access.may(by, "pass_on", row)][:limit]


def bring_together(incident: Incident, *, by: User) -> tuple[int, str]:
    """Pass them on. Returns how many went, and why the first of the others did not, empty where all did."""
    access.require(by, "run_incident", incident)
    went, why = 0, ""
    for row in elsewhere(incident, by):
        try:
            pass_on(row, incident.owner, by=by, note=f"Part of an incident: {incident.title}")
        except CannotBeDone as error:
            why = why or str(error)
        else:
            went += 1
    return went, why
