"""One thing done to many conversations, chosen in a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from putthrough.conversations.actions import OUTCOMES, CannotBeDone
from putthrough.conversations.tagging import named
from putthrough.directory.models import User
from putthrough.directory.queries import team
from putthrough.handover.batches import actions, queries
from putthrough.handover.batches.models import Batch
from putthrough.web.doors import back, viewer
from putthrough.web.forms import number
from putthrough.web.screens.batches import ids_like, page

_Verb = Batch.Verb
Data = Mapping[str, Any]


def _to(user: User, data: QueryDict) -> Data:
    to = team(number(data.get("to", "")))
    if to is None:
        raise CannotBeDone("Choose the team that they go to.")
    return {"team": to.pk, "note": data.get("note", "").strip()[:400]}


def _word(user: User, data: QueryDict) -> Data:
    return {"tag": named(data.get("tag", ""), by=user).pk}


def _outcome(user: User, data: QueryDict) -> Data:
    outcome = data.get("outcome", "")
    if outcome not in dict(OUTCOMES):
        raise CannotBeDone("Choose what came of them.")
    return {"outcome": outcome}


_WHAT: Mapping[str, Callable[[User, QueryDict], Data]] = {
    _Verb.CLAIM: lambda user, data: {},
    _Verb.PASS_ON: _to,
    _Verb.TAG: _word,
    _Verb.CLOSE: _outcome,
}


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Ticked rows, or all of the page or of the list, and the verb of the button that was pressed."""
    user, data = viewer(request), request.POST
    verb = data.get("verb", "")
    try:
        if verb not in _WHAT:
            raise CannotBeDone("Choose what to do with them.")
        batch = actions.begin(_chosen(request), _Verb(verb), _WHAT[verb](user, data), by=user)
    except CannotBeDone as error:
        messages.error(request, str(error))
        return back(request, "web:inbox")
    return redirect(f"{reverse('web:batch', args=[batch.pk])}?{urlencode({'next': data.get('next', '')})}")


def _chosen(request: HttpRequest) -> list[int]:
    data = request.POST
    if data.get("all") == "list":
        return ids_like(viewer(request), QueryDict(data.get("like", "")), most=actions.MOST)
    name = "shown" if data.get("all") == "page" else "conversation"
    return [pk for value in data.getlist(name)[: actions.MOST + 1] if (pk := number(value))]


def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done, what was not and why; how far it is."""
    return render(request, "web/batch.html", page(request, queries.batch(viewer(request), pk)))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    row = queries.batch(viewer(request), pk)
    try:
        actions.undo(row, by=viewer(request))
    except CannotBeDone as error:
        messages.error(request, str(error))
    return redirect("web:batch", row.pk)
