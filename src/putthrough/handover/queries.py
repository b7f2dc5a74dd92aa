"""Reading who had what."""

from __future__ import annotations

from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.models import Handover


def handovers(viewer: User, conversation: Conversation) -> list[Handover]:
    """Every passing on of a conversation that the viewer may see, newest first."""
    if not access.sees(viewer, conversation):
        return []
    rows = Handover.objects.filter(conversation=conversation)
    return list(rows.select_related("origin", "to", "by", "service").order_by("-pk"))


def handover(viewer: User, pk: int) -> Handover:
    """One of the viewer's own, for undoing it. Raises access.NotVisible."""
    row = Handover.objects.select_related("conversation", "origin").filter(pk=pk, by=viewer).first()
    if row is None:
        raise access.NotVisible("There is no such handover of yours.")
    return row


def escalated(viewer: User, *, limit: int = 50) -> list[Conversation]:
    """What was passed on too often, longest waiting first, for those who decide."""
    rows = access.visible(viewer, Conversation).filter(escalated_at__isnull=False)
    full = rows.select_related("owner", "contact").prefetch_related("taggings__tag")
    return list(full.order_by("escalated_at")[:limit])
