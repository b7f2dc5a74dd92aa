"""What routing was unsure of, one key each; and what could not be read at all."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from putthrough.directory import access
from putthrough.intake.actions import try_again
from putthrough.intake.queries import arrival_set_aside
from putthrough.web.doors import viewer
from putthrough.web.screens.triage import page


def triage(request: HttpRequest) -> HttpResponse:
    access.require(viewer(request), "triage")
    return render(request, "web/triage.html", page(request, request.GET.get("after", "")))


@require_POST
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody mended what stood in the way, or wants to see whether it still does."""
    user = viewer(request)
    access.require(user, "triage")
    try_again(arrival_set_aside(user, pk), by=user.name)
    messages.success(request, "It is being read once more. If it still cannot be, it comes back here with the reason.")
    return redirect("web:triage")
