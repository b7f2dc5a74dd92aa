"""JSON from X, of which nothing is taken for granted."""

from __future__ import annotations

from typing import Any


def objects(found: Any) -> list[dict[str, Any]]:
    """The objects of a list, of one object, or none; what is something else is left out."""
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, dict)]
