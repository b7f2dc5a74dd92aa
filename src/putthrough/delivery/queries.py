"""How the sending of answers stands."""

from __future__ import annotations

from putthrough.conversations.models import Conversation
from putthrough.delivery.models import Delivery
from putthrough.directory import access
from putthrough.directory.models import User


def deliveries(viewer: User, conversation: Conversation) -> list[Delivery]:
    """The deliveries of a conversation's replies, oldest first."""
    if not access.sees(viewer, conversation):
        return []
    rows = Delivery.objects.filter(reply__conversation=conversation).select_related("reply__author")
    return list(rows.prefetch_related("reply__enclosures").order_by("pk"))


def delivery(viewer: User, pk: int) -> Delivery:
    """One delivery in a conversation that the viewer may see. Raises access.NotVisible."""
    row = Delivery.objects.select_related("reply__conversation", "reply__author").filter(pk=pk).first()
    if row is None or not access.visible(viewer, Conversation).filter(pk=row.reply.conversation_id).exists():
        raise access.NotVisible("There is no such delivery that you can see.")
    return row
