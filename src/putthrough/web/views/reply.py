"""Answering: the draft kept, the preview drawn, the answer sent after the undo time, and taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.conversations import presence
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import conversation
from putthrough.conversations.standing import account_of
from putthrough.delivery import actions as sending
from putthrough.delivery.queries import delivery
from putthrough.directory import access
from putthrough.directory.access import NotAllowed
from putthrough.kit.time import local, now
from putthrough.replies import actions, enclosing, queries
from putthrough.replies.checks.catalogue import Level
from putthrough.replies.findings import object_to
from putthrough.replies.models import Reply
from putthrough.replies.preview import preview as preview_of
from putthrough.web.doors import body, offer_undo, undone, viewer
from putthrough.web.forms import ReplyForm
from putthrough.web.screens.answering import Look, about, concern_lines, unseen_warnings
from putthrough.web.screens.conversation import show
from putthrough.web.screens.presence import hint, note_writing
from putthrough.web.screens.signposts import put_in
from putthrough.web.screens.suggested import INSERT, inserted
from putthrough.web.screens.words import channel_name
from putthrough.web.views.conversation import refused

_TAKE_OUT = "take-out-"
_MOST_READ = 50 * 1024 * 1024  # more than any network takes: enough to say that it is too much


def _text(request: HttpRequest) -> tuple[ReplyForm, str]:
    form = ReplyForm(request.POST)
    form.is_valid()
    return form, form.cleaned_data.get("text", "")


def _privately(form: ReplyForm) -> bool:
    return bool(form.cleaned_data.get("in_private"))


@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """One form, several buttons: send (also instead of another that waits), preview, save, mark a finding as wrong,
    add a file, take one out."""
    user = viewer(request)
    row, (form, text) = conversation(user, pk), _text(request)
    verb = request.POST.get("verb", "send")
    try:
        text = _with_inserted(request, row, verb, text)
        if request.FILES or verb.startswith(("enclose", _TAKE_OUT)):
            draft = actions.save_draft(row, text, by=user, in_private=_privately(form))
            _enclose(request, draft, verb)
        if verb not in ("send", "instead"):
            return _kept(request, row, form, text, verb)
        if _has_something_to_say(request, row, form, text):
            return show(request, row, typed={"reply": form}, problem=NOT_YET)
        private, instead = _privately(form), verb == "instead"
        return sent(request, actions.send(row, text, by=user, in_private=private, instead=instead, with_files=True))
    except actions.Waiting as error:
        return show(request, row, typed={"reply": form, "instead": form}, problem=str(error), status=409)
    except (CannotBeDone, NotAllowed) as error:
        form.add_error("text", str(error))
        return refused(request, row, error, "reply", form)


def _with_inserted(request: HttpRequest, row: Conversation, verb: str, text: str) -> str:
    """What was written, and below it what a button puts in. On a page without the box what is written is the draft."""
    if not verb.startswith(INSERT):
        return text
    kept = queries.own_words(viewer(request), row) if "text" not in request.POST else None
    before = kept.text if kept else text
    return "\n\n".join(filter(None, [before.rstrip(), inserted(viewer(request), verb)]))


def _enclose(request: HttpRequest, draft: Reply, verb: str) -> None:
    """What came with the form goes to the draft, whichever button was pressed. Raises CannotBeDone."""
    user, file = viewer(request), request.FILES.get("file")
    taken = verb.removeprefix(_TAKE_OUT)
    if taken != verb and taken.isascii() and taken.isdigit():
        enclosing.take_out(queries.enclosure(user, int(taken)), by=user)
    elif file is not None and not isinstance(file, list):
        content = file.read(_MOST_READ)
        enclosing.enclose(draft, file.name or "file", content, request.POST.get("alt", ""), by=user)
    elif verb == "enclose":
        raise CannotBeDone("Choose a file first, then add it.")


NOT_YET = "Nothing has been sent yet. Read what stands under “Before you send it”; then press once more, or change it."


def _has_something_to_say(request: HttpRequest, row: Conversation, form: ReplyForm, text: str) -> bool:
    """Warnings that the writer has not been shown: they are shown before anything goes, and once."""
    user = viewer(request)
    if not access.may(user, "reply", row):
        return False
    found = about(user, row, text, in_private=_privately(form))
    blocked = any(one.level == Level.BLOCK for one in found)
    return not blocked and unseen_warnings(found, request.POST.getlist("seen"))


def _kept(request: HttpRequest, row: Conversation, form: ReplyForm, text: str, verb: str) -> HttpResponse:
    about = None
    if verb.startswith("signpost:"):
        text, about = put_in(row, text, verb)
    draft = actions.save_draft(row, text, by=viewer(request), in_private=_privately(form), about=about)
    note_writing(row, text, by=viewer(request))
    if about is not None:
        return redirect(f"{reverse('web:conversation', args=[row.pk])}#reply")
    if verb.startswith("wrong:"):
        key = verb.removeprefix("wrong:")
        object_to(draft, key, request.POST.get(f"reason-{key}", ""), by=viewer(request))
        messages.success(request, "Noted, with your reason. Your draft is saved.")
        return redirect(f"{reverse('web:conversation', args=[row.pk])}#reply")
    if verb == "preview":
        return show(request, row, typed={"reply": form})
    if verb != "save":
        return redirect(f"{reverse('web:conversation', args=[row.pk])}#reply")
    messages.success(request, "Your draft is saved. Only you see it until you send it.")
    return redirect("web:conversation", row.pk)


def sent(request: HttpRequest, reply: Reply, *, then: str = "") -> HttpResponse:
    """Back to the conversation, with what becomes of the answer; ``then`` is what follows it."""
    row, user = reply.conversation, viewer(request)
    presence.put_down(row, by=user)
    if words := hint(presence.writers(user, [row]).get(row.pk, []), sent=True):
        messages.warning(request, words)
    if reply.state != Reply.State.SUBMITTED:
        return _held(request, reply, then)
    who = queries.who_looks(reply)
    words = "It is practice and goes nowhere." if reply.practice else "It has not been sent."
    messages.success(request, f"{who} will look at your answer. {words} You can take it back until then.")
    return redirect("web:conversation", row.pk)


def _held(request: HttpRequest, held: Reply, then: str) -> HttpResponse:
    leaves = local(held.send_at or now())
    offer_undo(
        request,
        f"Your answer to {held.conversation.contact} leaves at {leaves:%H:%M:%S}.{then}",
        reverse("web:take-back", args=[held.pk]),
        seconds=body(request).undo_seconds,
        label="Stop it",
        over="It is too late to stop it: the answer is on its way.",
    )
    return redirect("web:conversation", held.conversation_id)


_BACK = {
    Reply.State.DRAFT: "it is a draft again",
    Reply.State.RETURNED: "its words stand below, beside the draft that you had begun",
    Reply.State.SUBMITTED: "it waits to be checked again",
}


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    held = queries.reply(viewer(request), pk)
    undone(request)
    try:
        back = actions.take_back(held, by=viewer(request))
        messages.success(request, f"Stopped. The answer was not sent; {_BACK[Reply.State(back.state)]}.")
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
    going = queries.enclosures(queries.own_words(user, row))
    shown = preview_of(row, text, in_private=_privately(form), enclosures=going)
    found = about(user, row, text, in_private=_privately(form))
    look = Look(user, row, shown, found, in_private=_privately(form))
    context = {
        "preview": shown,
        "preview_channel": channel_name(account_of(row, in_private=_privately(form)).channel),
        "concerns": concern_lines(found),
        "will_happen": look.words(body(request).undo_seconds),
        "send_label": look.label,
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
    note_writing(row, text, by=user)
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
