"""What is most like a conversation, among all that the viewer may see."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import similar
from putthrough.directory.models import User
from putthrough.web.screens.aside import other_line
from putthrough.web.screens.words import title, when_words

_MOST = 20
_SAME = 0.9  # from which likeness on two texts are one, but for a word or two


def screen(user: User, row: Conversation) -> dict[str, Any]:
    found = similar(user, row, limit=_MOST)
    return {
        "title": title(row),
        "url": reverse("web:conversation", args=[row.pk]),
        "same": [_line(other) for other, likeness in found if likeness >= _SAME],
        "like": [_line(other) for other, likeness in found if likeness < _SAME],
    }


def _line(other: Conversation) -> dict[str, str]:
    return {**other_line(other), "when": when_words(other.opened_at)}
