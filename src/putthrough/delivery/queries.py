"""How the sending of answers stands."""

from __future__ import annotations

from putthrough.conversations.models import Conversation
from putthrough.conversations.visibility import in_full, sees_in_full
from putthrough.delivery.models import Delivery
from putthrough.directory import access
from putthrough.directory.models import User


def deliveries(viewer: User, conversation: Conversation) -> list[Delivery]:
    """The deliveries of a conversation's replies, oldest first."""
    if not access.sees(viewer, conversation):
        return []
    rows = Delivery.objects.filter(reply__conversation=conversation).select_related("reply__author")
    if not sees_in_full(viewer, conversation):
        rows = rows.filter(reply__in_private=False)
    return list(rows.prefetch_related("reply__enclosures").order_by("pk"))


def delivery(viewer: User, pk: int) -> Delivery:
    """One delivery in a conversation that the viewer may see. Raises access.NotVisible."""
    row = Delivery.objects.select_related("reply__conversation", "reply__author").filter(pk=pk).first()
    seen = in_full(viewer) if row is not None and row.reply.in_private else access.visible(viewer, Conversation)
    if row is None or not seen.filter(pk=row.reply.conversation_id).exists():
        raise access.NotVisible("There is no such delivery that you can see.")
    return row
