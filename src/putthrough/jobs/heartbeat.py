"""When the worker in this process was last seen at work. In memory: another process cannot know it."""

from __future__ import annotations

import time

_seen: float | None = None


def beat() -> None:
    """The worker is at work: called between any two pieces of it."""
    global _seen
    _seen = time.monotonic()


def seconds_since() -> float | None:
    """How long ago, in seconds; None when no worker has been at work in this process."""
    return None if _seen is None else time.monotonic() - _seen


def forget() -> None:
    """As if this process had only just begun."""
    global _seen
    _seen = None
