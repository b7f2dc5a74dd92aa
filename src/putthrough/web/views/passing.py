"""Passing on: a few letters of what it is about, a choice, a note."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import conversation
from putthrough.directory.access import NotAllowed
from putthrough.handover import actions
from putthrough.handover.models import Handover
from putthrough.handover.queries import handover
from putthrough.web.doors import body, offer_undo, undone, viewer
from putthrough.web.forms import PassOnForm
from putthrough.web.screens.choosing import Chosen, chosen, finds
from putthrough.web.screens.conversation import show
from putthrough.web.screens.words import title


@require_POST
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """With a choice it is done; without one, what fits the words is offered on a page of its own."""
    row, form = conversation(viewer(request), pk), PassOnForm(request.POST)
    if not form.is_valid():
        return show(request, row, typed={"pass_on": form}, status=422)
    to = chosen(form.cleaned_data["to"])
    if to is None:
        return _choose(request, row, form)
    if to.service is not None and to.service.whose:
        return _signpost(row, to)
    try:
        given = actions.pass_on(row, to.team, by=viewer(request), service=to.service, note=form.cleaned_data["note"])
    except (CannotBeDone, NotAllowed) as error:
        form.add_error("q", str(error))
        return show(request, row, typed={"pass_on": form}, problem=str(error), status=_status(error))
    return _done(request, row, given)


def _status(error: Exception) -> int:
    return 403 if isinstance(error, NotAllowed) else 409


def _choose(request: HttpRequest, row: Conversation, form: PassOnForm) -> HttpResponse:
    words = form.cleaned_data["q"]
    context = {
        "form": form,
        "finds": finds(words),
        "subject": title(row),
        "words": words,
        "url": reverse("web:pass-on", args=[row.pk]),
        "back_url": reverse("web:conversation", args=[row.pk]),
    }
    return render(request, "web/pass_on.html", context)


def _signpost(row: Conversation, to: Chosen) -> HttpResponse:
    query = urlencode({"signpost": to.service.key if to.service else ""})
    return redirect(f"{reverse('web:conversation', args=[row.pk])}?{query}#reply")


def _done(request: HttpRequest, row: Conversation, given: Handover) -> HttpResponse:
    offer_undo(
        request,
        f"“{title(row)}” went to {given.to}. They have it now; the deadline stays as it was.",
        reverse("web:undo-handover", args=[given.pk]),
        seconds=body(request).undo_seconds,
        label="Undo",
        over=f"{given.to} keeps it.",
    )
    return redirect("web:triage" if request.POST.get("from") == "triage" else "web:inbox")


@require_POST
def undo_handover(request: HttpRequest, pk: int) -> HttpResponse:
    given = handover(viewer(request), pk)
    undone(request)
    try:
        actions.undo(given, by=viewer(request))
    except CannotBeDone as error:
        row = conversation(viewer(request), given.conversation_id)
        return show(request, row, problem=str(error), status=409)
    return redirect("web:conversation", given.conversation_id)


def find_service(request: HttpRequest) -> HttpResponse:
    """What fits the letters typed so far, to choose from while typing."""
    words = request.GET.get("q", "")[:80]
    within = request.GET.get("within", "")[:17]
    context = {"finds": finds(words) if words.strip() else [], "words": words, "within": within}
    return render(request, "web/components/finds.html", context)
