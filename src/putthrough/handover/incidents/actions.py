"""What people do with an incident. Gathering only suggests: nothing is answered before a person has confirmed."""

from __future__ import annotations

import string
from collections.abc import Sequence

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import Team, User
from putthrough.handover.incidents import facts
from putthrough.handover.incidents.models import Incident, Membership
from putthrough.handover.incidents.pools import pool_of
from putthrough.handover.incidents.queries import needing
from putthrough.handover.incidents.states import may_become
from putthrough.kit.time import now

MOST_WORDINGS = 3
PLACES = frozenset({"name"})
"""What a wording may leave open, in braces."""
_State, _How = Incident.State, Membership.How


def lock(incident: Incident) -> Incident:
    """The row as it is now, held until the transaction ends. Call it inside ``writing``."""
    return Incident.objects.select_for_update(of=("self",)).select_related("owner").get(pk=incident.pk)


def confirm(incident: Incident, *, by: User, owner: Team, title: str = "") -> Incident:
    """It is one: this team answers for it. Raises CannotBeDone when somebody decided meanwhile."""
    access.require(by, "run_incident", incident)
    with writing():
        row = _become(incident, _State.OPEN)
        row.owner, row.title = owner, title.strip()[:120] or row.title
        row.save(update_fields=["owner", "title", "state"])
        record(facts.CONFIRMED, thing(row), by=by.name, owner=owner.name)
    return row


def dismiss(incident: Incident, *, by: User) -> Incident:
    """These have no more in common than some words."""
    access.require(by, "run_incident", incident)
    with writing():
        row = _become(incident, _State.DISMISSED)
        row.save(update_fields=["state"])
        Membership.objects.filter(incident=row).update(how=_How.REMOVED)
        record(facts.DISMISSED, thing(row), by=by.name)
    return row


def close(incident: Incident, *, by: User) -> Incident:
    """It is over. Its conversations stay as they are."""
    access.require(by, "run_incident", incident)
    with writing():
        row = _become(incident, _State.CLOSED)
        row.save(update_fields=["state"])
        record(facts.CLOSED, thing(row), by=by.name)
    return row


def _become(incident: Incident, state: Incident.State) -> Incident:
    row = lock(incident)
    if not may_become(row.state, state):
        raise CannotBeDone(f"This incident is {row.get_state_display().lower()} by now. Look at it again first.")
    row.state = state
    return row


def agree(incident: Incident, wordings: Sequence[str], *, by: User) -> Incident:
    """Write down the one agreed line, in up to three wordings. Raises CannotBeDone for what cannot be filled in."""
    access.require(by, "run_incident", incident)
    said = [wording.strip() for wording in wordings if wording.strip()][:MOST_WORDINGS]
    for wording in said:
        check(wording)
    if not said:
        raise CannotBeDone("Write the line first: there is nothing in it.")
    with writing():
        row = lock(incident)
        row.wordings = said
        row.save(update_fields=["wordings"])
        record(facts.AGREED, thing(row), by=by.name, wordings=said)
    return row


def check(wording: str) -> None:
    """Raises CannotBeDone in plain words where something in braces is nothing that can be filled in."""
    try:
        places = {name for _, name, _, _ in string.Formatter().parse(wording) if name is not None}
    except ValueError:
        places = {"?"}
    if not places <= PLACES:
        raise CannotBeDone("In braces only {name} can stand: it becomes the name of the person. Take the others out.")


def add(incident: Incident, conversation: Conversation, *, by: User) -> Membership:
    """A person says that it belongs. It leaves the one that it was in. Raises CannotBeDone for another office's."""
    access.require(by, "run_incident", incident)
    if not access.sees(by, conversation):
        raise access.NotVisible("There is no such conversation that you can see.")
    with writing():
        row = lock(incident)
        if row.pool != pool_of(conversation.owner):
            raise CannotBeDone("An office's letters never stand in an incident with others.")
        Membership.objects.filter(conversation=conversation).exclude(incident=row).exclude(how=_How.REMOVED).update(
            how=_How.REMOVED
        )
        why = needing([conversation]).get(conversation.pk, "")
        values = {"how": _How.ADDED, "why": why, "at": now()}
        member, _ = Membership.objects.update_or_create(incident=row, conversation=conversation, defaults=values)
        record(facts.ADDED, thing(conversation), by=by.name, incident=row.pk)
    return member


def take_in(incident: Incident, rows: Sequence[Conversation]) -> list[Conversation]:
    """What answers a post about it belongs to it, unless it is over, a person took it out, or it stands in another one.
    Returns those that came in. Call it inside ``writing``."""
    row = lock(incident)
    if row.state != _State.OPEN:
        return []
    there = Membership.objects.filter(conversation__in=rows).values_list("conversation", "incident", "how")
    stays = {pk for pk, inside, how in there if how != _How.REMOVED or inside == row.pk}
    fresh = {one.pk: one for one in rows if one.pk not in stays and pool_of(one.owner) == row.pool}
    why, moment = needing(list(fresh.values())), now()
    Membership.objects.bulk_create(
        [
            Membership(incident=row, conversation=one, how=_How.ANSWERED, why=why.get(pk, ""), at=moment)
            for pk, one in fresh.items()
        ],
        ignore_conflicts=True,
    )
    if fresh:
        Incident.objects.filter(pk=row.pk).update(last_at=moment)
    return list(fresh.values())


def remove(incident: Incident, conversation: Conversation, *, by: User) -> None:
    """A person says that it does not belong: it is not gathered into it again."""
    access.require(by, "run_incident", incident)
    with writing():
        found = Membership.objects.filter(incident=incident, conversation=conversation).exclude(how=_How.REMOVED)
        if found.update(how=_How.REMOVED):
            record(facts.REMOVED, thing(conversation), by=by.name, incident=incident.pk)
