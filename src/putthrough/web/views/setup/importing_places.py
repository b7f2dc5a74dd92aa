"""Places from a CSV: first what it would do, then, and only then, doing it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from putthrough.directory.entries import Problem
from putthrough.directory.placefile import PlaceFile, decoded, uploaded_places
from putthrough.directory.places import PlacesLoaded, load_places, mistakes
from putthrough.directory.servicefile import LARGEST
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.places import PlacesUploadForm
from putthrough.web.views.setup.carried import MOST_SHOWN, many, more, opened, sealed
from putthrough.web.views.setup.frame import asked, show

HERE = "setup-places"
_WHAT = "places file"


def bring_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and "kept" in request.POST:
        return _load(request)
    form = PlacesUploadForm(request.POST, request.FILES) if request.method == "POST" else PlacesUploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        return _dry_run(request, (file.name or "")[:120], file.read(LARGEST + 1))
    words = "Places are added or changed by their name and ward. Those that the file leaves out stay as they are."
    title = "Import places from a CSV"
    return asked(request, form, at=HERE, title=title, save="Show what it would do", form_words=words)


def _dry_run(request: HttpRequest, name: str, raw: bytes) -> HttpResponse:
    found = uploaded_places(name, raw)
    if wrong := mistakes(found):
        return _refused(request, name, wrong)
    would = load_places(found.entries, by=viewer(request), dry_run=True)
    return _offered(request, name, found, would, sealed(name, decoded(name, raw), what=_WHAT))


def _refused(request: HttpRequest, name: str, problems: Sequence[Problem]) -> HttpResponse:
    context = {"name": name, "problems": problems[:MOST_SHOWN], "more": more(len(problems)), "form_url": request.path}
    return show(request, "web/setup/import.html", context, at=HERE, status=422)


def _offered(request: HttpRequest, name: str, found: PlaceFile, would: PlacesLoaded, kept: str) -> HttpResponse:
    lists = (
        (f"{would.added} to be added", would.fresh),
        (f"{would.changed} to be changed", would.altered),
        (many(len(would.teams), "team of an area", "teams of areas"), would.teams),
    )
    context = {
        "name": name,
        "does_anything": would.does_anything,
        "lists": [{"title": title, "names": them[:MOST_SHOWN], "more": more(len(them))} for title, them in lists],
        "same_words": many(would.unchanged, "place in it is", "places in it are"),
        "unread_words": f"Columns passed over: {', '.join(found.unread)[:300]}." if found.unread else "",
        "will_happen": f"{many(would.added, 'place', 'places')} will be added and {would.changed} changed,"
        " all of them or none.",
        "kept": kept,
        "form_url": request.path,
        "cancel_url": reverse(f"web:{HERE}"),
        "cancel_label": "Back to the places",
    }
    return show(request, "web/setup/import.html", context, at=HERE)


def _load(request: HttpRequest) -> HttpResponse:
    kept = opened(request.POST["kept"], what=_WHAT)
    if kept is None:
        messages.error(request, "That page was open for too long. Choose the file again; nothing was imported.")
        return redirect("web:setup-places-import")
    name, raw = kept
    found = uploaded_places(name, raw)
    if wrong := mistakes(found):
        return _refused(request, name, wrong)
    done = load_places(found.entries, by=viewer(request))
    added = many(done.added, "place", "places")
    messages.success(request, f"Imported {name}: {added} added, {done.changed} changed, {done.unchanged} as before.")
    return redirect(f"web:{HERE}")
