"""What is most like a conversation, among all that the viewer may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import first_words, similar
from putthrough.directory.models import User
from putthrough.kit.text import shorten
from putthrough.web.screens.aside import other_line
from putthrough.web.screens.words import title, when_words

_MOST = 20
_SHOWN = 120  # characters of how another begins
_SAME = 0.9  # from which likeness on two texts are one, but for a word or two


def screen(user: User, row: Conversation) -> dict[str, Any]:
    found = similar(user, row, limit=_MOST)
    begins = first_words(user, [other for other, _ in found])
    return {
        "title": title(row),
        "url": reverse("web:conversation", args=[row.pk]),
        "same": [_line(other, begins) for other, likeness in found if likeness >= _SAME],
        "like": [_line(other, begins) for other, likeness in found if likeness < _SAME],
    }


def _line(other: Conversation, begins: Mapping[int, str]) -> dict[str, str]:
    """``said`` is how it begins, where its title is a subject and does not say that."""
    said = shorten(begins.get(other.pk, ""), _SHOWN) if other.subject else ""
    return {**other_line(other), "when": when_words(other.opened_at), "said": said}
