"""Taking a public conversation private: a polite public line, and where the network has it a direct message, as one
action on one conversation with the clocks that it has.

Both leave through ``replies.actions.send``, each with its own checks, trust step and seal. The direct message goes
first, and the line that tells of it follows when it has arrived; by any other route the line goes at once. Neither is
an answer: no clock stops (``arrived``).
"""

from __future__ import annotations

from django.db.models import Q

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations import actions as conversations
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.time import now
from putthrough.replies import facts
from putthrough.replies.actions import (
    not_private_after_all,
    refuse_forbidden,
    refuse_what_cannot_leave,
    send_beside_draft,
)
from putthrough.replies.models import Reply, TakenPrivate
from putthrough.replies.private_routes import Route, routes
from putthrough.replies.queries import enclosures, own_words

_State = TakenPrivate.State
_UNDER_WAY = (_State.WAITS, _State.SAYS)
_DECIDED = (Reply.State.SENT, Reply.State.FAILED, Reply.State.PRACTISED)
_FILES = "Files go with the answer that you began here. Send it, or take them out, before you take this private."


def take_private(
    conversation: Conversation, *, by: User, route: str, line: str, first: str = "", instead: bool = False
) -> TakenPrivate:
    """``route`` is the key of one of ``routes``; ``first`` is the direct message, where that is the route.

    Raises CannotBeDone where the way is not open (any more), where either could not leave as it is, and while somebody
    is at it already; Waiting as ``send`` does. What the writer had begun besides stays begun.
    """
    access.require(by, "reply", conversation)
    with writing():
        conversations.lock_for(conversation, "reply", by=by)
        chosen = _open_route(conversation, route)
        _refuse_twice(conversation)
        if enclosures(own_words(by, conversation)):
            raise CannotBeDone(_FILES)
        if chosen.direct:
            _refuse_line(conversation, line, by=by)
        text = first if chosen.direct else line
        reply = send_beside_draft(conversation, text, by=by, in_private=chosen.direct, instead=instead)
        row = TakenPrivate.objects.create(
            conversation=conversation,
            by=by,
            route=chosen.kind,
            to=chosen.to,
            line=line.strip(),
            first=reply if chosen.direct else None,
            said=None if chosen.direct else reply,
            state=_State.WAITS if chosen.direct else _State.SAYS,
            at=now(),
        )
        conversations.take_private(conversation)
    return row


def _open_route(conversation: Conversation, key: str) -> Route:
    found = next((one for one in routes(conversation) if one.key == key), None)
    if found is None:
        raise CannotBeDone("This way is not open any more. Choose another; what you wrote is kept below.")
    return found


def _refuse_twice(conversation: Conversation) -> None:
    other = _under_way(conversation)
    if other is not None:
        raise CannotBeDone(f"{other.by} is taking this private already. See below how it stands.")


def _under_way(conversation: Conversation) -> TakenPrivate | None:
    rows = TakenPrivate.objects.filter(conversation=conversation, state__in=_UNDER_WAY)
    return rows.select_related("by").first()


def _refuse_line(conversation: Conversation, line: str, *, by: User) -> None:
    """It leaves later, when its writer may be elsewhere: what is wrong with it is said now."""
    try:
        refuse_what_cannot_leave(conversation, line, in_private=False)
        refuse_forbidden(conversation, line, by=by, in_private=False)
    except CannotBeDone as error:
        raise CannotBeDone(f"The public line cannot be sent: {error}") from error


def arrived(reply: Reply) -> bool:
    """The network has it: whether it only takes private, and so answers nothing. What had failed goes on from there.

    A private answer of any other kind leads into private too: what they write back belongs to the conversation.
    """
    if reply.conversation.private:
        return False
    if reply.in_private:
        conversations.take_private(reply.conversation)
    rows = TakenPrivate.objects.filter(Q(first=reply) | Q(said=reply)).exclude(state=_State.DROPPED)
    row = rows.first()
    if row is not None and row.state in (_State.FAILED, _State.UNSAID) and not _under_way(row.conversation):
        row.state, row.words = (_State.SAYS if row.said_id == reply.pk else _State.WAITS), ""
        row.save(update_fields=["state", "words"])
        conversations.take_private(row.conversation)
    return row is not None


def go_on() -> int:
    """The sweep's: the line follows a direct message that has arrived, and what came of both is noted."""
    first = Q(first=None) | Q(first__state__in=_DECIDED)
    said = Q(said=None) | Q(said__state__in=_DECIDED)
    rows = TakenPrivate.objects.filter(Q(first, state=_State.WAITS) | Q(said, state=_State.SAYS), state__in=_UNDER_WAY)
    return sum(_go_on(pk) for pk in list(rows.values_list("pk", flat=True)[:50]))


def _go_on(pk: int) -> int:
    with writing():
        rows = TakenPrivate.objects.select_for_update(of=("self",)).filter(pk=pk, state__in=_UNDER_WAY)
        row = rows.select_related("by", "first", "said", "conversation__account", "conversation__contact").first()
        if row is None:
            return 0
        return int(_after_first(row) if row.state == _State.WAITS else _after_line(row))


def _after_first(row: TakenPrivate) -> bool:
    first = row.first
    if first is None or (not first.in_private and first.state == Reply.State.SENT):
        return _end(row, _State.DROPPED)
    if first.state == Reply.State.SENT:
        record(facts.TAKEN_PRIVATE, thing(row.conversation), by=row.by.name, route=_how(row))
        return _say(row)
    if first.state == Reply.State.FAILED:
        record(facts.NOT_TAKEN_PRIVATE, thing(row.conversation), by=row.by.name)
        return _end(row, _State.FAILED)
    return first.state == Reply.State.PRACTISED and _end(row, _State.DROPPED)


def _say(row: TakenPrivate) -> bool:
    """As its writer, through the door that every answer takes; what they have begun since stays begun."""
    try:
        with writing():
            if enclosures(own_words(row.by, row.conversation)):
                raise CannotBeDone(f"{row.by} had begun an answer with files.")
            row.said = send_beside_draft(row.conversation, row.line, by=row.by)
    except (CannotBeDone, access.NotAllowed) as error:
        row.said = None
        return _unsaid(row, str(error))
    row.state = _State.SAYS
    row.save(update_fields=["said", "state"])
    return True


def _after_line(row: TakenPrivate) -> bool:
    said = row.said
    if said is not None and said.state == Reply.State.SENT:
        if row.first is None:
            record(facts.TAKEN_PRIVATE, thing(row.conversation), by=row.by.name, route=_how(row))
        return _end(row, _State.DONE)
    if said is None or said.state == Reply.State.FAILED:
        return _unsaid(row, "It could not be sent.")
    return said.state == Reply.State.PRACTISED and _end(row, _State.DROPPED)


def _unsaid(row: TakenPrivate, words: str) -> bool:
    """Without a direct message before it this is as if nobody had begun."""
    record(facts.LINE_UNSAID, thing(row.conversation), by=row.by.name, words=words[:300])
    row.words = words[:300]
    return _end(row, _State.UNSAID if row.first_id else _State.FAILED)


def _end(row: TakenPrivate, state: TakenPrivate.State) -> bool:
    row.state = state
    row.save(update_fields=["state", "said", "words"])
    if state in (_State.FAILED, _State.DROPPED):
        not_private_after_all(row.conversation)
    return True


def _how(row: TakenPrivate) -> str:
    return f"{row.get_route_display()} to {row.to}" if row.to else str(row.get_route_display())
