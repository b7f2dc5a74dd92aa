"""What the encoder makes of messages: where each stands, and of which kinds it looks. One run tells both, and what it
told of the last messages is remembered, for routing and kinds ask about the same message one after the other."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING

import structlog

from putthrough.routing import learned

if TYPE_CHECKING:
    from putthrough.routing.learning.learnt import Points

log = structlog.get_logger()

_REMEMBERED = 1000  # messages
_told: OrderedDict[str, Mapping[str, float]] = OrderedDict()
_one_at_a_time = Lock()


def meanings(texts: Sequence[str]) -> Points | None:
    """A point for each text, None where nothing here tells by meaning."""
    means = learned.encoder()
    try:
        if means is None:
            return None
        points, upper = means.encode_twice(texts)
        if means.tells_kinds:
            _remember(texts, upper)
        return points
    except Exception as error:  # words have to do
        log.error("the sentence encoder failed", kind=type(error).__name__)
        return None


def told(text: str) -> Mapping[str, float]:
    """How much the message looks like each kind, 0 as likely as not; empty where no encoder tells."""
    if text not in _told:
        meanings([text])
    return _told.get(text, {})


def _remember(texts: Sequence[str], points: Points) -> None:
    from putthrough.routing.meaning import adapted

    names, rows = adapted.kinds(), adapted.tell(points).tolist()
    with _one_at_a_time:
        _told.update((text, dict(zip(names, row, strict=True))) for text, row in zip(texts, rows, strict=True))
        while len(_told) > _REMEMBERED:
            _told.popitem(last=False)
