"""What stands beside a conversation: why it is here, its clocks, its contact, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from putthrough.audit.queries import timeline
from putthrough.conversations.models import Conversation
from putthrough.directory.models import User
from putthrough.kit.time import in_words, local_day
from putthrough.routing.models import Decision
from putthrough.routing.queries import decisions, nearest, second_matter
from putthrough.web.screens.words import channel_name, sure_words, title, when_words

_NEWEST = 60


def why(user: User, row: Conversation) -> dict[str, Any] | None:
    """The latest decision as a sentence, with its evidence behind a fold."""
    made = decisions(user, row)
    if not made:
        return None
    latest = made[0]
    return {
        "sentence": latest.sentence,
        "sure_words": sure_words(latest.confidence) if latest.confidence else "",
        "evidence": _evidence(latest),
        "url": reverse("web:why", args=[row.pk]),
        "near": [other_line(other) for other in nearest(user, latest)],
    }


def two_matters(user: User, row: Conversation) -> dict[str, str] | None:
    """The offer to divide a message that is plainly about two teams' business."""
    if row.state == Conversation.State.CLOSED:
        return None
    found = second_matter(user, row)
    if found is None or found.service.whose:
        return None
    return {
        "said": found.said,
        "about": f"{found.service.name}, which {found.service.team_name} is responsible for",
        "label": f"Give that part to {found.service.team_name}",
        "service": found.service.key,
        "url": reverse("web:act", args=[row.pk, "divide"]),
    }


def _evidence(decision: Decision) -> list[dict[str, str]]:
    lines = [{"label": "Decided by", "words": decision.get_stage_display()}]
    if decision.service:
        number = f" (LGSL {decision.service.lgsl})" if decision.service.lgsl else ""
        lines.append({"label": "Service", "words": f"{decision.service.name}{number}"})
    lines += [
        {"label": guess["name"], "words": f"{guess_owner(guess)}, {sure_words(guess['confidence']).lower()}"}
        for guess in decision.candidates[:3]
    ]
    return lines


def guess_owner(guess: dict[str, Any]) -> str:
    whose: str = guess.get("whose") or guess.get("team") or "nobody yet"
    return whose


def contact_panel(row: Conversation, others: Sequence[Conversation]) -> dict[str, Any]:
    facts = [
        {"label": channel_name(handle.channel), "words": handle.address}
        for handle in row.contact.handles.all()
        if handle.address != row.contact.name
    ]
    facts.append({"label": "Wrote to", "words": f"{row.account.name}, {row.account.address}"})
    facts.append({"label": "Since", "words": in_words(local_day(row.opened_at))})
    return {"name": str(row.contact), "facts": facts, "others": [other_line(other) for other in others]}


def other_line(other: Conversation) -> dict[str, str]:
    """Another conversation as one line with a link."""
    state = other.get_state_display().lower()
    url = reverse("web:conversation", args=[other.pk])
    return {"url": url, "subject": title(other), "words": f"{state}, {other.owner.name}"}


def history(row: Conversation) -> list[dict[str, Any]]:
    """What happened, newest first. The caller has the row, so the viewer may see it."""
    return [
        {"who": "", "words": entry.sentence, "when_iso": entry.at.isoformat(), "when_words": when_words(entry.at)}
        for entry in timeline([f"conversation:{row.pk}"], newest=_NEWEST)
    ]
