"""What happens to messages after they were written: edits keep every version, deletions leave a tombstone, likes count.

A change may overtake its message. It then waits as *early* and is applied as soon as the message is filed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Greatest

from putthrough.audit.actions import record, thing
from putthrough.channels.contract import Change, What
from putthrough.channels.models import Account
from putthrough.conversations import facts, search
from putthrough.conversations.actions import lock
from putthrough.conversations.models import Conversation, Message, Version
from putthrough.conversations.threads import by_public_id
from putthrough.intake.actions import wait_for_message
from putthrough.intake.models import Arrival


@dataclass(frozen=True, slots=True)
class Note:
    """An arrival that tells of a change."""

    arrival: Arrival
    change: Change


def apply(account: Account, notes: Sequence[Note]) -> None:
    """Make the changes to the messages that are here; those of messages that are not wait for them."""
    known = by_public_id(account, {note.change.message_id for note in notes})
    for note in notes:
        message = known.get(note.change.message_id)
        if message is None:
            wait_for_message(note.arrival, note.change.message_id)
        else:
            _VERBS[note.change.what](message, note.change)
            Arrival.objects.filter(pk=note.arrival.pk).update(state=Arrival.State.FILED)


def early(account: Account, message_ids: Iterable[str]) -> list[Arrival]:
    """Changes that were waiting for one of these messages, oldest first."""
    waits = Arrival.objects.filter(account=account, state=Arrival.State.EARLY, about__in=set(message_ids))
    return list(waits.order_by("pk"))


def _edit(message: Message, change: Change) -> None:
    message.refresh_from_db()
    if message.edited_at is not None and change.at < message.edited_at:  # it came late: the newest words stay
        Version.objects.create(message=message, text=change.text, html=change.html, until=message.edited_at)
    elif change.text != message.text:
        _rewrite(message, change)
    else:
        Message.objects.filter(pk=message.pk).update(edited_at=change.at)


def _rewrite(message: Message, change: Change) -> None:
    row = lock(message.conversation)
    Version.objects.create(message=message, text=message.text, html=message.html, until=change.at)
    search.forget(message, row.scope)
    if row.preview == preview_of(message.text):
        Conversation.objects.filter(pk=row.pk).update(preview=preview_of(change.text))
    message.text, message.html, message.edited_at = change.text, change.html, change.at
    message.save(update_fields=["text", "html", "edited_at"])
    search.add([message], [row.scope])
    record(facts.EDITED, thing(row))


def _withdraw(message: Message, change: Change) -> None:
    if Message.objects.filter(pk=message.pk, withdrawn_at=None).update(withdrawn_at=change.at):
        ours = message.direction == Message.Direction.OUT
        record(facts.WITHDRAWN_OURS if ours else facts.WITHDRAWN, thing(message.conversation))


def _count(field: str) -> Callable[[Message, Change], None]:
    def add(message: Message, change: Change) -> None:
        Message.objects.filter(pk=message.pk).update(**{field: Greatest(F(field) + change.amount, 0)})

    return add


_VERBS: dict[What, Callable[[Message, Change], None]] = {
    What.EDITED: _edit,
    What.WITHDRAWN: _withdraw,
    What.LIKED: _count("likes"),
    What.SHARED: _count("shares"),
}


def preview_of(text: str) -> str:
    """A message as one line of a list."""
    return " ".join(text[:400].split())[:160]
