"""A directory from a file: first what it would do, then, and only then, doing it."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from putthrough.directory.actions import load_services
from putthrough.directory.servicefile import LARGEST, ServiceFile, read_uploaded
from putthrough.web.doors import viewer
from putthrough.web.forms_setup.directory import UploadForm
from putthrough.web.views.setup.carried import MOST_SHOWN, many, more, opened, sealed
from putthrough.web.views.setup.frame import asked, show

HERE = "setup-services"
_WHAT = "services file"


def bring_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and "kept" in request.POST:
        return _load(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        return _dry_run(request, form.cleaned_data["file"])
    words = "Services are added or changed by their key. Those that the file leaves out stay as they are."
    title = "Import services from a file"
    return asked(request, form, at=HERE, title=title, save="Show what it would do", form_words=words)


def _dry_run(request: HttpRequest, file: UploadedFile[bytes]) -> HttpResponse:
    name, raw = (file.name or "")[:120], file.read(LARGEST + 1)
    return _offered(
        request, name, read_uploaded(name, raw), sealed(name, raw.decode("utf-8-sig", "replace"), what=_WHAT)
    )


def _offered(request: HttpRequest, name: str, found: ServiceFile, kept: str) -> HttpResponse:
    if found.problems:
        context = {"name": name, "problems": found.problems[:MOST_SHOWN], "more": more(len(found.problems))}
        return show(request, "web/setup/import.html", {**context, "form_url": request.path}, at=HERE, status=422)
    would = load_services(found.entries, by=viewer(request), dry_run=True)
    context = {
        "name": name,
        "does_anything": bool(would.added or would.changed),
        "lists": [
            {"title": f"{would.added} to be added", "names": would.fresh[:MOST_SHOWN], "more": more(len(would.fresh))},
            {
                "title": f"{would.changed} to be changed",
                "names": would.altered[:MOST_SHOWN],
                "more": more(len(would.altered)),
            },
            {
                "title": many(len(would.new_teams), "new team", "new teams"),
                "names": would.new_teams[:MOST_SHOWN],
                "more": 0,
            },
        ],
        "same_words": many(would.unchanged, "service in it is", "services in it are"),
        "will_happen": f"{many(would.added, 'service', 'services')} will be added and {would.changed} changed,"
        " all of them or none.",
        "kept": kept,
        "form_url": request.path,
        "cancel_url": reverse(f"web:{HERE}"),
        "cancel_label": "Back to the services",
    }
    return show(request, "web/setup/import.html", context, at=HERE)


def _load(request: HttpRequest) -> HttpResponse:
    kept = opened(request.POST["kept"], what=_WHAT)
    if kept is None:
        messages.error(request, "That page was open for too long. Choose the file again; nothing was imported.")
        return redirect("web:setup-import")
    name, raw = kept
    found = read_uploaded(name, raw)
    if found.problems:
        return _offered(request, name, found, "")
    done = load_services(found.entries, by=viewer(request))
    added = many(done.added, "service", "services")
    words = f"Imported {name}: {added} added, {done.changed} changed, {done.unchanged} as before."
    messages.success(request, words)
    return redirect(f"web:{HERE}")
