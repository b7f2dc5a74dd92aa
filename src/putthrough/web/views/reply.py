"""Answering: the draft kept, the preview drawn, the answer sent after the undo time, and taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import conversation
from putthrough.delivery import actions as sending
from putthrough.delivery.queries import delivery
from putthrough.directory import access
from putthrough.directory.access import NotAllowed
from putthrough.kit.time import local, now
from putthrough.replies import actions, enclosing, queries
from putthrough.replies.models import Reply
from putthrough.replies.preview import preview as preview_of
from putthrough.web.doors import body, offer_undo, undone, viewer
from putthrough.web.forms import ReplyForm
from putthrough.web.screens.conversation import show, will_happen
from putthrough.web.screens.suggested import INSERT, inserted
from putthrough.web.screens.words import channel_name
from putthrough.web.views.conversation import refused

_MOST_READ = 50 * 1024 * 1024  # more than any network takes: enough to say that it is too much


def _text(request: HttpRequest) -> tuple[ReplyForm, str]:
    form = ReplyForm(request.POST)
    form.is_valid()
    return form, form.cleaned_data.get("text", "")


def _privately(form: ReplyForm) -> bool:
    return bool(form.cleaned_data.get("in_private"))


@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """One form, its buttons: send, preview, save for later, add a file, take one out."""
    user = viewer(request)
    row, (form, text) = conversation(user, pk), _text(request)
    verb = request.POST.get("verb", "send")
    try:
        if verb != "send" or request.FILES:
            text = _with_inserted(request, row, verb, text)
            draft = actions.save_draft(row, text, by=user, in_private=_privately(form))
            _enclose(request, draft, verb)
        if verb != "send":
            return _kept(request, row, form, verb)
        return _held(request, actions.send(row, text, by=user, in_private=_privately(form)))
    except (CannotBeDone, NotAllowed) as error:
        form.add_error("text", str(error))
        return refused(request, row, error, "reply", form)


def _with_inserted(request: HttpRequest, row: Conversation, verb: str, text: str) -> str:
    """What was written, and below it what a button puts in. On a page without the box what is written is the draft."""
    if not verb.startswith(INSERT):
        return text
    kept = queries.draft(viewer(request), row) if "text" not in request.POST else None
    before = kept.text if kept else text
    return "\n\n".join(filter(None, [before.rstrip(), inserted(viewer(request), verb)]))


def _enclose(request: HttpRequest, draft: Reply, verb: str) -> None:
    """What came with the form goes to the draft, whichever button was pressed. Raises CannotBeDone."""
    user, file = viewer(request), request.FILES.get("file")
    taken = verb.removeprefix("take-out-")
    if taken != verb and taken.isascii() and taken.isdigit():
        enclosing.take_out(queries.enclosure(user, int(taken)), by=user)
    elif file is not None and not isinstance(file, list):
        content = file.read(_MOST_READ)
        enclosing.enclose(draft, file.name or "file", content, request.POST.get("alt", ""), by=user)
    elif verb == "enclose":
        raise CannotBeDone("Choose a file first, then add it.")


def _kept(request: HttpRequest, row: Conversation, form: ReplyForm, verb: str) -> HttpResponse:
    if verb == "preview":
        return show(request, row, typed={"reply": form})
    if verb != "save":
        return redirect(f"{reverse('web:conversation', args=[row.pk])}#reply")
    messages.success(request, "Your draft is saved. Only you see it until you send it.")
    return redirect("web:conversation", row.pk)


def _held(request: HttpRequest, held: Reply) -> HttpResponse:
    leaves = local(held.send_at or now())
    offer_undo(
        request,
        f"Your answer to {held.conversation.contact} leaves at {leaves:%H:%M:%S}.",
        reverse("web:take-back", args=[held.pk]),
        seconds=body(request).undo_seconds,
        label="Stop it",
        over="It is too late to stop it: the answer is on its way.",
    )
    return redirect("web:conversation", held.conversation_id)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    held = queries.reply(viewer(request), pk)
    undone(request)
    try:
        actions.take_back(held, by=viewer(request))
        messages.success(request, "Stopped. Your answer was not sent; it is a draft again.")
    except (CannotBeDone, NotAllowed) as error:
        row = conversation(viewer(request), held.conversation_id)
        return show(request, row, problem=str(error), status=409 if isinstance(error, CannotBeDone) else 403)
    return redirect("web:conversation", held.conversation_id)


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview alone, while somebody writes."""
    user = viewer(request)
    row, (form, text) = conversation(user, pk), _text(request)
    access.require(user, "reply", row)
    going = queries.enclosures(queries.draft(user, row))
    shown = preview_of(row, text, in_private=_privately(form), enclosures=going)
    context = {
        "preview": shown,
        "preview_channel": channel_name(row.channel),
        "will_happen": will_happen(shown, body(request).undo_seconds),
        "swapped": True,
    }
    return render(request, "web/components/preview.html", context)


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps what is written while it is being written. What has just been sent is no draft any more."""
    user = viewer(request)
    row, (form, text) = conversation(user, pk), _text(request)
    going = queries.on_their_way(user, row)
    if any(one.author_id == user.pk and one.text == text for one in going):
        return HttpResponse(status=204)
    actions.save_draft(row, text, by=user, in_private=_privately(form))
    return render(request, "web/components/saved.html", {"saved_at": f"{local(now()):%H:%M:%S}"})


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looked on the network: it arrived, or it is to be sent again."""
    sent = delivery(viewer(request), pk)
    arrived = request.POST.get("outcome") == "arrived"
    row = conversation(viewer(request), sent.reply.conversation_id)
    try:
        sending.settle(sent, arrived=arrived, by=viewer(request))
    except (CannotBeDone, NotAllowed) as error:
        return show(request, row, problem=str(error), status=409 if isinstance(error, CannotBeDone) else 403)
    messages.success(request, "Noted: it arrived." if arrived else "It is being sent again.")
    return redirect("web:conversation", row.pk)
