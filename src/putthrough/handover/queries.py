"""Reading who had what."""

from __future__ import annotations

from putthrough.conversations.models import Conversation
from putthrough.conversations.visibility import sees_in_full
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.models import Handover


def handovers(viewer: User, conversation: Conversation) -> list[Handover]:
    """Every passing on of a conversation that the viewer may see, newest first. What colleagues told each other since
    it was taken private is not for those who only oversee it."""
    if not access.sees(viewer, conversation):
        return []
    rows = Handover.objects.filter(conversation=conversation)
    found = list(rows.select_related("origin", "to", "by", "service").order_by("-pk"))
    since = conversation.taken_private_at
    if since is not None and not sees_in_full(viewer, conversation):
        for one in found:
            one.note = one.note if one.at < since or one.by_id == viewer.pk else ""
    return found


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
