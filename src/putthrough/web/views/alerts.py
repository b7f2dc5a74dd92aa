"""The page behind the link in an alert: at night, on a telephone, without signing in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from putthrough.conversations.actions import CannotBeDone
from putthrough.handover.alerts import actions
from putthrough.handover.alerts.models import Alert, Telling
from putthrough.handover.alerts.wording import when


@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The link says only who was told of which alert. A look (GET) changes nothing, for mail programs look at links by
    themselves, and tells nothing of what was written."""
    try:
        found = actions.linked(token)
        if request.method == "POST":
            actions.take_by_link(token)
            found = actions.linked(token)
    except CannotBeDone as error:
        return render(request, "web/alert.html", {"problem": str(error)}, status=409)
    return render(request, "web/alert.html", _context(found))


def _context(found: Telling) -> dict[str, Any]:
    row, alert = found.alert.conversation, found.alert
    mine = alert.taken_by_id == found.user_id
    return {
        "about": f"The message of {when(row.last_at)}, which {row.owner} has, may mean that a life is at risk.",
        "who": found.user.name,
        "taken": "" if alert.state == Alert.State.OPEN else ("You have it." if mine else f"{alert.taken_by} has it."),
        "url": reverse("web:conversation", args=[row.pk]),
    }
