"""What people do with a conversation, short of passing it on or answering it."""

from __future__ import annotations

from collections.abc import Sequence

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations import facts, search
from putthrough.conversations.models import Conversation, Message, Watcher
from putthrough.conversations.placing import placer
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.time import now


class CannotBeDone(ValueError):
    """The conversation is not in a state for it; ``str(error)`` says why and what to do."""


def lock(conversation: Conversation) -> Conversation:
    """The row as it is now, held until the transaction ends. Call it inside ``writing``."""
    return Conversation.objects.select_for_update(of=("self",)).select_related("owner").get(pk=conversation.pk)


def add_note(conversation: Conversation, text: str, *, by: User) -> Message:
    """Write something for colleagues only. Raises CannotBeDone when empty."""
    access.require(by, "note", conversation)
    if not text.strip():
        raise CannotBeDone("Write the note first: there is nothing in it.")
    moment = now()
    with writing():
        note = Message.objects.create(
            conversation=conversation,
            account=conversation.account,
            direction=Message.Direction.NOTE,
            name=by.name,
            handle=by.email,
            text=text.strip(),
            sent_at=moment,
            received_at=moment,
        )
        search.add([note], [conversation.scope])
        record(facts.NOTED, thing(conversation), by=by.name)
    return note


def close(conversation: Conversation, *, by: User, outcome: str = "nothing more to do") -> Conversation:
    """Nothing more to do here. Its clocks stop; a new message opens it again."""
    access.require(by, "close", conversation)
    with writing():
        row = lock(conversation)
        if row.state != Conversation.State.CLOSED:
            row.state, row.unanswered, row.due_at = Conversation.State.CLOSED, False, None
            row.save(update_fields=["state", "unanswered", "due_at"])
            placer().done(row)
            record(facts.CLOSED, thing(row), by=by.name, outcome=outcome)
    return row


def reopen(conversation: Conversation, *, by: User) -> Conversation:
    """Closed by mistake, or there is more to do."""
    access.require(by, "reopen", conversation)
    with writing():
        row = lock(conversation)
        if row.state != Conversation.State.OPEN:
            row.state = Conversation.State.OPEN
            row.save(update_fields=["state"])
            record(facts.OPENED_AGAIN, thing(row), by=by.name)
    return row


def wait_for_resident(conversation: Conversation, *, by: User) -> Conversation:
    """The next move is the resident's. Clocks of law run on; this only says so to colleagues."""
    access.require(by, "close", conversation)
    with writing():
        row = lock(conversation)
        if row.state == Conversation.State.OPEN:
            row.state = Conversation.State.WAITING
            row.save(update_fields=["state"])
            record(facts.WAITS, thing(row), by=by.name)
    return row


def split(conversation: Conversation, message_ids: Sequence[int], *, by: User) -> Conversation:
    """Take messages out into a conversation of their own, with the same owner and clock.

    Raises CannotBeDone when that would leave either of the two without a message.
    """
    access.require(by, "split", conversation)
    with writing():
        row = lock(conversation)
        moving = Message.objects.filter(conversation=row, pk__in=message_ids).exclude(direction="note")
        chosen = list(moving.order_by("pk"))
        staying = Message.objects.filter(conversation=row).exclude(pk__in=[m.pk for m in chosen])
        if not chosen or not staying.exclude(direction="note").exists():
            raise CannotBeDone("Choose at least one message to split off, and leave at least one behind.")
        other = _copy(row, chosen)
        moving.update(conversation=other)
        placer().settle([], [other] if other.due_at else [])
        record(facts.SPLIT_OFF, thing(row), by=by.name, count=len(chosen), other=other.pk)
        record(facts.SPLIT_FROM, thing(other), by=by.name, other=row.pk)
    return other


def _copy(row: Conversation, messages: Sequence[Message]) -> Conversation:
    watchers = list(row.watchers.values_list("team_id", flat=True))
    other = Conversation.objects.get(pk=row.pk)
    other.pk = None
    other._state.adding = True
    other.subject = messages[0].subject[:200] or row.subject
    other.preview = messages[-1].text[:160]
    other.opened_at, other.last_at = messages[0].received_at, messages[-1].received_at
    other.save()
    Watcher.objects.bulk_create([Watcher(conversation=other, team_id=team) for team in watchers])
    return other


def join(conversation: Conversation, other: Conversation, *, by: User) -> Conversation:
    """Two conversations of one contact were about one thing: all messages go to the first, the second closes.

    The earlier of the two deadlines stays. Raises CannotBeDone for different contacts or accounts.
    """
    access.require(by, "join", conversation)
    access.require(by, "join", other)
    with writing():
        row, gone = lock(conversation), lock(other)
        if row.pk == gone.pk or (row.contact_id, row.account_id) != (gone.contact_id, gone.account_id):
            raise CannotBeDone("Only two conversations of the same person on the same account can be joined.")
        search.rescope(gone.pk, gone.scope, row.scope)
        Message.objects.filter(conversation=gone).update(conversation=row)
        row.due_at = min((due for due in (row.due_at, gone.due_at) if due), default=None)
        row.last_at, row.unanswered = max(row.last_at, gone.last_at), row.unanswered or gone.unanswered
        row.save(update_fields=["due_at", "last_at", "unanswered"])
        gone.state, gone.unanswered, gone.due_at = Conversation.State.CLOSED, False, None
        gone.save(update_fields=["state", "unanswered", "due_at"])
        placer().tightened(row)
        placer().done(gone)
        record(facts.JOINED, thing(row), by=by.name, other=gone.pk)
        record(facts.JOINED, thing(gone), by=by.name, other=row.pk)
    return row


def give(conversation: Conversation, owner_id: int, *, watcher_id: int | None = None) -> None:
    """Write the owner of a locked row. The verbs that decide it are ``handover``'s; this keeps search in step."""
    if watcher_id is not None:
        Watcher.objects.get_or_create(conversation=conversation, team_id=watcher_id)
    teams = {owner_id, *conversation.watchers.values_list("team_id", flat=True)}
    old, conversation.owner_id, conversation.holder = conversation.scope, owner_id, None
    conversation.scope = search.scope_of(teams, private=conversation.private)
    conversation.save(update_fields=["owner", "holder", "scope"])
    search.rescope(conversation.pk, old, conversation.scope)


def add_sent(message: Message, *, by: str) -> Message:
    """Our answer, as it is about to leave: stored first, so that it is known when the network hands it back."""
    with writing():
        message.save()
        row = lock(message.conversation)
        search.add([message], [row.scope])
    return message


def answered(conversation: Conversation, *, by: str) -> None:
    """The network has our answer: the next move is the resident's."""
    with writing():
        row = lock(conversation)
        row.unanswered, row.due_at, row.last_at = False, None, now()
        if row.state == Conversation.State.OPEN:
            row.state = Conversation.State.WAITING
        row.save(update_fields=["unanswered", "due_at", "last_at", "state"])
        placer().done(row)
        record(facts.ANSWERED, thing(row), by=by, channel=row.channel)
