"""Begin, pause, stop and take back a bulk reply. Each answer goes through ``replies.actions.send``, as any other."""

from __future__ import annotations

from putthrough.audit.actions import record, thing, writing
from putthrough.audit.facts import Fact
from putthrough.conversations.actions import CannotBeDone
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.incidents.actions import lock
from putthrough.handover.incidents.models import Incident
from putthrough.kit.time import now
from putthrough.replies.bulk import facts
from putthrough.replies.bulk.models import Bulk, Item
from putthrough.replies.bulk.planning import planned
from putthrough.replies.facts import TAKEN_BACK
from putthrough.replies.models import Reply

_State = Bulk.State
_NOT_LEFT = (Reply.State.SUBMITTED, Reply.State.HELD)


def start(incident: Incident, *, by: User, late: bool = False) -> Bulk:
    """Answer everybody with the agreed line who needs no person. ``late`` answers those too who write from now on.

    Raises CannotBeDone before a person confirmed the incident and agreed the line, and while another round goes on.
    """
    access.require(by, "run_incident", incident)
    access.require(by, "reply")
    with writing():
        row = lock(incident)
        if row.state != Incident.State.OPEN:
            raise CannotBeDone("Confirm the incident first: until then it is only a guess.")
        if not row.wordings:
            raise CannotBeDone("Agree the line first: write what everybody is to be told.")
        if row.bulks.exclude(state=_State.STOPPED).exists():
            raise CannotBeDone("The line is going out already. Stop that first, or let it go on.")
        items = planned(row, by)
        bulk = Bulk.objects.create(incident=row, by=by, wordings=row.wordings, late=late, at=now())
        keep(bulk, items)
        left_out = sum(item.state == Item.State.LEFT_OUT for item in items)
        record(facts.STARTED, thing(row), by=by.name, count=len(items) - left_out, left_out=left_out)
    return bulk


def keep(bulk: Bulk, items: list[Item]) -> None:
    """Store planned items."""
    for item in items:
        item.bulk = bulk
    Item.objects.bulk_create(items, batch_size=500)


def pause(bulk: Bulk, *, by: User) -> Bulk:
    """Nothing more is written until it goes on."""
    return _turn(bulk, _State.RUNNING, _State.PAUSED, facts.PAUSED, by)


def go_on(bulk: Bulk, *, by: User) -> Bulk:
    return _turn(bulk, _State.PAUSED, _State.RUNNING, facts.WENT_ON, by)


def _turn(bulk: Bulk, before: Bulk.State, after: Bulk.State, fact: Fact, by: User) -> Bulk:
    access.require(by, "run_incident", bulk.incident)
    with writing():
        if not Bulk.objects.filter(pk=bulk.pk, state=before).update(state=after):
            raise CannotBeDone("Somebody has changed that meanwhile. Look at how it stands now.")
        record(fact, thing(bulk.incident), by=by.name)
    bulk.refresh_from_db()
    return bulk


def stop(bulk: Bulk, *, by: User) -> Bulk:
    """What was not written yet is not written any more; what is on its way goes on."""
    access.require(by, "run_incident", bulk.incident)
    with writing():
        _stop(bulk, by)
    bulk.refresh_from_db()
    return bulk


def _stop(bulk: Bulk, by: User) -> None:
    Bulk.objects.filter(pk=bulk.pk).update(state=_State.STOPPED)
    waiting = Item.objects.filter(bulk=bulk, state=Item.State.WAITING)
    count = waiting.update(state=Item.State.LEFT_OUT, why=f"{by.name} stopped it before its turn came"[:300])
    record(facts.STOPPED, thing(bulk.incident), by=by.name, count=count)


def undo(bulk: Bulk, *, by: User) -> int:
    """Stop, and take back what has not left yet. Returns how many were taken back; what has left, has left."""
    access.require(by, "run_incident", bulk.incident)
    stop(bulk, by=by)
    here = Item.objects.filter(bulk=bulk, state=Item.State.WRITTEN, reply__state__in=_NOT_LEFT)
    back = sum(_take_back(item, by) for item in here)
    with writing():
        record(facts.UNDONE, thing(bulk.incident), by=by.name, count=back)
    return back


def _take_back(item: Item, by: User) -> bool:
    with writing():
        here = Reply.objects.filter(pk__in=[item.reply_id], state__in=_NOT_LEFT)
        reply = here.select_for_update().first()
        if reply is None:
            return False
        Item.objects.filter(pk=item.pk).update(state=Item.State.BACK, reply=None, why=f"taken back by {by.name}"[:300])
        record(TAKEN_BACK, thing(reply.conversation), by=by.name, reply=reply.pk)
        reply.delete()
    return True


def retry(bulk: Bulk, *, by: User) -> int:
    """Those that could not be written have their turn again. What a network refused stays with its conversation, where
    it can be sent again. Returns how many."""
    access.require(by, "run_incident", bulk.incident)
    if bulk.state == _State.STOPPED:
        raise CannotBeDone("It was stopped. Answer those that are left one by one, or begin again.")
    with writing():
        failed = Item.objects.filter(bulk=bulk, state=Item.State.FAILED)
        count = failed.update(state=Item.State.WAITING, why="", reply=None)
        if count:
            record(facts.RETRIED, thing(bulk.incident), by=by.name, count=count)
    return count
