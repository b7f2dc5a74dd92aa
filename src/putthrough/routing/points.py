"""What texts of the organisation's own mean, remembered by the hash of each text: services' phrases, never messages.

Points of two encoders are never mixed: each stands under its encoder's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction

from putthrough.routing.models import Point

if TYPE_CHECKING:
    from putthrough.routing.learning.learnt import Encoder, Points

_AT_ONCE = 500


class Remembered:
    """An encoder that asks the other one only for what it has not seen before."""

    def __init__(self, encoder: Encoder, name: str) -> None:
        self._encoder, self.name = encoder, name

    def encode(self, texts: Sequence[str]) -> Points:
        """As the encoder does, to the precision of float16."""
        import numpy as np  # nothing of it is loaded before it is needed

        found = self.known(texts)
        new = [text for text in dict.fromkeys(texts) if text not in found]
        points = self._encoder.encode(new).astype(np.float16)
        rows = [
            Point(text_hash=_hash(text), encoder=self.name, point=point.tobytes())
            for text, point in zip(new, points, strict=True)
        ]
        with transaction.atomic():
            Point.objects.bulk_create(rows, ignore_conflicts=True)
        found.update((text, point.astype(np.float32)) for text, point in zip(new, points, strict=True))
        return np.array([found[text] for text in texts], dtype=np.float32)

    def known(self, texts: Sequence[str]) -> dict[str, Any]:
        """The points of those that are remembered, by text."""
        return dict(points(texts, self.name))


def points(texts: Sequence[str], encoder: str) -> Iterator[tuple[str, Points]]:
    """Each text of which ``encoder``'s point is remembered, with it."""
    import numpy as np

    by_hash: Mapping[str, str] = {_hash(text): text for text in texts}
    asked = list(by_hash)
    for at in range(0, len(asked), _AT_ONCE):
        rows = Point.objects.filter(encoder=encoder, text_hash__in=asked[at : at + _AT_ONCE])
        for text_hash, point in rows.values_list("text_hash", "point"):
            yield by_hash[text_hash], np.frombuffer(bytes(point), dtype=np.float16).astype(np.float32)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()
