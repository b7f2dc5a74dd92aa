"""Services: what residents write about, in their words, and who is answerable."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from putthrough.directory import access
from putthrough.directory.access import NotVisible
from putthrough.directory.actions import save_service
from putthrough.directory.models import Service
from putthrough.directory.places import save_area_teams
from putthrough.directory.queries import any_service, services_page
from putthrough.replies.queries import signposted, went_private
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.directory import ServiceForm
from putthrough.web.views.setup.frame import asked, listed, number, tag

HERE = "setup-services"
PAGE = 100


def services(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:80]
    start = number(request.GET.get("after", ""))
    found = services_page(words, after=any_service(start) if start else None, limit=PAGE + 1)
    rows, here = found[:PAGE], reverse("web:setup-services")
    return listed(
        request,
        at=HERE,
        title="Services",
        columns=["Service", "Team", "What residents say", "How it stands"],
        rows=[_row(one) for one in rows],
        add_url=reverse("web:setup-service-new"),
        add_label="Add a service",
        list_actions=_actions(request),
        search={"url": here, "q": words, "label": "Name, word, team or key"},
        older_url=_more(here, words, rows[-1]) if len(found) > PAGE else "",
        older_label="More services",
        newest_url=here if start else "",
        empty={"title": "No service fits", "words": "Try fewer letters, or add it.", "url": here, "label": "Show all"},
    )


def _more(here: str, words: str, last: Service) -> str:
    return f"{here}?{urlencode([('q', words), ('after', str(last.pk))])}"


def _actions(request: HttpRequest) -> list[dict[str, Any]]:
    if not access.may(viewer(request), "import"):
        return []
    return [{"label": "Import from a file", "url": reverse("web:setup-import"), "style": "secondary"}]


def _row(one: Service) -> dict[str, Any]:
    tags = [] if one.active else [tag("Out of use", "quiet")]
    if one.whose:
        tags.append(tag("Not ours"))
    return {
        "url": reverse("web:setup-service", args=[one.pk]),
        "title": one.name,
        "cells": [one.whose or (one.team.name if one.team else "None yet"), ", ".join(one.synonyms[:4])],
        "tags": tags,
    }


def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, Service(), "Add a service")


def service(request: HttpRequest, pk: int) -> HttpResponse:
    row = any_service(pk)
    if row is None:
        raise NotVisible("There is no such service.")
    return _edit(request, row, f"Change the service {row.name}")


def _edit(request: HttpRequest, row: Service, title: str) -> HttpResponse:
    form = ServiceForm(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        filled, signposts = form.filled()
        save_service(filled, by=viewer(request), signposts=signposts)
        if "area_teams" in form.changed_data:
            save_area_teams(filled, form.cleaned_data["area_teams"], by=viewer(request))
        messages.success(request, f"{row.name} is saved. What arrives from now on is routed by it.")
        return redirect(f"web:{HERE}")
    will = "What has arrived already stays where it is; new messages are routed by this."
    number = signposted(row) if row.pk else 0
    words = f"{number} answers of the last 28 days sent people to its signpost." if number else ""
    if private := went_private(row) if row.pk else 0:
        words = f"{words} {private} of its public conversations were taken private in that time.".strip()
    return asked(request, form, at=HERE, title=title, save="Save the service", will_happen=will, form_words=words)
