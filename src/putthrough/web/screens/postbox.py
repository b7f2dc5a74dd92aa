"""The emails that the demo's residents received, as the demo keeps them in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from putthrough.channels.contract import AccountView, Change, Unreadable
from putthrough.channels.registry import channel
from putthrough.web.doors import body
from putthrough.web.screens.words import when_words

_NEWEST = 50
_LARGEST = 2_000_000  # bytes
_NOBODYS = AccountView(0, "email", "", "")


def folder(request: HttpRequest) -> Path | None:
    """Where they are; None in real use."""
    kept: Path | None = getattr(settings, "POSTBOX", None)
    return kept if kept is not None and body(request).demo else None


def letters(kept: Path) -> list[dict[str, Any]]:
    """The newest, newest first. The files' names begin with the time of arrival."""
    found = sorted(kept.glob("*.eml"), reverse=True)[:_NEWEST]
    return [letter for path in found if (letter := _letter(path))]


def _letter(path: Path) -> dict[str, Any] | None:
    """None for a file that has just been cleared away."""
    try:
        with path.open("rb") as file:
            read = channel("email").read(_NOBODYS, file.read(_LARGEST))
    except OSError:
        return None
    except Unreadable as error:
        return {"subject": "An email that cannot be read", "text": str(error)}
    if isinstance(read, Change):
        return None
    return {
        "subject": read.subject or "No subject",
        "sender": f"{read.name} ({read.handle})" if read.name else read.handle,
        "recipient": ", ".join(read.to),
        "when_words": when_words(read.sent_at),
        "text": read.text,
        "folded": read.folded,
    }
