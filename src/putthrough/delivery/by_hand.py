"""An answer that a person gave on the network itself, where it takes none through its interface: kept as any other."""

from __future__ import annotations

from urllib.parse import urlsplit

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.actions import CannotBeDone, add_sent, answered, lock
from putthrough.conversations.models import Conversation, Message
from putthrough.delivery import facts
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.time import now
from putthrough.replies.actions import settle_rivals
from putthrough.replies.clearing import answers_alone
from putthrough.replies.models import Reply
from putthrough.routing.teaching import confirmed


def note_by_hand(conversation: Conversation, text: str, url: str, *, by: User) -> Reply:
    """Keep what was answered and where it can be seen; the clock stops as for an answer that we sent.

    Raises CannotBeDone when there is nothing to keep or the link is none.
    """
    access.require(by, "reply", conversation)
    if not answers_alone(by, conversation):
        raise CannotBeDone(
            "Somebody looks at your answers here before they go. Write it above and send it to be checked; a colleague "
            "can give it on the network."
        )
    _check(text, url, public=not conversation.private)
    with writing():
        row = lock(conversation)
        settle_rivals(row, by=by, instead=True)
        message = add_sent(_message(row, text.strip(), url.strip(), by), by=by.name)
        reply, _ = Reply.objects.update_or_create(
            conversation=row,
            author=by,
            state=Reply.State.DRAFT,
            defaults={"text": message.text, "state": Reply.State.SENT, "message": message, "in_private": False},
        )
        reply.enclosures.all().delete()  # they were for an answer from here
        answered(row, message, by=by.name)
        confirmed(lock(row), by=by.name)
        record(facts.BY_HAND, thing(row), by=by.name, url=message.url or "no link", reply=reply.pk)
    return reply


def _check(text: str, url: str, *, public: bool) -> None:
    if not text.strip():
        raise CannotBeDone("Paste what you answered: colleagues and the record need the words.")
    if not url.strip() and not public:
        return
    if urlsplit(url.strip()).scheme not in ("http", "https") or len(url) > 500:
        raise CannotBeDone("Paste the link to your answer on the network: it begins with https://.")


def _message(row: Conversation, text: str, url: str, by: User) -> Message:
    moment = now()
    return Message(
        conversation=row,
        account=row.account,
        direction=Message.Direction.OUT,
        name=by.name,
        handle=row.account.address,
        text=text,
        url=url,
        private=row.private,
        sent_at=moment,
        received_at=moment,
    )
