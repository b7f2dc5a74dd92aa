"""A conversation, and the verbs that need no more than a button or a short form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.conversations import actions, moderating, presence, queries
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.conversations.tagging import set_tags
from putthrough.delivery.by_hand import note_by_hand
from putthrough.directory.access import NotAllowed
from putthrough.directory.models import User
from putthrough.directory.queries import service as service_by_key
from putthrough.handover import actions as handover
from putthrough.handover.alerts.actions import take
from putthrough.handover.models import Handover
from putthrough.routing.kinds.actions import settle
from putthrough.routing.models import KindFound
from putthrough.routing.queries import second_matter
from putthrough.web.doors import body, offer_undo, undone, viewer
from putthrough.web.forms import (
    ByHandForm,
    CloseForm,
    DeclineForm,
    DivideForm,
    JoinForm,
    KindForm,
    NoForm,
    NoteForm,
    SplitForm,
    TagsForm,
)
from putthrough.web.forms_clocks import StartClockForm
from putthrough.web.screens import alerts
from putthrough.web.screens.clocks import start_form
from putthrough.web.screens.conversation import show
from putthrough.web.screens.kinds import ask_name
from putthrough.web.screens.presence import present as who_is_here
from putthrough.web.screens.thread import joinable, options
from putthrough.web.screens.verbs import tags_form
from putthrough.web.screens.words import title
from putthrough.web.views import clocks
from putthrough.web.views.inbox import live, since

Data = Mapping[str, Any]


def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    row = queries.conversation(viewer(request), pk)
    alerts.looked(row, viewer(request))
    return show(request, row)


def arrived(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked every few seconds by an open conversation."""
    row = queries.conversation(viewer(request), pk)
    number = queries.arrived_since(viewer(request), since(request), within=row)
    return live(request, number, reverse("web:conversation", args=[pk]))


@require_POST
def present(request: HttpRequest, pk: int) -> HttpResponse:
    """Told every few seconds by an open conversation that it is open; answered with who else is there, if that is
    news."""
    row = queries.conversation(viewer(request), pk)
    context = who_is_here(row, presence.look(row, by=viewer(request)))
    if context["presence"]["mark"] == request.POST.get("shown"):
        return HttpResponse(status=204)
    return render(request, "web/components/presence.html", {**context, "swapped": True})


@dataclass(frozen=True, slots=True)
class Verb:
    """How a verb is done: the form it needs, the action, and what to say then. ``leaves`` goes back to the list."""

    form: type[forms.Form]
    do: Callable[[User, Conversation, Data], Any]
    words: str
    leaves: bool = False


def _split(user: User, row: Conversation, data: Data) -> Conversation:
    return actions.split(row, [int(pk) for pk in data["messages"]], by=user)


def _divide(user: User, row: Conversation, data: Data) -> Handover:
    found, service = second_matter(user, row), service_by_key(data["service"])
    if found is None or service is None or found.service.key != service.key:
        raise CannotBeDone("It has changed hands or was divided since you looked. Nothing was changed.")
    return handover.divide(row, service, found.said, by=user)


def _join(user: User, row: Conversation, data: Data) -> Conversation:
    return actions.join(row, queries.conversation(user, int(data["other"])), by=user)


def _kind(user: User, row: Conversation, data: Data) -> KindFound:
    return settle(row, data["kind"], confirmed=data["answer"] == "yes", by=user)


VERBS: Mapping[str, Verb] = {
    "claim": Verb(NoForm, lambda user, row, _: handover.claim(row, by=user), "You have it in hand."),
    "release": Verb(NoForm, lambda user, row, _: handover.release(row, by=user), "Anybody in the team can take it."),
    "wait": Verb(NoForm, lambda user, row, _: actions.wait_for_resident(row, by=user), "It waits for the resident."),
    "reopen": Verb(NoForm, lambda user, row, _: actions.reopen(row, by=user), "It is open again."),
    "note": Verb(
        NoteForm, lambda user, row, data: actions.add_note(row, data["note"], by=user), "Colleagues see your note."
    ),
    "tags": Verb(
        TagsForm,
        lambda user, row, data: set_tags(row, data["tags"], data["new"], by=user),
        "Its tags are saved.",
    ),
    "close": Verb(
        CloseForm, lambda user, row, data: actions.close(row, by=user, outcome=data["outcome"]), "", leaves=True
    ),
    "by-hand": Verb(
        ByHandForm,
        lambda user, row, data: note_by_hand(row, data["text"], data["url"], by=user),
        "Kept with its link. The clock has stopped, as for an answer sent from here.",
    ),
    "decline": Verb(
        DeclineForm,
        lambda user, row, data: handover.decline(row, by=user, reason=data["reason"]),
        "It went back, with your reason.",
        leaves=True,
    ),
    "split": Verb(SplitForm, _split, "Split off. The new conversation has the same owner and the same deadline."),
    "start-clock": Verb(StartClockForm, clocks.start, "Its clock runs, counted from the day of receipt."),
    "divide": Verb(DivideForm, _divide, "That part has a conversation of its own now, with its own team and clock."),
    "have-it": Verb(NoForm, lambda user, row, _: take(row, by=user), "You have it. Nobody else is told."),
    "hold": Verb(
        NoForm, lambda user, row, _: alerts.hold(row, by=user), "The holding words are on their way. Now find help."
    ),
    "kind": Verb(KindForm, _kind, "Noted what it is."),
    "ask-name": Verb(
        NoForm, lambda user, row, _: ask_name(row, by=user), "It is in your reply. Read it, then send it."
    ),
    "join": Verb(JoinForm, _join, "Joined. All messages are here now, and the earlier deadline counts."),
}


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do a verb. What goes wrong is said on the conversation's page, with everything that was typed."""
    if verb not in VERBS:
        raise Http404(verb)
    user, chosen = viewer(request), VERBS[verb]
    row = queries.conversation(user, pk)
    form = _form(user, row, chosen, request)
    if not form.is_valid():
        return show(request, row, typed={verb: form}, status=422)
    try:
        chosen.do(user, row, form.cleaned_data)
    except (CannotBeDone, NotAllowed) as error:
        return refused(request, row, error, verb, form)
    return _done(request, row, verb, chosen)


@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Has somebody's public words hidden on the network, or shown there again."""
    said = queries.message(viewer(request), pk)
    row = queries.conversation(viewer(request), said.conversation_id)
    hidden = request.POST.get("to") == "hidden"
    try:
        moderating.hide(said, hidden=hidden, by=viewer(request))
    except (CannotBeDone, NotAllowed) as error:
        return show(request, row, problem=str(error), status=403 if isinstance(error, NotAllowed) else 409)
    messages.success(request, "Hidden there. It stays here." if hidden else "It is shown there again.")
    return redirect("web:conversation", row.pk)


def refused(request: HttpRequest, row: Conversation, error: Exception, verb: str, form: forms.Form) -> HttpResponse:
    """The conversation as it is now, why not, and what was typed: 403 when it may not be done, 409 when it cannot."""
    now = queries.conversation(viewer(request), row.pk)
    status = 403 if isinstance(error, NotAllowed) else 409
    return show(request, now, typed={verb: form}, problem=str(error), status=status)


def _form(user: User, row: Conversation, verb: Verb, request: HttpRequest) -> forms.Form:
    if verb.form is SplitForm:
        return SplitForm(request.POST, options=options(queries.messages(user, row)))
    if verb.form is JoinForm:
        others = joinable(row, queries.others_of(user, row.contact, besides=row))
        return JoinForm(request.POST, options=[(str(other.pk), title(other)) for other in others])
    if verb.form is TagsForm:
        return tags_form(user, row, queries.tags(user), request.POST)
    if verb.form is StartClockForm:
        return start_form(queries.messages(user, row), request.POST)
    return verb.form(request.POST)


def _done(request: HttpRequest, row: Conversation, name: str, verb: Verb) -> HttpResponse:
    undone(request)
    if name == "close":
        offer_undo(
            request,
            f"“{title(row)}” is closed.",
            reverse("web:act", args=[row.pk, "reopen"]),
            seconds=body(request).undo_seconds,
            label="Undo",
            over="It stays closed. You can open it again on its page.",
        )
    else:
        messages.success(request, verb.words)
    return redirect("web:inbox") if verb.leaves else redirect("web:conversation", row.pk)
