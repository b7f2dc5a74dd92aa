"""Begin and take back a batch. What could not be done to one is kept with its reason, and holds up no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from django.db import OperationalError

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.access import NotAllowed
from putthrough.directory.models import User
from putthrough.handover.batches import doing, facts
from putthrough.handover.batches.models import Batch, Item
from putthrough.kit.time import now

log = structlog.get_logger()

MOST = 500
"""Conversations in one batch."""
AT_ONCE = 50
"""Done while the person waits for the page; what is more, by the step."""
UNDO_WITHIN = timedelta(days=1)
_State, _Of = Item.State, Batch.State


def begin(ids: Sequence[int], verb: Batch.Verb, what: Mapping[str, Any], *, by: User) -> Batch:
    """Do it to all of these that they see: the first at once, the others in their turn. Raises NotAllowed, and
    CannotBeDone for none or too many."""
    access.require(by, verb)
    chosen = list(dict.fromkeys(ids))
    if len(chosen) > MOST:
        raise CannotBeDone(f"That is more than {MOST}. Choose fewer, or do it in several rounds.")
    seen = list(access.visible(by, Conversation).filter(pk__in=chosen).order_by("pk").values_list("pk", flat=True))
    if not seen:
        raise CannotBeDone("Tick at least one conversation first.")
    with writing():
        batch = Batch.objects.create(by=by, verb=verb, what=dict(what), at=now())
        Item.objects.bulk_create(Item(batch=batch, conversation_id=pk) for pk in seen)
        record(facts.BEGUN, thing(batch), by=by.name, count=len(seen), verb=batch.get_verb_display().lower())
    go_on(batch)
    return batch


def undo(batch: Batch, *, by: User) -> Batch:
    """Take back what it did, where nothing has happened since. Raises CannotBeDone while it goes on and after a day."""
    if batch.by_id != by.pk:
        raise NotAllowed("Only the person who did it takes it back.")
    if now() - batch.at > UNDO_WITHIN:
        raise CannotBeDone("That was more than a day ago. Open the conversations one by one.")
    with writing():
        if not Batch.objects.filter(pk=batch.pk, state=_Of.DONE).update(state=_Of.UNDOING):
            raise CannotBeDone("It is not finished yet, or was taken back already. Look again in a moment.")
        record(facts.UNDONE, thing(batch), by=by.name, verb=batch.get_verb_display().lower())
    batch.refresh_from_db()
    go_on(batch)
    return batch


def go_on(batch: Batch) -> int:
    """The next of a batch. Returns how many had their turn."""
    turn = _State.WAITING if batch.state == _Of.RUNNING else _State.DONE
    waiting = Item.objects.filter(batch=batch, state=turn)
    chosen = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    for pk in chosen:
        _alone(pk, turn)
    if not waiting.exists():
        end = _Of.DONE if turn == _State.WAITING else _Of.UNDONE
        Batch.objects.filter(pk=batch.pk, state=batch.state).update(state=end)
        batch.refresh_from_db()
    return len(chosen)


def work_on() -> int:
    """A step of the sweep: batches that go on. Returns how many conversations had their turn."""
    rows = Batch.objects.filter(state__in=[_Of.RUNNING, _Of.UNDOING]).order_by("pk")
    return sum(go_on(batch) for batch in rows[:5])


def _alone(pk: int, turn: Item.State) -> None:
    """One conversation, one transaction: a crash undoes it whole and its turn comes again."""
    failed = _State.NOT_DONE if turn == _State.WAITING else _State.STAYS
    mine = Item.objects.filter(pk=pk, state=turn)
    try:
        with writing():
            _turn(pk, turn)
    except OperationalError:
        raise
    except (CannotBeDone, NotAllowed) as error:
        mine.update(state=failed, why=str(error)[:300])
    except Exception as error:
        log.error("a conversation of a batch failed", item=pk, kind=type(error).__name__)
        mine.update(state=failed, why=f"It went wrong ({type(error).__name__}). Open it and do it there.")


def _turn(pk: int, turn: Item.State) -> None:
    rows = Item.objects.select_for_update(of=("self",)).filter(pk=pk, state=turn)
    item = rows.select_related("batch__by", "conversation__owner", "conversation__holder").first()
    if item is None:
        return
    if turn == _State.DONE:
        doing.undo(item)
        item.state = _State.BACK
    else:
        before = doing.do(item)
        item.state, item.before = (_State.SAME, {}) if before is None else (_State.DONE, dict(before))
    item.done_at = now()
    item.save(update_fields=["state", "before", "done_at"])
