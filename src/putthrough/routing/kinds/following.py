"""Who is told when a kind is suggested, confirmed or rejected: clocks of a regime begin or are dropped by it.

    following.listen(clock_of_a_kind)  # in journey.py

A listener is called inside the transaction of the change; what it writes is committed with it or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from putthrough.conversations.models import Conversation

Listener = Callable[[Conversation, str, str, str, datetime], None]
"""The conversation, the kind, its new state (``suggested``, ``confirmed``, ``rejected``), who says so, and when the
message was received that it is about: a clock counts from then."""

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Used by ``journey.py`` alone."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(conversation: Conversation, kind: str, state: str, *, by: str, received_at: datetime) -> None:
    for listener in _listeners:
        listener(conversation, kind, state, by, received_at)
