"""Taking a public conversation private: one page, two texts, one press."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import conversation
from putthrough.directory import access
from putthrough.replies.actions import Waiting
from putthrough.replies.checks.catalogue import Level
from putthrough.replies.private_routes import Route
from putthrough.replies.taking_private import take_private as take
from putthrough.web.doors import body, viewer
from putthrough.web.forms import TakePrivateForm
from putthrough.web.screens.answering import unseen_warnings
from putthrough.web.screens.conversation import show
from putthrough.web.screens.private import Words, begin, chosen, page, previews, texts
from putthrough.web.views.reply import NOT_YET, sent

_CHANGES = "route:"
_PRIVATE = "It is private already. Answer it as it is."
_NO_WAY = "There is no way to go on in private: its network has none, and no email account or signpost of ours either."


def take_private(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the words, and does it. What goes wrong is said above them, and they stay."""
    user = viewer(request)
    row, verb = conversation(user, pk), request.POST.get("verb", "send")
    access.require(user, "reply", row)
    if row.private:
        return show(request, row, problem=_PRIVATE, status=409)
    key = request.POST.get("route", "") if request.method == "POST" else request.GET.get("route", "")
    open_ones, route = chosen(row, verb.removeprefix(_CHANGES) if verb.startswith(_CHANGES) else key)
    if route is None:
        return show(request, row, problem=_NO_WAY, status=409)
    if request.method != "POST" or verb.startswith(_CHANGES):
        form = begin(user, row, route, first=request.POST.get("first", ""))
        return _asked(request, row, form, open_ones, route)
    form = TakePrivateForm(request.POST, direct=route.direct)
    if not form.is_valid():
        return _asked(request, row, form, open_ones, route, status=422)
    if verb == "preview" or route.key != key:
        return _asked(request, row, form, open_ones, route)
    return _take(request, row, form, open_ones, route, verb)


def _take(
    request: HttpRequest, row: Conversation, form: TakePrivateForm, open_ones: Sequence[Route], route: Route, verb: str
) -> HttpResponse:
    both = texts(viewer(request), row, form, route)
    if _has_something_to_say(both, request.POST.getlist("seen")):
        return _asked(request, row, form, open_ones, route, problem=NOT_YET)
    line, first = form.cleaned_data["line"], form.cleaned_data.get("first", "")
    try:
        taken = take(row, by=viewer(request), route=route.key, line=line, first=first, instead=verb == "instead")
    except Waiting as error:
        return _asked(request, row, form, open_ones, route, problem=str(error), waiting=True, status=409)
    except CannotBeDone as error:
        return _asked(request, row, form, open_ones, route, problem=str(error), status=409)
    reply = taken.first or taken.said
    then = " The public line follows when it has arrived." if taken.first else ""
    return sent(request, reply, then=then) if reply else show(request, row)


def _has_something_to_say(both: Sequence[Words], seen: Sequence[str]) -> bool:
    found = [one for text in both for one in text.found]
    return not any(one.level == Level.BLOCK for one in found) and unseen_warnings(found, seen)


def _asked(
    request: HttpRequest,
    row: Conversation,
    form: TakePrivateForm,
    open_ones: Sequence[Route],
    route: Route,
    *,
    problem: str = "",
    waiting: bool = False,
    status: int = 200,
) -> HttpResponse:
    both = texts(viewer(request), row, form, route)
    context = page(row, form, open_ones, route, both, body(request).undo_seconds)
    return render(request, "web/take_private.html", {**context, "problem": problem, "waiting": waiting}, status=status)


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Both previews alone, while somebody writes."""
    user = viewer(request)
    row = conversation(user, pk)
    access.require(user, "reply", row)
    _, route = chosen(row, request.POST.get("route", ""))
    if route is None:
        return HttpResponse(status=204)
    form = TakePrivateForm(request.POST, direct=route.direct)
    shown = previews(row, texts(user, row, form, route), body(request).undo_seconds)
    return render(request, "web/components/private_previews.html", {"texts": shown})
