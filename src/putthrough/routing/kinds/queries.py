"""Reading of which kinds conversations are."""

from __future__ import annotations

from collections.abc import Sequence

from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.routing.models import KindFound


def kinds_of(viewer: User, rows: Sequence[Conversation]) -> dict[int, list[KindFound]]:
    """What these conversations are said to be (suggested or confirmed), the surest first, by conversation id; one
    statement for any number."""
    seen = access.visible(viewer, Conversation).filter(pk__in=[row.pk for row in rows]).values("pk")
    found: dict[int, list[KindFound]] = {}
    said = KindFound.objects.filter(conversation__in=seen).exclude(state=KindFound.State.REJECTED)
    for row in said.order_by("-confidence", "kind"):
        found.setdefault(row.conversation_id, []).append(row)
    return found
