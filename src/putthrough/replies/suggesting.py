"""Answers that this organisation gave to messages like one: offered with their source, never sent by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import similar
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.likeness import words_of
from putthrough.replies.models import Reply

LEAST = 0.25
"""The likeness of two messages from which on the answer to one may help with the other."""
NAME, ADDRESS = "[name]", "[address]"
_LOOKED_AT = 20
_SHORTEST = 15  # characters: less is a word of thanks
_SAME = 0.9  # share of words that two answers have in common, from which on one is enough
_LEAST_NAME = 3
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``text`` has no name or address of the one whom it was written to. ``source`` is the conversation that it was
    sent in, ``alike`` how like the two messages are (0 to 1)."""

    reply: int
    text: str
    source: Conversation
    author: str
    alike: float


def suggestions(viewer: User, row: Conversation, *, limit: int = 3) -> list[Suggestion]:
    """The answers that were sent to what is most like it, among what the viewer may see, the most alike first."""
    found = {other.pk: (other, alike) for other, alike in similar(viewer, row, limit=_LOOKED_AT) if alike >= LEAST}
    sent = _sent(viewer, found)
    offered = [_suggestion(sent[pk], alike) for pk, (_, alike) in found.items() if pk in sent]
    return _without_twins(one for one in offered if len(one.text) >= _SHORTEST)[:limit]


def suggestion(viewer: User, pk: int) -> Suggestion:
    """One of them by its reply. Raises access.NotVisible."""
    reply = _rows(viewer).filter(pk=pk).first()
    if reply is None:
        raise access.NotVisible("There is no such answer that you can see.")
    return _suggestion(reply, 1.0)


def _rows(viewer: User) -> QuerySet[Reply]:
    """Sent, and still there: what was deleted on the network is no example, nor what only takes a conversation
    private."""
    sent = access.visible(viewer, Reply).filter(state=Reply.State.SENT, message__withdrawn_at=None)
    sent = sent.filter(before_line=None, as_line=None)
    return sent.select_related("author", "conversation__contact").prefetch_related("conversation__contact__handles")


def _sent(viewer: User, found: Mapping[int, tuple[Conversation, float]]) -> dict[int, Reply]:
    """The first answer that was sent in each of these conversations: it is to what that began with."""
    rows = _rows(viewer).filter(conversation__in=found)
    return {reply.conversation_id: reply for reply in rows.order_by("-pk")}


def _suggestion(reply: Reply, alike: float) -> Suggestion:
    source = reply.conversation
    handles = [handle.address for handle in source.contact.handles.all()]
    text = impersonal(reply.text, source.contact.name, handles)
    return Suggestion(reply.pk, text, source, reply.author.name, alike)


def impersonal(text: str, name: str, handles: Sequence[str]) -> str:
    """The answer without who it was to: their name in any part, their handles, any email address."""
    text = _MAIL.sub(ADDRESS, text)
    names = sorted({name, *name.split()}, key=len, reverse=True)
    for known, mark in [*((handle, ADDRESS) for handle in handles), *((part, NAME) for part in names)]:
        if len(known) >= _LEAST_NAME:
            text = re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", mark, text, flags=re.IGNORECASE)
    return text.strip()


def _without_twins(offered: Iterable[Suggestion]) -> list[Suggestion]:
    kept: list[Suggestion] = []
    for one in offered:
        if all(_shared(one.text, other.text) < _SAME for other in kept):
            kept.append(one)
    return kept


def _shared(one: str, other: str) -> float:
    first, second = set(words_of(one)), set(words_of(other))
    return len(first & second) / max(1, len(first | second))
