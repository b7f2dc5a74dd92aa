"""Reading of which kinds conversations are."""

from __future__ import annotations

from collections.abc import Sequence

from putthrough.conversations.models import Conversation
from putthrough.conversations.visibility import sees_in_full
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.routing.models import KindFound


def words_of(viewer: User, conversation: Conversation, found: KindFound) -> list[str]:
    """The words that said so, as far as the viewer may read them: not those of what is private in a public one that
    they only oversee."""
    since = conversation.taken_private_at
    hidden = since is not None and found.received_at >= since and not sees_in_full(viewer, conversation)
    return [] if hidden else list(found.words)


def kinds_of(viewer: User, rows: Sequence[Conversation]) -> dict[int, list[KindFound]]:
    """What these conversations are said to be (suggested or confirmed), the surest first, by conversation id; one
    statement for any number."""
    seen = access.visible(viewer, Conversation).filter(pk__in=[row.pk for row in rows]).values("pk")
    found: dict[int, list[KindFound]] = {}
    said = KindFound.objects.filter(conversation__in=seen).exclude(state=KindFound.State.REJECTED)
    for row in said.order_by("-confidence", "kind"):
        found.setdefault(row.conversation_id, []).append(row)
    return found
