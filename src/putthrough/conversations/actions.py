"""What people do with a conversation, short of passing it on or answering it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from putthrough.audit.actions import record, thing, writing
from putthrough.audit.queries import happened
from putthrough.channels.registry import how
from putthrough.conversations import facts, search
from putthrough.conversations.models import Conversation, Handle, Message, OtherId, Watcher
from putthrough.conversations.placing import placer
from putthrough.conversations.visibility import sees_in_full
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.intake.models import Arrival
from putthrough.kit.time import now

NOBODYS = "nobody's: chat, advertising or the like"
"""The outcome of closing that says that no service is responsible."""
OUTCOMES = (
    ("nothing more to do", "Nothing more to do"),
    (NOBODYS, "Nobody's: chat, advertising or the like"),
    ("answered another way", "Answered another way, by telephone or in person"),
    ("another body is responsible", "Another body is responsible, and they were told"),
    ("the same as another message", "The same as another message"),
    ("no answer is wanted", "No answer is wanted: thanks, or not meant for us"),
)
"""What can have come of a conversation, and how it is offered. A program may say it in words of its own."""


class CannotBeDone(ValueError):
    """The conversation is not in a state for it; ``str(error)`` says why and what to do."""


def lock(conversation: Conversation) -> Conversation:
    """The row as it is now, held until the transaction ends. Call it inside ``writing``."""
    return Conversation.objects.select_for_update(of=("self",)).select_related("owner").get(pk=conversation.pk)


def lock_for(conversation: Conversation, verb: str, *, by: User) -> Conversation:
    """The same, still theirs to do ``verb`` with. Raises CannotBeDone when it changed hands since they looked."""
    row = lock(conversation)
    if not access.may(by, verb, row):
        raise CannotBeDone(f"This has just gone to {row.owner}. They have it now; nothing was changed.")
    return row


def add_note(conversation: Conversation, text: str, *, by: User) -> Message:
    """Write something for colleagues only. Raises CannotBeDone when empty."""
    access.require(by, "note", conversation)
    if not text.strip():
        raise CannotBeDone("Write the note first: there is nothing in it.")
    moment = now()
    with writing():
        row = lock_for(conversation, "note", by=by)
        note = Message.objects.create(
            conversation=row,
            account_id=row.account_id,
            direction=Message.Direction.NOTE,
            name=by.name,
            handle=by.email,
            text=text.strip(),
            private=row.private or (row.taken_private_at is not None and sees_in_full(by, row)),
            sent_at=moment,
            received_at=moment,
        )
        search.add([note], [row.scope])
        record(facts.NOTED, thing(row), by=by.name)
    return note


def close(conversation: Conversation, *, by: User, outcome: str = "nothing more to do") -> Conversation:
    """Nothing more to do here. Its clocks stop; a new message opens it again."""
    access.require(by, "close", conversation)
    with writing():
        row = lock_for(conversation, "close", by=by)
        if row.state != Conversation.State.CLOSED:
            row.state, row.unanswered, row.due_at = Conversation.State.CLOSED, False, None
            row.outcome = outcome[:60]
            row.save(update_fields=["state", "unanswered", "due_at", "outcome"])
            placer().done(row)
            if outcome == NOBODYS:
                placer().nobodys(row, by=by.name)
            record(facts.CLOSED, thing(row), by=by.name, outcome=outcome)
    return row


def reopen(conversation: Conversation, *, by: User) -> Conversation:
    """Closed by mistake, or there is more to do. A clock that only the closing had stopped runs on as before."""
    access.require(by, "reopen", conversation)
    with writing():
        row = lock_for(conversation, "reopen", by=by)
        if row.state != Conversation.State.OPEN:
            if row.state == Conversation.State.CLOSED:
                row.unanswered, row.due_at = placer().resumed(row)
            row.state, row.outcome = Conversation.State.OPEN, ""
            row.save(update_fields=["state", "due_at", "unanswered", "outcome"])
            record(facts.OPENED_AGAIN, thing(row), by=by.name)
    return row


def take_private(conversation: Conversation) -> Conversation:
    """It goes on in private from now: what they write so comes into it, and nothing is counted anew. Call it inside
    ``writing``."""
    row = lock(conversation)
    if row.taken_private_at is None:
        row.taken_private_at = now()
        row.save(update_fields=["taken_private_at"])
    return row


def not_taken_private(conversation: Conversation) -> None:
    """Nothing came of that, unless they have written in private meanwhile. Call it inside ``writing``."""
    Conversation.objects.filter(pk=conversation.pk, private_handle="").update(taken_private_at=None)


def wait_for_resident(conversation: Conversation, *, by: User) -> Conversation:
    """The next move is the resident's. Clocks of law run on; this only says so to colleagues."""
    access.require(by, "close", conversation)
    with writing():
        row = lock_for(conversation, "close", by=by)
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
        row = lock_for(conversation, "split", by=by)
        moving = Message.objects.filter(conversation=row, pk__in=message_ids).exclude(direction="note")
        chosen = list(moving.order_by("pk"))
        staying = Message.objects.filter(conversation=row).exclude(pk__in=[m.pk for m in chosen])
        if not chosen or not staying.exclude(direction="note").exists():
            raise CannotBeDone("Choose at least one message to split off, and leave at least one behind.")
        other = _copy(row, chosen)
        moving.update(conversation=other)
        reindex(other)
        placer().split_off(row, other)
        record(facts.SPLIT_OFF, thing(row), by=by.name, count=len(chosen), other=other.pk)
        record(facts.SPLIT_FROM, thing(other), by=by.name, other=row.pk)
    return other


def divide(conversation: Conversation, said: str, *, by: User) -> Conversation:
    """The latest message is about two matters: its words once more in a conversation of their own, with the same owner
    and clock; ``said`` is the part that the new one is about. Raises CannotBeDone when the resident wrote nothing,
    or it is divided already."""
    access.require(by, "split", conversation)
    with writing():
        row = lock_for(conversation, "split", by=by)
        latest = Message.objects.filter(conversation=row, direction="in", automatic="").order_by("-pk").first()
        if latest is None:
            raise CannotBeDone("The resident has written nothing here that could be divided.")
        if is_divided(row):
            raise CannotBeDone("Somebody has just divided this. Nothing was changed.")
        other = _copy(row, [latest])
        other.preview = said[:160]
        other.save(update_fields=["preview"])
        reindex(other)
        latest.pk, latest._state.adding = None, True
        latest.conversation, latest.arrival = other, None
        latest.save()
        search.add([latest], [other.scope])
        placer().split_off(row, other)
        record(facts.DIVIDED, thing(row), by=by.name, other=other.pk)
        record(facts.SPLIT_FROM, thing(other), by=by.name, other=row.pk)
    return other


def is_divided(conversation: Conversation) -> bool:
    """Whether its latest message was divided."""
    return happened(facts.DIVIDED, thing(conversation), since=conversation.last_at)


def _copy(row: Conversation, messages: Sequence[Message]) -> Conversation:
    watchers = list(row.watchers.values_list("team_id", flat=True))
    other = Conversation.objects.get(pk=row.pk)
    other.pk = None
    other._state.adding = True
    other.subject = messages[0].subject[:200] or row.subject
    other.preview = messages[-1].text[:160]
    other.opened_at, other.last_at = messages[0].received_at, messages[-1].received_at
    if any(one.private for one in messages):
        other.private, other.taken_private_at, other.private_account, other.private_handle = True, None, None, ""
        other.account, other.channel = messages[-1].account, messages[-1].account.channel
    other.contact_id = _writer(other, messages)
    other.save()
    Watcher.objects.bulk_create([Watcher(conversation=other, team_id=team) for team in watchers])
    return other


def join(conversation: Conversation, other: Conversation, *, by: User) -> Conversation:
    """Two conversations of one contact were about one thing: all messages go to the first, the second closes.

    The earlier of the two deadlines stays, and what either still asks of us. Raises CannotBeDone for different
    contacts or accounts, for a private and a public one that was not taken private, and while an answer in the second
    is on its way.
    """
    access.require(by, "join", conversation)
    access.require(by, "join", other)
    with writing():
        lock(min(conversation, other, key=lambda one: one.pk))  # always in this order: two joins never wait in a ring
        row, gone = lock_for(conversation, "join", by=by), lock_for(other, "join", by=by)
        _check_join(row, gone)
        search.rescope(gone.pk, gone.scope, row.scope)
        Message.objects.filter(conversation=gone).update(conversation=row)
        placer().joined(row, gone)
        _take_over(row, gone)
        record(facts.JOINED, thing(row), by=by.name, other=gone.pk)
        record(facts.JOINED, thing(gone), by=by.name, other=row.pk)
    return row


def _check_join(row: Conversation, gone: Conversation) -> None:
    if row.pk == gone.pk or (row.contact_id, row.account_id) != (gone.contact_id, gone.account_id):
        raise CannotBeDone("Only two conversations of the same person on the same account can be joined.")
    if row.private != gone.private and (row.private or row.taken_private_at is None):
        raise CannotBeDone("One of the two is public. What was written in private stays apart from it.")
    if gone.replies.filter(state__in=["submitted", "held", "leaving", "unsure"]).exists():
        raise CannotBeDone(
            "An answer in the second conversation is on its way or waits to be checked. Join them when it has arrived."
        )


def _take_over(row: Conversation, gone: Conversation) -> None:
    """What was still asked of the second is now asked of the first."""
    by_openness = (Conversation.State.OPEN, Conversation.State.WAITING, Conversation.State.CLOSED)
    row.state = min(row.state, gone.state, key=lambda state: by_openness.index(Conversation.State(state)))
    row.due_at = min((due for due in (row.due_at, gone.due_at) if due), default=None)
    row.last_at, row.unanswered = max(row.last_at, gone.last_at), row.unanswered or gone.unanswered
    row.escalated_at, row.passes = row.escalated_at or gone.escalated_at, max(row.passes, gone.passes)
    row.save(update_fields=["state", "due_at", "last_at", "unanswered", "escalated_at", "passes"])
    gone.state, gone.unanswered, gone.due_at = Conversation.State.CLOSED, False, None
    gone.escalated_at = None
    gone.save(update_fields=["state", "unanswered", "due_at", "escalated_at"])
    for one in (row, gone):
        reindex(one)


def give(conversation: Conversation, owner_id: int, *, watcher_id: int | None = None) -> None:
    """Write the owner of a locked row. The verbs that decide it are ``handover``'s; this keeps search in step."""
    if watcher_id is not None:
        Watcher.objects.get_or_create(conversation=conversation, team_id=watcher_id)
    conversation.owner_id, conversation.holder = owner_id, None
    conversation.save(update_fields=["owner", "holder"])
    reindex(conversation)


def reindex(conversation: Conversation) -> None:
    """Search shows a locked row to whoever may see it now: its owner, its watchers, those who oversee."""
    teams = {conversation.owner_id, *conversation.watchers.values_list("team_id", flat=True)}
    escalated = conversation.escalated_at is not None
    scope = search.scope_of(teams, private=conversation.private, escalated=escalated)
    if scope != conversation.scope:
        search.rescope(conversation.pk, conversation.scope, scope)
        conversation.scope = scope
        conversation.save(update_fields=["scope"])


def add_sent(message: Message, *, by: str) -> Message:
    """Our answer, as it is about to leave: stored first, so that it is known when the network hands it back."""
    with writing():
        message.save()
        row = lock(message.conversation)
        search.add([message], [row.scope])
    return message


def _writer(row: Conversation, messages: Sequence[Message]) -> int:
    """Whom a conversation with these messages is with: of several who wrote in public the one who wrote last."""
    theirs = [one.handle for one in messages if one.direction == Message.Direction.IN and not one.automatic]
    known = Handle.objects.filter(channel=row.channel, address=theirs[-1]).first() if theirs else None
    return known.contact_id if known else row.contact_id


def answered(conversation: Conversation, answer: Message | None, *, by: str) -> None:
    """The network has our answer: the next move is the resident's, unless they wrote again after it was written."""
    with writing():
        row = lock(conversation)
        row.due_at = placer().met(row)
        since = _written_since(row, answer)
        if since is not None and row.unanswered:
            row.last_at = since.received_at
            _ask_anew(row, since.received_at)
        else:
            row.unanswered, row.last_at = False, now()
            if row.state == Conversation.State.OPEN:
                row.state = Conversation.State.WAITING
        row.save(update_fields=["unanswered", "due_at", "last_at", "state"])
        channel = answer.account.channel if answer else row.channel
        record(facts.ANSWERED, thing(row), by=by, channel=channel, via=how(channel))


def asked_in_private(conversation: Conversation, asked: Message | None) -> None:
    """The network has our request to go on in private, or the line that says so. It answers nothing: the resident's
    move is next, unless they have written again, and every clock runs on."""
    with writing():
        row = lock(conversation)
        if row.state == Conversation.State.OPEN and _written_since(row, asked) is None:
            row.state, row.last_at = Conversation.State.WAITING, now()
            row.save(update_fields=["state", "last_at"])


def _ask_anew(row: Conversation, received_at: datetime) -> None:
    """A service target for what came at that moment, beside the clocks that run."""
    due_at = placer().due(row, received_at)
    if due_at is not None:
        row.due_at = min(due_at, row.due_at or due_at)
        placer().settle([], [(row, due_at)])


def came_back(conversation: Conversation, *, by_another: bool) -> None:
    """An answer did not arrive: somebody has to act, and the clock that it met runs on, unless it is met ``by_another``
    answer. A clock that runs for something newer stays as it is."""
    with writing():
        row = lock(conversation)
        row.unanswered, row.state = True, Conversation.State.OPEN
        if not by_another:
            row.due_at = placer().unmet(row)
        row.save(update_fields=["unanswered", "due_at", "state"])


def _written_since(row: Conversation, answer: Message | None) -> Message | None:
    """The first message that came while the answer was on its way: it has not been answered by it."""
    if answer is None:
        return None
    later = Message.objects.filter(conversation=row, direction="in", automatic="", pk__gt=answer.pk)
    return later.exclude(arrival__history=True).order_by("pk").first()


def in_parts(message: Message, ids: Sequence[str]) -> None:
    """The network shows our answer in parts: whoever answers any of them answers it."""
    others = [one for one in ids if one and one != message.message_id and len(one) <= 255]
    rows = [OtherId(message=message, account_id=message.account_id, public_id=one) for one in others]
    OtherId.objects.bulk_create(rows, ignore_conflicts=True)


def named(message: Message, public_id: str) -> None:
    """The network told the id of our answer. Where it handed our words back before that, they are no second message."""
    if not public_id:
        return
    with writing():
        Message.objects.filter(pk=message.pk, message_id="").update(message_id=public_id[:255])
        twins = Message.objects.filter(account=message.account_id, message_id=public_id[:255], direction="out")
        for twin in twins.exclude(pk=message.pk).exclude(arrival=None).select_related("conversation", "arrival"):
            search.forget(twin, twin.conversation.scope)
            if twin.arrival is not None:
                Arrival.objects.filter(pk=twin.arrival.pk).update(state=Arrival.State.ECHO, reason=facts.ECHO)
            twin.delete()
