"""Reading batches: one's own alone."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count

from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.batches.models import Batch, Item


def batch(viewer: User, pk: int) -> Batch:
    """One of the viewer's own. Raises access.NotVisible."""
    row = Batch.objects.filter(pk=pk, by=viewer).first()
    if row is None:
        raise access.NotVisible("There is no such batch of yours.")
    return row


def numbers(viewer: User, of: Batch) -> Mapping[str, int]:
    """How many of its conversations stand how."""
    rows = Item.objects.filter(batch=of, batch__by=viewer).values("state").annotate(n=Count("pk"))
    return dict(rows.values_list("state", "n"))


def not_done(viewer: User, of: Batch, *, limit: int = 100) -> list[Item]:
    """Those that could not be done or taken back, with the reasons; those alone that the viewer still sees."""
    rows = Item.objects.filter(batch=of, batch__by=viewer, state__in=[Item.State.NOT_DONE, Item.State.STAYS])
    seen = rows.filter(conversation__in=access.visible(viewer, Conversation))
    return list(seen.select_related("conversation__contact", "conversation__owner")[:limit])
