"""Playing the resident on the simulated network, to see what a message does and how an answer looks."""

from __future__ import annotations

import functools
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.channels.rehearsal import network as square
from putthrough.channels.rehearsal.models import Post
from putthrough.directory import access
from putthrough.intake.listening import nudge
from putthrough.web.doors import P, View, viewer
from putthrough.web.forms_rehearsal import DIRECT, Compose, Resident
from putthrough.web.screens import postbox
from putthrough.web.screens.rehearsal import our_accounts, page, remember
from putthrough.web.screens.words import count_words
from putthrough.web.views.inbox import since


def _rehearses(view: View[P]) -> View[P]:
    @functools.wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        access.require(viewer(request), "rehearse")
        return view(request, *args, **kwargs)

    return guarded


@_rehearses
def network(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, **typed: Any) -> HttpResponse:
    return render(request, "web/rehearsal/network.html", page(request, **typed), status=status)


@require_POST
@_rehearses
def write(request: HttpRequest) -> HttpResponse:
    """A post that mentions one of our accounts, or a direct message to it."""
    form = Compose(request.POST, accounts=our_accounts())
    if not form.is_valid():
        return _page(request, compose=form, status=422)
    given = form.cleaned_data
    to = given["account"] if given["how"] == DIRECT else ""
    return _written(request, square.post(given["who"], given["text"], to=to))


@require_POST
@_rehearses
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """An answer, in public, under a post."""
    post = square.public_post(pk)
    if post is None:
        raise access.NotVisible("There is no such post.")
    form = Resident(request.POST, accounts=our_accounts(), auto_id=f"answer-{pk}-%s")
    if not form.is_valid():
        return _page(request, answering=(pk, form), status=422)
    return _written(request, square.post(form.cleaned_data["who"], form.cleaned_data["text"], parent=pk))


def _written(request: HttpRequest, post: Post) -> HttpResponse:
    """Our accounts look at once, so that it is in the inbox before one has gone there."""
    for account in our_accounts():
        nudge(account)
    remember(request, post.handle)
    messages.success(request, f"{post.handle} has written. It arrives in the inbox of the team that is responsible.")
    return redirect(f"{reverse('web:rehearsal')}{'' if post.private else f'#post-{post.pk}'}")


@_rehearses
def arrived(request: HttpRequest) -> HttpResponse:
    number = square.since(since(request))
    if not number:
        return HttpResponse(status=204)
    words = count_words(number, "new post", "new posts")
    said = {"live_words": words, "live_show_url": reverse("web:rehearsal")}
    return render(request, "web/components/live_words.html", said)


@_rehearses
def post_box(request: HttpRequest) -> HttpResponse:
    """Only in the demo: elsewhere residents' emails are in their own post boxes."""
    kept = postbox.folder(request)
    if kept is None:
        raise Http404("There is no post box here.")
    context = {
        "letters": postbox.letters(kept),
        "network_url": reverse("web:rehearsal"),
        "empty": {"title": "The post box is empty", "words": "Answer an email from the inbox, and it arrives here."},
    }
    return render(request, "web/rehearsal/post_box.html", context)
