"""The gate: the one place in which an answer is let go, and the seal that delivery asks for before anything leaves.

Invariant 5: nobody unapproved speaks in public. Every door (screen, API, email, import, bulk) ends in a row that is
*held*; one that was not ``let_go`` has no seal, and ``delivery`` sends it back to be checked.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.models import Conversation
from putthrough.conversations.standing import account_of
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.kit.time import now
from putthrough.replies import escalating, facts
from putthrough.replies.models import Reply, Trust
from putthrough.replies.states import before
from putthrough.replies.trusting import step_of

Step = Trust.Step


def answers_alone(user: User, conversation: Conversation, *, in_private: bool = False) -> bool:
    """Whether their answer may go without anybody looking: in private unless they rehearse, in public when trusted."""
    step = step_for(user, conversation, in_private=in_private)
    return goes_alone(step, private=conversation.private or in_private)


def step_for(user: User, conversation: Conversation, *, in_private: bool = False) -> str:
    """On which step they answer there: on the channel by which it goes."""
    return step_of(user, account_of(conversation, in_private=in_private).channel)


def goes_alone(step: str, *, private: bool) -> bool:
    return step == Step.TRUSTED or (step == Step.CHECKED and private)


def rehearses(user: User, conversation: Conversation, *, in_private: bool = False) -> bool:
    return step_for(user, conversation, in_private=in_private) == Step.REHEARSAL


def seal(reply: Reply, cleared_by_id: int) -> str:
    """What was cleared, by whom, for where: other words or files, or the same in public, need clearing anew."""
    return fingerprint(reply.pk, reply.conversation_id, reply.author_id, cleared_by_id, *said(reply))


def said(reply: Reply) -> tuple[object, ...]:
    """What would reach the resident, and whether in public: its words and its files."""
    files = [(one.pk, one.name, one.size, one.alt) for one in reply.enclosures.all()]
    return reply.in_private, files, reply.text


def fingerprint(*parts: object) -> str:
    return sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()


def is_sealed(reply: Reply) -> bool:
    return reply.cleared_by_id is not None and reply.clearance == seal(reply, reply.cleared_by_id)


def may_leave(reply: Reply) -> bool:
    """Asked when the undo time is over. What somebody cleared for themselves needs them to be trusted still."""
    if not is_sealed(reply):
        return False
    if reply.cleared_by_id != reply.author_id:
        return True
    return answers_alone(reply.author, reply.conversation, in_private=reply.in_private)


def let_go(reply: Reply, *, by: User) -> bool:
    """Hold it for the undo time with a seal of its words. False when it is not in a state for that any more.

    Call it inside ``writing``, once it is clear that ``by`` may: their own answer, or another's that they approve.
    """
    seconds = organisation().undo_seconds
    reply.cleared_by, reply.clearance = by, seal(reply, by.pk)
    reply.send_at = now() + timedelta(seconds=seconds)
    return move(
        reply,
        Reply.State.HELD,
        text=reply.text,
        in_private=reply.in_private,
        findings=reply.findings,
        send_at=reply.send_at,
        cleared_by=by,
        clearance=reply.clearance,
        practice=False,
    )


def move(reply: Reply, to: Reply.State, **values: object) -> bool:
    """Into another state, if the graph leads there from the one that the row is in now. False when somebody was
    quicker."""
    rows = Reply.objects.filter(pk=reply.pk, state__in=before(to))
    if not rows.update(state=to, saved_at=now(), **values):
        return False
    reply.state = to
    if reply.escalated_at is not None:
        escalating.decided(reply)
    return True


def stop(reply: Reply) -> None:
    """It was about to leave without anybody's clearance, or its writer's step fell meanwhile: somebody looks first."""
    with writing():
        if move(reply, Reply.State.SUBMITTED, send_at=None, submitted_at=now(), clearance="", cleared_by=None):
            record(facts.STOPPED, thing(reply.conversation), author=reply.author.name, reply=reply.pk)
