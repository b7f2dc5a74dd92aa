"""Why a conversation is where it is, in full."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from putthrough.conversations import queries
from putthrough.web.doors import viewer
from putthrough.web.screens.why import screen


def why(request: HttpRequest, pk: int) -> HttpResponse:
    user = viewer(request)
    return render(request, "web/why.html", screen(user, queries.conversation(user, pk)))
