"""Reading replies: a draft is its author's, what is held or sent everybody's who sees the conversation."""

from __future__ import annotations

from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.replies.models import Reply


def draft(viewer: User, conversation: Conversation) -> Reply | None:
    """The viewer's own unsent draft."""
    return Reply.objects.filter(conversation=conversation, author=viewer, state=Reply.State.DRAFT).first()


def on_their_way(viewer: User, conversation: Conversation) -> list[Reply]:
    """Held, leaving and failed replies of a conversation that the viewer may see, oldest first."""
    if not access.sees(viewer, conversation):
        return []
    rows = Reply.objects.filter(conversation=conversation).exclude(state__in=[Reply.State.DRAFT, Reply.State.SENT])
    return list(rows.select_related("author").order_by("pk"))


def reply(viewer: User, pk: int) -> Reply:
    """One reply in a conversation that the viewer may see. Raises access.NotVisible."""
    row = Reply.objects.select_related("conversation__account", "conversation__contact").filter(pk=pk).first()
    if row is None or not access.visible(viewer, Conversation).filter(pk=row.conversation_id).exists():
        raise access.NotVisible("There is no such reply that you can see.")
    return row
