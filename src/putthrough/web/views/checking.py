"""Looking at colleagues' answers before they go."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.conversations.actions import CannotBeDone
from putthrough.directory import access
from putthrough.directory.access import NotAllowed
from putthrough.replies import approving, queries, trusting
from putthrough.replies.models import Reply
from putthrough.web.doors import body, offer_undo, viewer
from putthrough.web.screens.to_check import one_page, page


def to_check(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first; posted to approve several."""
    user = viewer(request)
    access.require(user, "approve")
    if request.method == "POST":
        return _several(request, _chosen(request))
    return render(request, "web/to_check.html", page(user))


def _chosen(request: HttpRequest) -> Mapping[int, str]:
    """``id:version`` of each that was ticked; whatever else was posted is passed over."""
    pairs = [value.partition(":") for value in request.POST.getlist("seen")[:50]]
    return {int(pk): seen for pk, _, seen in pairs if pk.isascii() and pk.isdigit() and len(pk) < 18}


def _several(request: HttpRequest, seen: Mapping[int, str]) -> HttpResponse:
    done, not_done = approving.approve_many(seen, by=viewer(request))
    if done:
        messages.success(request, f"{len(done)} approved. They leave in {body(request).undo_seconds} seconds.")
    for words in not_done:
        messages.warning(request, f"Not approved. {words}")
    if not seen:
        messages.warning(request, "Choose at least one answer.")
    return redirect("web:to-check")


def look(request: HttpRequest, pk: int) -> HttpResponse:
    """One waiting answer by itself: shown, approved, changed or returned."""
    user = viewer(request)
    reply = queries.reply(user, pk)
    if request.method != "POST":
        access.require(user, "approve", reply)
        return render(request, "web/to_check.html", one_page(user, reply))
    try:
        return _decide(request, reply)
    except (CannotBeDone, NotAllowed) as error:
        status = 403 if isinstance(error, NotAllowed) else 409
        typed = request.POST.get("text")
        context = one_page(user, queries.reply(user, pk), problem=str(error), typed=typed)
        return render(request, "web/to_check.html", context, status=status)


def _decide(request: HttpRequest, reply: Reply) -> HttpResponse:
    user, verb, reason = viewer(request), request.POST.get("verb", ""), request.POST.get("reason", "")
    if verb == "return":
        approving.give_back(reply, by=user, reason=reason)
        messages.success(request, f"It went back to {reply.author.name} with your reason. Nothing was sent.")
        return redirect("web:to-check")
    text = request.POST.get("text", "").replace("\r\n", "\n") if verb == "change" else None
    done = approving.approve(reply, by=user, seen=request.POST.get("seen", ""), text=text, reason=reason)
    if done.practice:
        messages.success(request, f"{done.author.name} sees that you approved the practice. Nothing was sent.")
    else:
        _offer_stop(request, done)
    return redirect("web:to-check")


def _offer_stop(request: HttpRequest, done: Reply) -> None:
    offer_undo(
        request,
        f"You approved the answer by {done.author.name}. It is about to leave.",
        reverse("web:take-back", args=[done.pk]),
        seconds=body(request).undo_seconds,
        label="Stop it",
        over="It is too late to stop it: the answer is on its way.",
    )


@require_POST
def rise(request: HttpRequest, pk: int) -> HttpResponse:
    """A named person says yes to somebody's next step."""
    user = viewer(request)
    try:
        row = trusting.rise(queries.offered(user, pk), by=user)
        messages.success(request, f"{row.user.name} has the next step from now on. It is noted that you said yes.")
    except CannotBeDone as error:
        messages.warning(request, str(error))
    return redirect("web:to-check")
