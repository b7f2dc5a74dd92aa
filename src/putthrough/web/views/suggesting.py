"""Answers that were given to messages like one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from putthrough.conversations import queries
from putthrough.web.doors import viewer
from putthrough.web.screens.suggested import suggested as screen


def suggested(request: HttpRequest, pk: int) -> HttpResponse:
    """As a part of the conversation's page, or as a page of its own where there is no JavaScript."""
    user = viewer(request)
    part = request.headers.get("HX-Request") == "true"
    template = "web/components/suggested.html" if part else "web/suggested.html"
    return render(request, template, screen(user, queries.conversation(user, pk)))
