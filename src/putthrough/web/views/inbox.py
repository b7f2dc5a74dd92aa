"""The list that people come to in the morning."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from putthrough.conversations.queries import arrived_since
from putthrough.directory.queries import team_ids
from putthrough.web.doors import viewer
from putthrough.web.forms import filters_of
from putthrough.web.screens.inbox import Asked, page, scopes
from putthrough.web.screens.words import count_words

_KEPT = ("scope", "team", "holder", "channel", "state", "unanswered", "tag", "outcome")


def inbox(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    filters = filters_of(request.GET, team_ids(user))
    offered = dict(scopes(user))
    scope = request.GET.get("scope", "")
    asked = Asked(scope if scope in offered else next(iter(offered), ""), filters, request.GET.get("after", ""))
    if asked.scope:
        asked = replace(asked, filters=replace(filters, owners=()))
    return render(request, "web/inbox.html", page(request, asked, kept(request)))


def kept(request: HttpRequest) -> str:
    """The chosen filters as an address, without the place in the list."""
    return urlencode([(name, value) for name in _KEPT for value in request.GET.getlist(name) if value])


def arrived(request: HttpRequest) -> HttpResponse:
    """Asked every few seconds by an open inbox: how many messages came since it was drawn."""
    return live(request, arrived_since(viewer(request), since(request)), reverse("web:inbox"))


def since(request: HttpRequest) -> int:
    text = request.GET.get("since", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def live(request: HttpRequest, number: int, url: str) -> HttpResponse:
    if not number:
        return HttpResponse(status=204)
    query = kept(request)
    said: dict[str, Any] = {
        "live_words": count_words(number, "new message", "new messages"),
        "live_show_url": f"{url}?{query}" if query else url,
    }
    return render(request, "web/components/live_words.html", said)
