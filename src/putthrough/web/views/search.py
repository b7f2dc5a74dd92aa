"""One box over everything that the viewer may see."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from putthrough.conversations.models import Message
from putthrough.conversations.queries import PAGE, tags
from putthrough.conversations.queries import search as found_in
from putthrough.conversations.search import terms
from putthrough.kit.time import age_in_words
from putthrough.web.doors import viewer
from putthrough.web.forms import number
from putthrough.web.screens.batches import bar
from putthrough.web.screens.words import channel_name, title

_AROUND = 90


def search(request: HttpRequest) -> HttpResponse:
    words, before = request.GET.get("q", "").strip()[:200], request.GET.get("before", "")
    start = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    user, tag = viewer(request), number(request.GET.get("tag", ""))
    rows = found_in(user, words, before=start, limit=PAGE, tag=tag) if words else []
    kept = [("q", words), *([("tag", str(tag))] if tag else [])]
    known = tags(user)
    here, last = reverse("web:search"), rows[-1].pk if len(rows) == PAGE else None
    context = {
        "search_url": here,
        "q": words,
        "results": [_result(row, terms(words)) for row in rows],
        "results_words": "Newest first.",
        "tags": [{"value": one.pk, "label": one.name, "chosen": one.pk == tag} for one in known],
        "bulk": bar(request, [row.conversation_id for row in rows], known),
        "older_url": f"{here}?{urlencode([*kept, ('before', str(last))])}" if last else "",
        "newest_url": f"{here}?{urlencode(kept)}" if start else "",
        "empty": _empty(words) if words else None,
    }
    return render(request, "web/search.html", context)


def _empty(words: str) -> dict[str, str]:
    return {
        "title": f"Nothing found for “{words}”",
        "words": "Each word must occur, in the message, its subject or its writer's name. Try fewer or shorter words.",
    }


def _result(message: Message, asked: list[str]) -> dict[str, Any]:
    row = message.conversation
    return {
        "url": f"{reverse('web:conversation', args=[row.pk])}#message-{message.pk}",
        "id": row.pk,
        "subject": title(row),
        "contact": str(row.contact),
        "channel": channel_name(row.channel),
        "owner": row.owner.name,
        "age_words": age_in_words(message.received_at),
        "excerpt": excerpt(message.text, asked),
    }


def excerpt(text: str, asked: list[str]) -> list[dict[str, Any]]:
    """The words around the first hit, cut into pieces; ``hit`` marks those that were asked for."""
    pattern = re.compile("|".join(rf"\b{re.escape(term)}\w*" for term in asked), re.IGNORECASE)
    first = pattern.search(text)
    start = max(0, first.start() - _AROUND) if first else 0
    shown = text[start : start + 2 * _AROUND]
    pieces = [*(("…", False) for _ in range(start > 0)), *_pieces(shown, pattern)]
    return [{"text": piece, "hit": hit} for piece, hit in pieces if piece]


def _pieces(shown: str, pattern: re.Pattern[str]) -> list[tuple[str, bool]]:
    pieces, at = [], 0
    for hit in pattern.finditer(shown):
        pieces += [(shown[at : hit.start()], False), (hit.group(), True)]
        at = hit.end()
    return [*pieces, (shown[at:], False)]
