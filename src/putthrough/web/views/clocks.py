"""One clock in full, and what may be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import message
from putthrough.deadlines import actions
from putthrough.deadlines.models import TARGET, Deadline
from putthrough.deadlines.queries import clock as clock_of
from putthrough.deadlines.table import REGIMES
from putthrough.directory.access import NotAllowed
from putthrough.directory.models import User
from putthrough.web.doors import viewer
from putthrough.web.screens.clocks import page, verb_form

Data = Mapping[str, Any]
Do = Callable[[User, Deadline, Data], Any]


def _told(clock: Deadline) -> str:
    extension = REGIMES[clock.regime].version(clock.version).step(clock.step).extension
    return f"Extended. {extension.tell}" if extension else "Extended."


_VERBS: Mapping[str, tuple[Do, Callable[[Deadline], str]]] = {
    "met": (lambda user, one, data: actions.met(one, by=user, on=data["on"]), lambda _: "Recorded."),
    "extend": (lambda user, one, data: actions.extend(one, to=data["to"], reason=data["reason"], by=user), _told),
    "pause": (
        lambda user, one, data: actions.pause(one, data["why"], by=user),
        lambda _: "It stands still until you let it run on.",
    ),
    "escalate": (
        lambda user, one, data: actions.escalate(one.conversation, one.regime, by=user, on=data["on"]),
        lambda _: "Stage 2 has begun.",
    ),
    "drop": (
        lambda user, one, data: actions.drop(one.conversation, one.regime, by=user, reason=data["reason"]),
        lambda _: "Its clocks have ended, with your reason.",
    ),
}


def clock(request: HttpRequest, pk: int) -> HttpResponse:
    user = viewer(request)
    return render(request, "web/clock.html", page(user, clock_of(user, pk)))


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do a verb to a clock of law. What goes wrong is said on its page, with what was typed."""
    user = viewer(request)
    found = clock_of(user, pk)
    if found.regime == TARGET or verb not in _VERBS:
        raise Http404(verb)
    form, (do, words) = verb_form(found, verb, request.POST), _VERBS[verb]
    if not form.is_valid():
        return render(request, "web/clock.html", page(user, found, {verb: form}), status=422)
    try:
        do(user, found, form.cleaned_data)
    except (CannotBeDone, NotAllowed) as error:
        status = 403 if isinstance(error, NotAllowed) else 409
        shown = page(user, clock_of(user, pk), {verb: form}, problem=str(error))
        return render(request, "web/clock.html", shown, status=status)
    messages.success(request, words(found))
    return redirect("web:conversation", found.conversation_id)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """What it waited for has come: it runs on."""
    user = viewer(request)
    found = clock_of(user, pk)
    try:
        actions.resume(found, by=user)
    except (CannotBeDone, NotAllowed) as error:
        status = 403 if isinstance(error, NotAllowed) else 409
        return render(request, "web/clock.html", page(user, found, problem=str(error)), status=status)
    messages.success(request, "It runs on.")
    return redirect("web:conversation", found.conversation_id)


def start(user: User, row: Conversation, data: Data) -> Deadline:
    """A clock that counts from the receipt of the chosen message."""
    said = message(user, int(data["message"]))
    return actions.begin(row, data["regime"], received_at=said.received_at, by=user)
