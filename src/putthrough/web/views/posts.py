"""Posts to everybody: the list, one of them, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.conversations.actions import CannotBeDone
from putthrough.delivery.posting import settle_post
from putthrough.directory import access
from putthrough.directory.access import NotAllowed
from putthrough.handover.incidents.queries import incident
from putthrough.replies.posts import actions, approving, queries
from putthrough.replies.posts.models import Post
from putthrough.web.doors import body, offer_undo, viewer
from putthrough.web.screens.posts import listed, one, the_form

Answer = Callable[[HttpRequest, Post], HttpResponse | None]


def posts(request: HttpRequest) -> HttpResponse:
    return render(request, "web/posts.html", listed(request))


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft, about an incident where one is named."""
    user, chosen = viewer(request), request.POST.get("incident", "")
    named = incident(user, int(chosen)) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else None
    try:
        return redirect("web:post", actions.begin(named, by=user).pk)
    except CannotBeDone as error:
        messages.error(request, str(error))
        return redirect("web:incident", named.pk) if named else redirect("web:posts")


def post(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "web/post.html", one(request, queries.post(viewer(request), pk)))


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A verb of a post. What cannot be done is said on its page, with what was typed."""
    row = queries.post(viewer(request), pk)
    do = _VERBS.get(verb)
    if do is None:
        raise Http404(f"There is no verb {verb}.")
    try:
        return do(request, row) or redirect("web:post", pk)
    except (CannotBeDone, NotAllowed) as error:
        status = 403 if isinstance(error, NotAllowed) else 409
        row = queries.post(viewer(request), pk)
        shown = one(request, row, problem=str(error), reason=request.POST.get("reason", ""))
        return render(request, "web/post.html", shown, status=status)


def _save(request: HttpRequest, row: Post) -> HttpResponse | None:
    """Keep it; then ask for approval, where that button was pressed."""
    user = viewer(request)
    access.require(user, "post", row)
    form = the_form(user, row, request.POST)
    if not form.is_valid():
        return render(request, "web/post.html", one(request, row, form=form), status=422)
    kept = actions.save(row, form.cleaned_data["text"], by=user, **form.values())
    if request.POST.get("then") != "submit":
        messages.success(request, "Saved. Nothing has been sent. Below you see how it will appear.")
        return None
    actions.submit(kept, by=user)
    messages.success(request, "A comms lead or an administrator looks at it. Nothing is sent until they say yes.")
    return None


def _approve(request: HttpRequest, row: Post) -> None:
    done = approving.approve(row, by=viewer(request), seen=request.POST.get("seen", ""))
    if done.wanted_at is None:
        seconds = body(request).undo_seconds
        url = reverse("web:post-act", args=[row.pk, "stop"])
        text = f"You approved the post by {row.author.name}. It is about to leave."
        over = "It is too late to stop it: the post is on its way."
        offer_undo(request, text, url, seconds=seconds, label="Stop it", over=over)
    else:
        messages.success(request, "Approved. It leaves at its time.")


def _stop(request: HttpRequest, row: Post) -> None:
    approving.stop(row, by=viewer(request))
    messages.success(request, "Stopped. It waits to be approved again.")


def _return(request: HttpRequest, row: Post) -> HttpResponse:
    approving.give_back(row, by=viewer(request), reason=request.POST.get("reason", ""))
    messages.success(request, f"It went back to {row.author.name} with your reason. Nothing was sent.")
    return redirect("web:posts")


def _take_back(request: HttpRequest, row: Post) -> HttpResponse | None:
    actions.take_back(row, by=viewer(request))
    messages.success(request, "It is a draft again. Nothing was sent.")
    return None if row.author_id == viewer(request).pk else redirect("web:posts")


def _withdraw(request: HttpRequest, row: Post) -> HttpResponse:
    actions.withdraw(row, by=viewer(request))
    messages.success(request, "Withdrawn. Nothing was sent.")
    return redirect("web:posts")


_VERBS: Mapping[str, Answer] = {
    "save": _save,
    "approve": _approve,
    "stop": _stop,
    "return": _return,
    "take-back": _take_back,
    "withdraw": _withdraw,
}


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looked on the network whether it is there."""
    user = viewer(request)
    row = queries.publication(user, pk)
    try:
        settle_post(row, there=request.POST.get("outcome") == "there", by=user)
        messages.success(request, "Noted.")
    except CannotBeDone as error:
        messages.error(request, str(error))
    return redirect("web:post", row.post_id)
