"""Conversations that are like one: the same storm, an answer given before, a campaign."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from putthrough.conversations import queries
from putthrough.web.doors import viewer
from putthrough.web.screens.similar import screen


def similar(request: HttpRequest, pk: int) -> HttpResponse:
    user = viewer(request)
    return render(request, "web/similar.html", screen(user, queries.conversation(user, pk)))
