"""Writing an answer: one draft per person and conversation, and ten seconds to think again."""

from __future__ import annotations

from datetime import timedelta

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.kit.time import now
from putthrough.replies import facts
from putthrough.replies.models import Reply
from putthrough.replies.preview import preview
from putthrough.replies.queries import draft, enclosures

DELIVER = "deliver"


def save_draft(conversation: Conversation, text: str, *, by: User, in_private: bool = False) -> Reply:
    """Keep what is written so far. Nobody else's action touches it; it survives a change of owner."""
    access.require(by, "reply", conversation)
    with writing():
        kept, _ = Reply.objects.update_or_create(
            conversation=conversation,
            author=by,
            state=Reply.State.DRAFT,
            defaults={"text": text, "in_private": in_private},
        )
    return kept


def send(conversation: Conversation, text: str, *, by: User, in_private: bool = False) -> Reply:
    """Send after the undo time. Raises CannotBeDone when it is empty or the network would not take it.

    ``in_private`` answers in private what was said in public.
    """
    access.require(by, "reply", conversation)
    if not text.strip():
        raise CannotBeDone("Write the answer first: there is nothing in it.")
    if not conversation.account.enabled:
        raise CannotBeDone(
            f"The account {conversation.account} is switched off. Ask for it to be switched on in Set-up."
        )
    going = enclosures(draft(by, conversation))
    problems = preview(conversation, text, in_private=in_private, enclosures=going).problems
    if problems:
        raise CannotBeDone(" ".join(problems))
    seconds = organisation().undo_seconds
    with writing():
        _refuse_doubles(conversation, text, by)
        held = save_draft(conversation, text, by=by, in_private=in_private)
        held.state, held.send_at = Reply.State.HELD, now() + timedelta(seconds=seconds)
        held.save(update_fields=["state", "send_at", "saved_at"])
        record(facts.HELD, thing(conversation), by=by.name, seconds=seconds, reply=held.pk)
    return held


def _refuse_doubles(conversation: Conversation, text: str, by: User) -> None:
    """A form sent twice is one answer."""
    recent = Reply.objects.filter(
        conversation=conversation, author=by, text=text, saved_at__gte=now() - timedelta(minutes=2)
    )
    if recent.exclude(state__in=[Reply.State.DRAFT, Reply.State.FAILED]).exists():
        raise CannotBeDone("You have just sent exactly this. It was not sent a second time.")


def take_back(reply: Reply, *, by: User) -> Reply:
    """Undo: the held answer is a draft again. Raises CannotBeDone when it has left already."""
    with writing():
        if reply.author_id != by.pk:
            raise access.NotAllowed("Only the person who pressed send can take it back.")
        other = Reply.objects.filter(conversation=reply.conversation_id, author=by, state=Reply.State.DRAFT)
        kept = other.first()
        if kept is not None and not kept.text.strip() and not kept.enclosures.exists():
            kept.delete()
        elif kept is not None:
            raise CannotBeDone("You have begun another draft here. Send or empty it first.")
        held = Reply.objects.filter(pk=reply.pk, state=Reply.State.HELD)
        if not held.update(state=Reply.State.DRAFT, send_at=None):
            raise CannotBeDone("It is too late: the answer has left.")
        record(facts.TAKEN_BACK, thing(reply.conversation), by=by.name, reply=reply.pk)
    reply.refresh_from_db()
    return reply
