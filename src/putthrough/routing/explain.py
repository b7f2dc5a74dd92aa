"""A decision as other programs read it (the form is in docs/routing.md and stays)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from putthrough.kit.language import language
from putthrough.routing.decide import decide
from putthrough.routing.heard import meanings, told
from putthrough.routing.kinds.detect import Guess, kinds
from putthrough.routing.known import Known
from putthrough.routing.learned import Opinion, opinions
from putthrough.routing.models import Stage
from putthrough.routing.rules import Asked

if TYPE_CHECKING:
    from putthrough.routing.meant import Point


def explain(message: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """Where ``{"id","text","channel","private"}`` would go. ``service`` is None when a person has to decide."""
    asked = Asked(
        text=str(message["text"]),
        subject=str(message.get("subject", "")),
        handle=str(message.get("handle", "")),
        account=0,
        channel=str(message.get("channel", "")),
        private=bool(message.get("private", True)),
        language=language(str(message["text"])),
    )
    point, opinion = looked_at(asked, known)
    verdict = decide(asked, known, opinion=opinion, point=point)
    service = verdict.service if verdict.stage != Stage.TRIAGE else None
    keep = ("service", "lgsl", "confidence")
    return {
        "id": message.get("id"),
        "stage": str(verdict.stage),
        "service": service.key if service else None,
        "lgsl": service.lgsl if service else None,
        "confidence": round(verdict.confidence, 3),
        "reason": verdict.sentence,
        "candidates": [{key: guess[key] for key in keep} for guess in verdict.candidates],
        "kinds": [shown(guess) for guess in _kinds(asked.whole, message)],
        "not_ours": (service.whose or None) if service else None,
        "lang": asked.language,
    }


def _kinds(text: str, message: Mapping[str, Any]) -> list[Guess]:
    return kinds(text, before=_before(message), told=told(text))


def shown(guess: Guess) -> dict[str, Any]:
    return {"kind": str(guess.kind), "confidence": guess.confidence}


def _before(message: Mapping[str, Any]) -> list[str]:
    """What the same person wrote before, newest first, where the caller tells."""
    given = message.get("before")
    return [str(text) for text in given] if isinstance(given, list) else []


def looked_at(asked: Asked, known: Known) -> tuple[Point | None, Opinion | None]:
    """What one message means, and what was learnt about it."""
    points = meanings([asked.whole]) if known.tells_by_meaning else None
    return None if points is None else points[0], opinions(known.learnt, [asked.whole], points, [asked.about])[0]
