"""Routing, for those who answer for it: what was promised and kept, what was learnt, and what they may change."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from putthrough.conversations.actions import CannotBeDone
from putthrough.directory.access import NotVisible
from putthrough.directory.queries import organisation
from putthrough.routing import overview, versions
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.routing import RoutingForm
from putthrough.web.screens.routing import page
from putthrough.web.views.setup.frame import show

HERE = "setup-routing"


def routing(request: HttpRequest) -> HttpResponse:
    body = organisation()
    form = RoutingForm(body, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        versions.save_settings(**form.settings, by=viewer(request))
        messages.success(request, "Saved. It counts for every message from now on.")
        return redirect(f"web:{HERE}")
    context = {"form": form, "form_url": request.path, **page(viewer(request), body)}
    return show(request, "web/setup/routing.html", context, at=HERE, status=422 if form.errors else 200)


@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Route by another version from now on."""
    row = overview.version(viewer(request), pk)
    if row is None:
        raise NotVisible("There is no such version.")
    try:
        versions.choose(row, by=viewer(request))
    except CannotBeDone as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Messages are routed by version {row.pk} from now on. You can go back at any time.")
    return redirect(f"web:{HERE}")
