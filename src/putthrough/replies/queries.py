"""Reading replies: a draft is its author's, what is held or sent everybody's who sees the conversation."""

from __future__ import annotations

from django.db.models import Prefetch

from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.replies.models import Enclosure, Reply

FILES = Prefetch("enclosures", Enclosure.objects.defer("content"))


def draft(viewer: User, conversation: Conversation) -> Reply | None:
    """The viewer's own unsent draft."""
    return Reply.objects.filter(conversation=conversation, author=viewer, state=Reply.State.DRAFT).first()


def enclosures(draft: Reply | None) -> list[Enclosure]:
    """What goes with one's draft, without the content."""
    return list(draft.enclosures.defer("content")) if draft else []


def enclosure(viewer: User, pk: int) -> Enclosure:
    """One file of an answer: of a draft for its author alone, else for all who see the conversation. Raises
    access.NotVisible."""
    row = Enclosure.objects.select_related("reply__conversation").filter(pk=pk).first()
    hidden = row is None or (row.reply.state == Reply.State.DRAFT and row.reply.author_id != viewer.pk)
    if row is None or hidden or not access.visible(viewer, Conversation).filter(pk=row.reply.conversation_id).exists():
        raise access.NotVisible("There is no such file that you can see.")
    return row


def on_their_way(viewer: User, conversation: Conversation) -> list[Reply]:
    """Held, leaving and failed replies of a conversation that the viewer may see, oldest first."""
    if not access.sees(viewer, conversation):
        return []
    rows = Reply.objects.filter(conversation=conversation).exclude(state__in=[Reply.State.DRAFT, Reply.State.SENT])
    return list(rows.select_related("author").prefetch_related(FILES).order_by("pk"))


def reply(viewer: User, pk: int) -> Reply:
    """One reply in a conversation that the viewer may see. Raises access.NotVisible."""
    row = Reply.objects.select_related("conversation__account", "conversation__contact").filter(pk=pk).first()
    if row is None or not access.visible(viewer, Conversation).filter(pk=row.conversation_id).exists():
        raise access.NotVisible("There is no such reply that you can see.")
    return row
