"""What is done to one conversation of a batch, and how exactly that is taken back.

Each verb is the ordinary one, by the same person, so that access and every rule hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from putthrough.audit.actions import thing
from putthrough.audit.queries import happened_since
from putthrough.conversations import actions as conversations
from putthrough.conversations import tagging
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation, Tag
from putthrough.directory.models import User
from putthrough.directory.queries import team
from putthrough.handover import actions as handover
from putthrough.handover.batches.models import Batch, Item
from putthrough.handover.incidents.humans import DANGER
from putthrough.handover.incidents.queries import needing
from putthrough.handover.models import Handover

Before = Mapping[str, Any] | None
"""What taking it back needs; None where it was so before and nothing was changed."""
What = Mapping[str, Any]
_State = Conversation.State


def _claim(row: Conversation, what: What, by: User) -> Before:
    if row.holder_id == by.pk:
        return None
    handover.claim(row, by=by)
    return {}


def _pass_on(row: Conversation, what: What, by: User) -> Before:
    to = team(what["team"])
    if to is None:
        raise CannotBeDone("The team that was chosen is not there any more.")
    return {"handover": handover.pass_on(row, to, by=by, note=what.get("note", "")).pk}


def _tag(row: Conversation, what: What, by: User) -> Before:
    return {} if tagging.tag(row, Tag.objects.get(pk=what["tag"]), by=by) else None


def _close(row: Conversation, what: What, by: User) -> Before:
    """Invariant 9: what may mean a risk to life is closed by somebody who looks at it alone, never among others."""
    if row.state == _State.CLOSED:
        return None
    if row.at_risk or needing([row]).get(row.pk) == DANGER:
        raise CannotBeDone("It may be about a risk to life. Open it and decide about it by itself.")
    conversations.close(row, by=by, outcome=what["outcome"])
    return {"state": row.state}


def _release(row: Conversation, item: Item, by: User) -> None:
    if row.holder_id != by.pk:
        raise CannotBeDone("You do not have it in hand any more.")
    handover.release(row, by=by)


def _take_back(row: Conversation, item: Item, by: User) -> None:
    handover.take_back(Handover.objects.get(pk=item.before["handover"]), by=by)


def _untag(row: Conversation, item: Item, by: User) -> None:
    if not tagging.untag(row, Tag.objects.get(pk=item.batch.what["tag"]), by=by):
        raise CannotBeDone("Somebody has taken the tag off already.")


def _reopen(row: Conversation, item: Item, by: User) -> None:
    conversations.reopen(row, by=by)
    if item.before["state"] == _State.WAITING:
        conversations.wait_for_resident(row, by=by)


_DO: Mapping[str, Callable[[Conversation, What, User], Before]] = {
    Batch.Verb.CLAIM: _claim,
    Batch.Verb.PASS_ON: _pass_on,
    Batch.Verb.TAG: _tag,
    Batch.Verb.CLOSE: _close,
}
_UNDO: Mapping[str, Callable[[Conversation, Item, User], None]] = {
    Batch.Verb.CLAIM: _release,
    Batch.Verb.PASS_ON: _take_back,
    Batch.Verb.TAG: _untag,
    Batch.Verb.CLOSE: _reopen,
}


def do(item: Item) -> Before:
    """Raises CannotBeDone or NotAllowed."""
    batch = item.batch
    return _DO[batch.verb](item.conversation, batch.what, batch.by)


def undo(item: Item) -> None:
    """Take back exactly that, where nothing has happened since. Raises CannotBeDone or NotAllowed."""
    row, batch = item.conversation, item.batch
    if item.done_at is not None and batch.verb != Batch.Verb.TAG:
        later = happened_since(thing(row), item.done_at)
        if later is not None:
            raise CannotBeDone(f"Something has happened since: {later.sentence}.")
    _UNDO[batch.verb](row, item, batch.by)
