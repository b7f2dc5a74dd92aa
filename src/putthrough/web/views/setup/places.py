"""Places: the list, one of them, and taking all out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from putthrough.directory import access
from putthrough.directory.access import NotVisible
from putthrough.directory.actions import CannotBeSaved
from putthrough.directory.models import Place
from putthrough.directory.placefile import SAMPLE, PlaceEntry, written
from putthrough.directory.places import clear_places, delete_place, save_place
from putthrough.directory.queries import Area, areas, place, places_as_entries, places_page
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.places import PlaceForm
from putthrough.web.views.setup.carried import many
from putthrough.web.views.setup.frame import PARTS, asked, listed, number, tag

HERE = "setup-places"
PAGE = 100
_MOST_NAMED = 3


def places(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:80]
    start = number(request.GET.get("after", ""))
    found = places_page(words, after=place(start) if start else None, limit=PAGE + 1)
    rows, here, known = found[:PAGE], reverse(f"web:{HERE}"), areas()
    teams = {area.name: area.teams for area in known}
    return listed(
        request,
        at=HERE,
        title="Places",
        columns=["Place", "Ward", "Area", "Teams there"],
        list_words=_standing(known),
        rows=[_row(one, teams[one.area]) for one in rows],
        add_url=reverse("web:setup-place-new"),
        add_label="Add a place",
        list_actions=_actions(request, any_place=bool(rows)),
        search={"url": here, "q": words, "label": "Street, ward or area"} if rows or words else None,
        older_url=f"{here}?{urlencode([('q', words), ('after', str(rows[-1].pk))])}" if len(found) > PAGE else "",
        older_label="More places",
        newest_url=here if start else "",
        empty=_empty(words, here),
    )


def _standing(known: Sequence[Area]) -> str:
    """What they are for, how many there are, and what is missing."""
    about = next(part.words for part in PARTS if part.name == HERE)
    if not known:
        return about
    total = many(sum(area.places for area in known), "place", "places")
    said = f"{about} There are {total} in {many(len(known), 'area', 'areas')}."
    if any(area.teams for area in known):
        return said
    return f"{said} No service has a team for one of these areas yet: name them on the page of the service."


def _actions(request: HttpRequest, *, any_place: bool) -> list[dict[str, Any]]:
    shown = [("Download as CSV", "setup-places-file")] if any_place else [("Download a sample", "setup-places-sample")]
    if access.may(viewer(request), "import"):
        shown.insert(0, ("Import from a CSV", "setup-places-import"))
        shown += [("Take all out", "setup-places-clear")] if any_place else []
    return [{"label": label, "url": reverse(f"web:{name}"), "style": "secondary"} for label, name in shown]


def _empty(words: str, here: str) -> dict[str, str]:
    if words:
        return {"title": "No place fits", "words": "Try fewer letters, or add it.", "url": here, "label": "Show all"}
    about = "Import your streets and wards from a CSV. Until then every service has one team everywhere."
    return {"title": "There is no place yet", "words": about, "url": "", "label": ""}


def _row(one: Place, teams: Sequence[str]) -> dict[str, Any]:
    return {
        "url": reverse("web:setup-place", args=[one.pk]),
        "title": one.name,
        "cells": [one.ward, one.area],
        "tags": [tag(name) for name in teams[:_MOST_NAMED]],
    }


def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, Place(), "Add a place")


def one(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(pk)
    remove = {
        "url": reverse("web:setup-place-delete", args=[pk]),
        "label": "Take it out of the list",
        "will_happen": "Messages that name it go to the service's own team from then on.",
    }
    return _edit(request, row, f"Change the place {row}", remove=remove)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(pk)
    delete_place(row, by=viewer(request))
    messages.success(request, f"{row} is no longer in the list.")
    return redirect(f"web:{HERE}")


def _found(pk: int) -> Place:
    row = place(pk)
    if row is None:
        raise NotVisible("There is no such place.")
    return row


def _edit(request: HttpRequest, row: Place, title: str, **context: Any) -> HttpResponse:
    form = PlaceForm(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_place(form.filled(), by=viewer(request))
        except CannotBeSaved as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"{row} is saved. What arrives from now on is routed by it.")
            return redirect(f"web:{HERE}")
    will = "What has arrived already stays where it is."
    return asked(request, form, at=HERE, title=title, save="Save the place", will_happen=will, **context)


def clear(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        gone = many(clear_places(by=viewer(request)), "place is", "places are")
        messages.success(request, f"{gone} no longer in the list.")
        return redirect(f"web:{HERE}")
    will = "Every message goes to its service's own team from then on. Which team a service has in which area is kept."
    title = "Take all places out of the list"
    return asked(request, forms.Form(), at=HERE, title=title, save="Take all out", will_happen=will)


def as_file(request: HttpRequest) -> HttpResponse:
    return _csv(places_as_entries(), "places.csv")


def sample(request: HttpRequest) -> HttpResponse:
    return _csv(SAMPLE, "places-sample.csv")


def _csv(rows: Iterable[PlaceEntry], name: str) -> HttpResponse:
    """With a mark that tells spreadsheets that it is in UTF-8."""
    answer = HttpResponse(f"\ufeff{written(rows)}", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
