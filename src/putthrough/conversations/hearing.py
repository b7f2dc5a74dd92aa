"""Who else is told what residents said, as it is filed: a message that answers a post of ours belongs to an incident.

    hearing.listen(answering.hear)  # in journey.py

A listener is called inside the transaction of the filing; what it writes is committed with it or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from putthrough.conversations.models import Conversation, Message

Listener = Callable[[Sequence[tuple[Conversation, Message]]], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Used by ``journey.py`` alone."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(said: Sequence[tuple[Conversation, Message]]) -> None:
    for listener in _listeners:
        listener(said)
