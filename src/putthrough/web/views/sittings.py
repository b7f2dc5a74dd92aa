"""Where somebody is signed in, and signing out there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.directory.sittings import end, end_all, idle
from putthrough.directory.sittings import sittings as sittings_of
from putthrough.web.doors import viewer


def sittings(request: HttpRequest) -> HttpResponse:
    context = {
        "sittings": sittings_of(viewer(request)),
        "session": request.session.session_key,
        "idle_minutes": int(idle().total_seconds() // 60),
        "preferences_url": reverse("web:preferences"),
        "everywhere_url": reverse("web:sittings-end"),
    }
    return render(request, "web/sittings.html", context)


@require_POST
def end_one(request: HttpRequest, pk: int) -> HttpResponse:
    end(pk, by=viewer(request))
    messages.success(request, "You are signed out there.")
    return redirect("web:sittings")


@require_POST
def end_everywhere(request: HttpRequest) -> HttpResponse:
    """This browser too: whoever presses it may not be the only one who sits here."""
    user = viewer(request)
    end_all(user, by=user.name)
    logout(request)
    return redirect("web:sign-in")
