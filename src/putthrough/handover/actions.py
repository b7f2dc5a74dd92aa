"""Who has it: claim, pass on, decline. A conversation changes hands in one step, from one owner to the next.

No verb here can lose a message, restart a clock or move a deadline later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.actions import CannotBeDone, give, lock, lock_for, reindex
from putthrough.conversations.actions import divide as divided
from putthrough.conversations.models import Conversation
from putthrough.deadlines.clocks import restore, target, tighten
from putthrough.directory import access
from putthrough.directory.models import Service, Team, User
from putthrough.directory.queries import organisation, team_ids, triage_team
from putthrough.handover import facts
from putthrough.handover.models import Handover
from putthrough.handover.states import PASSES_BEFORE_ESCALATION, may_become
from putthrough.kit.time import now
from putthrough.routing.actions import note_person, unsay
from putthrough.routing.queries import team_for
from putthrough.routing.teaching import confirmed, declined, taught


def claim(conversation: Conversation, *, by: User) -> Conversation:
    """Take it in hand. Raises CannotBeDone when a colleague was quicker: exactly one claim wins."""
    access.require(by, "claim", conversation)
    with writing():
        row = lock(conversation)
        if row.owner_id not in team_ids(by):
            raise CannotBeDone(f"This has just gone to {row.owner}. They have it now.")
        if row.holder_id not in (None, by.pk):
            raise CannotBeDone(f"{row.holder} has just taken this in hand. Nothing was changed.")
        if row.holder_id is None:
            row.holder = by
            row.save(update_fields=["holder"])
            _settle(row, Handover.State.ACCEPTED)
            confirmed(row, by=by.name)
            record(facts.CLAIMED, thing(row), by=by.name, team=row.owner.name)
    return row


def release(conversation: Conversation, *, by: User) -> Conversation:
    """Put it back for anybody in the team."""
    access.require(by, "claim", conversation)
    with writing():
        row = lock_for(conversation, "claim", by=by)
        if row.holder_id is not None:
            row.holder = None
            row.save(update_fields=["holder"])
            record(facts.RELEASED, thing(row), by=by.name, team=row.owner.name)
    return row


def pass_on(
    conversation: Conversation, to: Team | None, *, by: User, service: Service | None = None, note: str = ""
) -> Handover:
    """Pass it on to the team that a service has (where it has several, by the place that is named), or to a team: it
    owns it from this moment, and the clock runs on.

    Raises CannotBeDone when it would go nowhere new, or was passed so often that the comms lead must decide.
    """
    access.require(by, "pass_on", conversation)
    target = to or (team_for(by, conversation, service) if service else None) or triage_team()
    with writing():
        row = lock(conversation)
        _check(row, target, by)
        before = _before(row)
        given = _move(row, target, by=by, service=service, note=note.strip())
        decision = note_person(row, to=target, service=service, by=by)
        record(facts.PASSED_ON, thing(row), by=by.name, origin=given.origin.name, to=target.name, team=target.pk)
        _count(row, given.origin, lead=_leads(by))
        given.before = before | {"decision": decision.pk}
        given.save(update_fields=["before"])
    return given


def divide(conversation: Conversation, service: Service, said: str, *, by: User) -> Handover:
    """A message about two matters: the part ``said`` goes to its own service as a conversation of its own; the rest
    stays where it is. Raises CannotBeDone as passing on does, and then nothing is divided."""
    with writing():
        other = divided(conversation, said, by=by)
        return pass_on(
            other, None, by=by, service=service, note=f"From a message about two things. This part: “{said}”"
        )


def _check(row: Conversation, target: Team, by: User) -> None:
    lead = by.role == User.Role.COMMS_LEAD
    if row.owner_id not in team_ids(by) and not lead:
        raise CannotBeDone(f"This has just gone to {row.owner}. They have it now; nothing was changed.")
    if row.owner_id == target.pk:
        raise CannotBeDone(f"{target} has this already. Choose another team or service.")
    if goes_round(row) and not lead:
        raise CannotBeDone(
            f"This has been passed on {row.passes} times. The comms lead decides where it goes next and has been told."
        )
    if target.kind == Team.Kind.COMMS and not lead and row.owner.kind != Team.Kind.TRIAGE:
        raise CannotBeDone("Communications does not answer for services. Pass it to the service, or to triage.")


def goes_round(row: Conversation) -> bool:
    """Whether it was passed on so often that the comms lead decides where it goes."""
    return row.escalated_at is not None and row.passes >= PASSES_BEFORE_ESCALATION


def _move(row: Conversation, target: Team, *, by: User, service: Service | None, note: str) -> Handover:
    _settle(row, Handover.State.ACCEPTED)
    origin = row.owner
    give(row, target.pk, watcher_id=origin.pk)
    row.owner = target
    if service is not None:
        row.service = service
        row.save(update_fields=["service"])
        tighten(row, service.target_days)
    return Handover.objects.create(
        conversation=row, origin=origin, to=target, service=service, by=by, note=note, at=now()
    )


def _settle(row: Conversation, state: Handover.State) -> Handover | None:
    """The open handover, if there is one, has come to this. Returns it."""
    given = Handover.objects.filter(conversation=row, state=Handover.State.OFFERED).first()
    if given is not None and may_become(given.state, state):
        given.state = state
        given.save(update_fields=["state"])
    return given


def _count(row: Conversation, origin: Team, *, lead: bool) -> None:
    """Sorting out of triage is no pass; from the third pass on the comms lead has to know, and nobody else decides."""
    if row.escalated_at is not None and lead:
        row.escalated_at, row.passes = None, 0  # the count begins anew
    elif origin.kind != Team.Kind.TRIAGE:
        row.passes += 1
        if row.passes >= PASSES_BEFORE_ESCALATION and row.escalated_at is None:
            row.escalated_at = now()
            record(facts.ESCALATED, thing(row), passes=row.passes)
    row.save(update_fields=["passes", "escalated_at"])
    reindex(row)


def decline(conversation: Conversation, *, by: User, reason: str) -> Conversation:
    """Not ours: it goes back to who passed it on, or to triage when routing sent it, with the reason.

    Raises CannotBeDone without a reason, or in triage, from where nothing can be sent back.
    """
    access.require(by, "decline", conversation)
    return _decline(conversation, team_ids(by), reason, by=by.name, lead=_leads(by))


def decline_by_address(conversation: Conversation, team: Team, *, reason: str) -> Conversation:
    """The same by a team of which nothing is known but that it has its ordinary email address."""
    return _decline(conversation, (team.pk,), reason, by=team.name, lead=False)


def _leads(by: User) -> bool:
    return by.role == User.Role.COMMS_LEAD


def _decline(conversation: Conversation, teams: Sequence[int], reason: str, *, by: str, lead: bool) -> Conversation:
    if not reason.strip():
        raise CannotBeDone("Say in a few words why it is not yours: the next person decides by it.")
    with writing():
        row = lock(conversation)
        if row.owner_id not in teams:
            raise CannotBeDone(f"This has just gone to {row.owner}. They have it now; nothing was changed.")
        if row.owner.kind == Team.Kind.TRIAGE:
            raise CannotBeDone("Triage cannot send a message back. Put it through to a service, or close it.")
        if goes_round(row) and not lead:
            raise CannotBeDone(f"It has gone round {row.passes} times. The comms lead decides where this goes next.")
        back, refusing = _origin(row), row.owner
        given = _settle(row, Handover.State.DECLINED)
        if given is not None:
            Handover.objects.filter(pk=given.pk).update(reason=reason.strip())
        give(row, back.pk, watcher_id=refusing.pk)
        row.owner = back
        declined(row, by=by)
        record(
            facts.DECLINED,
            thing(row),
            by=by,
            origin=refusing.name,
            to=back.name,
            team=back.pk,
            reason=reason.strip()[:300],
        )
        _count(row, refusing, lead=lead)
    return row


def _origin(row: Conversation) -> Team:
    given = Handover.objects.filter(conversation=row, state=Handover.State.OFFERED).select_related("origin").first()
    return given.origin if given else triage_team()


def undo(handover: Handover, *, by: User) -> Conversation:
    """Take back one's own passing on, within the organisation's undo time and before anybody took it in hand.

    Everything is as it was: owner, holder, service, clock, count. Raises CannotBeDone when it is too late.
    """
    with writing():
        row = lock(handover.conversation)
        given = Handover.objects.select_for_update().get(pk=handover.pk)
        late = now() - given.at > timedelta(seconds=organisation().undo_seconds)
        if given.by_id != by.pk or late or not may_become(given.state, Handover.State.UNDONE):
            raise CannotBeDone(
                f"It is too late to take that back: {row.owner} has it. Ask them, or look in the history."
            )
        _take_back(row, given, by)
    return row


def take_back(handover: Handover, *, by: User) -> Conversation:
    """The same for one of many that were passed on together, however long ago, while nobody has taken it in hand.
    Raises CannotBeDone."""
    with writing():
        row = lock(handover.conversation)
        given = Handover.objects.select_for_update().get(pk=handover.pk)
        if given.by_id != by.pk or row.owner_id != given.to_id or not may_become(given.state, Handover.State.UNDONE):
            raise CannotBeDone(f"{row.owner} has taken it in hand or passed it on since.")
        _take_back(row, given, by)
    return row


def _take_back(row: Conversation, given: Handover, by: User) -> None:
    given.state = Handover.State.UNDONE
    given.save(update_fields=["state"])
    _restore(row, given)
    record(facts.UNDONE, thing(row), by=by.name, to=given.origin.name, team=given.origin_id)


def _before(row: Conversation) -> dict[str, Any]:
    """What passing on may change, as JSON values."""
    offered = Handover.objects.filter(conversation=row, state=Handover.State.OFFERED).first()
    return {
        "offered": offered.pk if offered else None,
        "holder": row.holder_id,
        "service": row.service_id,
        "passes": row.passes,
        "escalated_at": row.escalated_at.isoformat() if row.escalated_at else None,
        "watched": row.watchers.filter(team=row.owner_id).exists(),
        "clock": target(row),
        "lesson": taught(row),
    }


def _restore(row: Conversation, given: Handover) -> None:
    before = given.before
    if not before["watched"]:
        row.watchers.filter(team=given.origin_id).delete()
    row.passes = before["passes"]
    row.escalated_at = datetime.fromisoformat(before["escalated_at"]) if before["escalated_at"] else None
    give(row, given.origin_id)
    row.holder_id, row.service_id = before["holder"], before["service"]
    row.save(update_fields=["holder", "service", "passes", "escalated_at"])
    Handover.objects.filter(pk=before["offered"], state=Handover.State.ACCEPTED).update(state=Handover.State.OFFERED)
    restore(row, before["clock"])
    unsay(row, before["decision"], before.get("lesson"))
