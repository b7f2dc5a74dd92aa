"""What may become of a post and of each of its publications, as declared graphs; checked when imported.

A post leaves only from *cleared*, and that is reached through ``clearing.py`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from putthrough.replies.states import check

POSTS: Mapping[str, Set[str]] = {
    "draft": {"submitted", "withdrawn"},
    "submitted": {"cleared", "draft", "withdrawn"},
    "cleared": {"leaving", "draft", "submitted", "withdrawn"},
    "leaving": {"out", "failed"},
    "out": {"leaving"},
    "failed": {"leaving", "out"},
    "withdrawn": set(),
}
PUBLICATIONS: Mapping[str, Set[str]] = {
    "waiting": {"due"},
    "due": {"sending", "sent"},
    "sending": {"sent", "failed", "uncertain", "due"},
    "uncertain": {"sent", "due"},
    "failed": {"due", "sent"},
    "sent": set(),
}
check(POSTS, "draft")
check(PUBLICATIONS, "waiting")


def before(state: str) -> list[str]:
    """The states from which a post may become ``state``."""
    return [one for one, ends in POSTS.items() if state in ends]
