"""A step of the sweep: a few answers at a time leave, the next when those before have left.

So the networks' own limits set the pace: a delivery that has to wait for its network holds up the answers behind it.
One answer is one transaction: it is claimed, checked once more, and handed to ``replies.actions.send``; a crash undoes
all of that, and its turn comes again.
"""

from __future__ import annotations

import structlog
from django.db import OperationalError

from putthrough.audit.actions import writing
from putthrough.conversations.actions import CannotBeDone
from putthrough.directory.access import NotAllowed
from putthrough.handover.incidents.models import Incident
from putthrough.replies.actions import save_draft, send
from putthrough.replies.bulk.actions import keep
from putthrough.replies.bulk.models import Bulk, Item
from putthrough.replies.bulk.planning import planned, still_fit
from putthrough.replies.bulk.rules import wording
from putthrough.replies.models import Reply

log = structlog.get_logger()

IN_FLIGHT = 20
"""Answers of one bulk reply that are on their way at once."""
_LATE = 200
_State = Item.State
_UNDER_WAY = (Reply.State.HELD, Reply.State.LEAVING)


def answer() -> int:
    """Write what has its turn. Returns how many were decided."""
    running = Bulk.objects.filter(state=Bulk.State.RUNNING, incident__state=Incident.State.OPEN)
    return sum(_late(bulk) + _next(bulk) for bulk in running.select_related("incident", "by"))


def _late(bulk: Bulk) -> int:
    """Who has written since gets the line too, where that was chosen."""
    if not bulk.late:
        return 0
    known = bulk.items.values("conversation")
    new = bulk.incident.memberships.exclude(how="removed").exclude(conversation__in=known)
    if not new[:1].exists():
        return 0
    with writing():
        besides = list(bulk.items.values_list("conversation", flat=True))
        items = planned(bulk.incident, bulk.by, besides=besides, bulk=bulk)[:_LATE]
        keep(bulk, items)
    return len(items)


def _next(bulk: Bulk) -> int:
    written = Item.objects.filter(bulk=bulk, state=_State.WRITTEN)
    room = IN_FLIGHT - written.filter(reply__state__in=_UNDER_WAY).count()
    waiting = Item.objects.filter(bulk=bulk, state=_State.WAITING).order_by("pk")
    for pk in list(waiting.values_list("pk", flat=True)[: max(0, room)]):
        _answer_alone(pk)
    return int(room > 0 and waiting.exists())


def _answer_alone(pk: int) -> None:
    """One that goes wrong says so and holds up no other."""
    try:
        with writing():
            _answer(pk)
    except OperationalError:
        raise
    except (CannotBeDone, NotAllowed) as error:
        _end(pk, _State.FAILED, str(error))
    except Exception as error:
        log.error("an answer of a bulk reply could not be written", item=pk, kind=type(error).__name__)
        _end(pk, _State.FAILED, f"It could not be written ({type(error).__name__}). Try it again.")


def _answer(pk: int) -> None:
    if not Item.objects.filter(pk=pk, state=_State.WAITING, bulk__state=Bulk.State.RUNNING).update(
        state=_State.WRITTEN
    ):
        return
    item = Item.objects.select_related("bulk__by", "conversation__account", "conversation__contact").get(pk=pk)
    row, by = item.conversation, item.bulk.by
    if why := still_fit(item, by):
        item.state, item.why = _State.LEFT_OUT, why[:300]
    else:
        text = wording(item.bulk.wordings, item.contact_id, row.contact.name)
        if row.private:
            item.reply, item.state = save_draft(row, text, by=by), _State.DRAFT
        else:
            item.reply = send(row, text, by=by)
    item.save(update_fields=["reply", "state", "why"])


def _end(pk: int, state: Item.State, words: str) -> None:
    Item.objects.filter(pk=pk, state=_State.WAITING).update(state=state, why=words[:300])
