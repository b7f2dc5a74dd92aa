"""Who else is in a conversation, in words: on its page, beside its send button and on the lines of a list."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.urls import reverse

from putthrough.conversations import presence
from putthrough.conversations.models import Conversation, Presence
from putthrough.directory.models import User
from putthrough.kit.time import local


def present(row: Conversation, others: Sequence[Presence]) -> dict[str, Any]:
    """The context of ``components/presence.html``; ``mark`` changes whenever its words do."""
    writing = [one for one in others if presence.writes(one)]
    looking = [one.user.name for one in others if not presence.writes(one)]
    lines = [f"{one.user.name} is writing here since {_since(one)}." for one in writing]
    if looking:
        lines.append(f"{_who(looking)} looking at this too.")
    return {
        "presence": {
            "url": reverse("web:presence", args=[row.pk]),
            "lines": lines,
            "mark": sha256("\n".join(lines).encode()).hexdigest()[:12],
            "hint": hint([one.user.name for one in writing]),
        }
    }


def note_writing(row: Conversation, text: str, *, by: User) -> None:
    """Their draft has just been kept; an empty one is nobody's writing."""
    (presence.write if text.strip() else presence.put_down)(row, by=by)


def hint(names: Sequence[str], *, sent: bool = False) -> str:
    """Said beside the send button, and once more when it was pressed: it stops nobody."""
    if not names:
        return ""
    then = "Tell them that yours goes, or stop it" if sent else "Agree which of you sends"
    return f"{_who(names)} writing an answer here too. {then}."


def mark_writers(user: User, rows: Sequence[Conversation], groups: Sequence[dict[str, Any]]) -> None:
    """A tag on each line of a list in whose conversation somebody else is writing."""
    found = presence.writers(user, rows) if rows else {}
    for line in (line for group in groups for line in group["rows"]):
        if names := found.get(line["id"]):
            line["tags"].append({"text": f"{_who(names)} writing", "kind": "note"})


def _who(names: Sequence[str]) -> str:
    """``Ada and Bob are``, with the verb that follows."""
    *most, last = names
    return f"{', '.join(most)} and {last} are" if most else f"{last} is"


def _since(one: Presence) -> str:
    return f"{local(one.writing_since or one.seen_at):%H:%M}"
