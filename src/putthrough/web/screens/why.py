"""A decision in full: what was decided and when, what each stage says today, and what would have changed it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.routing.decide import Verdict
from putthrough.routing.explained import Explained, explained
from putthrough.routing.overview import lately
from putthrough.routing.queries import decisions, nearest
from putthrough.web.screens.aside import guess_owner, other_line
from putthrough.web.screens.words import sure_words, title, when_words


def screen(user: User, row: Conversation) -> dict[str, Any]:
    today, made = explained(user, row), decisions(user, row)
    return {
        "title": title(row),
        "url": reverse("web:conversation", args=[row.pk]),
        "decided": [
            {
                "when": when_words(one.at),
                "by": one.get_stage_display(),
                "words": one.sentence,
                "sure": sure_words(one.confidence) if one.confidence else "",
            }
            for one in made
        ],
        "near": [other_line(other) for other in nearest(user, made[0])] if made else [],
        "today": _today(today) if today else None,
        "lately": _lately(user),
    }


def _today(found: Explained) -> dict[str, Any]:
    return {
        "said": [{"stage": one.stage, "words": one.words} for one in found.said],
        "goes": _place(found.verdict),
        "sentence": found.verdict.sentence,
        "guesses": [
            {
                "name": guess["name"],
                "owner": guess_owner(guess),
                "sure": sure_words(guess["confidence"]).lower(),
                "words": ", ".join(f"“{word}”" for word in guess["words"]),
                "alike": guess["alike"],
            }
            for guess in found.verdict.candidates
        ],
        "otherwise": [{"without": one.without, "goes": _place(one.verdict)} for one in found.otherwise],
    }


def _place(verdict: Verdict) -> str:
    if verdict.closes:
        return "closed, without anybody"
    about = f", about {verdict.service.name}" if verdict.service else ""
    return f"{verdict.owner_name}{about}"


def _lately(user: User) -> str:
    """What "sure" has meant of late, for those who answer for it."""
    if not access.may(user, "set_up_routing"):
        return ""
    found = lately(user)
    if not found.known:
        return ""
    return f"Of {found.known} messages that routing sent by itself in the last 28 days, {found.right} were right."
