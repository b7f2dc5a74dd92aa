"""Reading conversations: every function takes the viewer first and asks ``access`` for what they may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from putthrough.channels.contract import HasAttachments, Unreadable
from putthrough.channels.queries import plain_view
from putthrough.channels.registry import channel
from putthrough.conversations import search as index
from putthrough.conversations.models import Attachment, Contact, Conversation, Message
from putthrough.conversations.visibility import search_scopes
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import team_ids

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some conversations and the cursor of those after them (empty at the end)."""

    rows: Sequence[Conversation]
    next: str


def conversation(viewer: User, pk: int) -> Conversation:
    """One conversation with its contact, owner and account. Raises access.NotVisible."""
    rows = access.visible(viewer, Conversation).select_related("contact", "owner", "holder", "account", "service")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise access.NotVisible(f"There is no conversation {pk} that you can see.")
    return row


def messages(viewer: User, of: Conversation, *, newest: int = 200) -> list[Message]:
    """Its messages and notes, oldest first."""
    rows = access.visible(viewer, Message).filter(conversation=of).prefetch_related("attachments")
    return list(rows.order_by("-received_at", "-pk")[:newest])[::-1]


def others_of(viewer: User, contact: Contact, *, besides: Conversation, limit: int = 10) -> list[Conversation]:
    """Other conversations of the same contact that the viewer may see, newest first."""
    rows = access.visible(viewer, Conversation).filter(contact=contact).exclude(pk=besides.pk)
    return list(rows.select_related("owner").order_by("-pk")[:limit])


def inbox_rows(viewer: User) -> QuerySet[Conversation]:
    """What the viewer's own teams have to do, soonest deadline first."""
    rows = access.visible(viewer, Conversation).filter(owner__in=team_ids(viewer))
    return rows.exclude(state=Conversation.State.CLOSED)


def search(viewer: User, words: str, *, before: int | None = None, limit: int = PAGE) -> list[Message]:
    """Messages that hold every word, newest first, with their conversations; ``before`` is a message id."""
    ids = index.find(words, scopes=search_scopes(viewer), before=before, limit=limit)
    rows = access.visible(viewer, Message).filter(pk__in=ids)
    return list(rows.select_related("conversation__owner", "conversation__contact").order_by("-pk"))


def attachment(viewer: User, pk: int) -> tuple[Attachment, bytes]:
    """A file and its bytes, from the raw arrival. Raises access.NotVisible; Unreadable when it is not offered."""
    row = Attachment.objects.select_related("message__arrival", "message__account").filter(pk=pk).first()
    if row is None or not access.visible(viewer, Message).filter(pk=row.message_id).exists():
        raise access.NotVisible("There is no such file that you can see.")
    arrival, network = row.message.arrival, channel(row.message.account.channel)
    if row.refused or arrival is None or not isinstance(network, HasAttachments):
        raise Unreadable(row.refused or "The original of this file is no longer kept.")
    return row, network.attachment(plain_view(row.message.account), bytes(arrival.raw), row.part)


def counts(rows: QuerySet[Any], *, most: int = 99) -> int:
    """How many, but never more than ``most`` + 1 are counted: a list says "more than 99" instead."""
    return rows[: most + 1].count()
