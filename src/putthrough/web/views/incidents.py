"""Incidents: the list, one of them, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.queries import conversation
from putthrough.directory.access import NotAllowed
from putthrough.directory.models import User
from putthrough.directory.queries import team, teams
from putthrough.handover.incidents import actions, queries
from putthrough.handover.incidents.models import Incident
from putthrough.handover.incidents.moving import bring_together
from putthrough.replies.bulk import actions as bulk
from putthrough.replies.bulk.models import Bulk
from putthrough.replies.bulk.queries import latest
from putthrough.replies.bulk.rules import wording
from putthrough.replies.preview import preview as previewed
from putthrough.web.doors import back, viewer
from putthrough.web.forms_incidents import ConfirmForm, LineForm, StartForm
from putthrough.web.screens.incidents import listed, one, stands
from putthrough.web.screens.words import channel_name

Answer = Callable[[HttpRequest, Incident], HttpResponse | None]


def incidents(request: HttpRequest) -> HttpResponse:
    return render(request, "web/incidents.html", listed(request))


def incident(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "web/incident.html", one(request, queries.incident(viewer(request), pk)))


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked every few seconds while answers go out."""
    user = viewer(request)
    found = latest(user, queries.incident(user, pk))
    if found is None:
        return HttpResponse(status=204)
    return render(request, "web/components/incident_progress.html", {"stands": stands(user, found)})


def preview(request: HttpRequest, pk: int, of: int) -> HttpResponse:
    """How the line will appear to one of them."""
    user = viewer(request)
    found, row = queries.incident(user, pk), conversation(user, of)
    text = wording(found.wordings or [""], row.contact_id, row.contact.name)
    context = {
        "title": str(row.contact),
        "back_url": reverse("web:incident", args=[pk]),
        "conversation_url": reverse("web:conversation", args=[of]),
        "preview": previewed(row, text),
        "preview_channel": channel_name(row.channel),
    }
    return render(request, "web/incident_preview.html", context)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A verb of an incident. What cannot be done is said on its page, with what was typed."""
    row = queries.incident(viewer(request), pk)
    do = _VERBS.get(verb)
    if do is None:
        raise Http404(f"There is no verb {verb}.")
    try:
        return do(request, row) or redirect("web:incident", pk=pk)
    except (CannotBeDone, NotAllowed) as error:
        status = 403 if isinstance(error, NotAllowed) else 409
        return render(request, "web/incident.html", one(request, row, problem=str(error)), status=status)


def _confirm(request: HttpRequest, row: Incident) -> HttpResponse | None:
    form = ConfirmForm(request.POST, teams=teams())
    owner = team(int(form.cleaned_data["team"])) if form.is_valid() else None
    if owner is None:
        return render(request, "web/incident.html", one(request, row, typed={"confirm": form}), status=422)
    actions.confirm(row, by=viewer(request), owner=owner, title=form.cleaned_data["title"])
    messages.success(request, f"Confirmed. {owner} answers for it. Next: write down what everybody is told.")
    return None


def _line(request: HttpRequest, row: Incident) -> HttpResponse | None:
    form = LineForm(request.POST)
    if not form.is_valid():
        return render(request, "web/incident.html", one(request, row, typed={"line": form}), status=422)
    actions.agree(row, form.wordings(), by=viewer(request))
    messages.success(request, "Saved. Nothing has been sent. Look at who gets it, then begin.")
    return None


def _start(request: HttpRequest, row: Incident) -> None:
    form = StartForm(request.POST)
    late = form.is_valid() and form.cleaned_data["late"] == "answer"
    bulk.start(row, by=viewer(request), late=late)


def _close(request: HttpRequest, row: Incident) -> HttpResponse:
    actions.close(row, by=viewer(request))
    messages.success(request, f"“{row.title}” is closed.")
    return redirect("web:incidents")


def _dismiss(request: HttpRequest, row: Incident) -> HttpResponse:
    actions.dismiss(row, by=viewer(request))
    messages.success(request, f"“{row.title}” is no incident. Its conversations stay where they are.")
    return redirect("web:incidents")


def _together(request: HttpRequest, row: Incident) -> None:
    went, why = bring_together(row, by=viewer(request))
    messages.success(request, f"{went} went to {row.owner}; their deadlines stay as they were. {why}".strip())


def _of_bulk(do: Callable[[Bulk, User], object]) -> Answer:
    def acted(request: HttpRequest, row: Incident) -> None:
        found = latest(viewer(request), row)
        if found is None:
            raise CannotBeDone("Nothing is going out. Begin to answer first.")
        do(found, viewer(request))

    return acted


_VERBS: Mapping[str, Answer] = {
    "confirm": _confirm,
    "dismiss": _dismiss,
    "close": _close,
    "line": _line,
    "start": _start,
    "bring-together": _together,
    "pause": _of_bulk(lambda found, by: bulk.pause(found, by=by)),
    "go-on": _of_bulk(lambda found, by: bulk.go_on(found, by=by)),
    "stop": _of_bulk(lambda found, by: bulk.stop(found, by=by)),
    "undo": _of_bulk(lambda found, by: bulk.undo(found, by=by)),
    "retry": _of_bulk(lambda found, by: bulk.retry(found, by=by)),
}


@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a conversation into an incident, or take it out."""
    user = viewer(request)
    row = conversation(user, pk)
    chosen = request.POST.get("incident", "")
    found = queries.incident(user, int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else 0)
    try:
        if request.POST.get("verb") == "remove":
            actions.remove(found, row, by=user)
        else:
            actions.add(found, row, by=user)
    except CannotBeDone as error:
        messages.error(request, str(error))
    return back(request, "web:incidents")
