"""The conversation screen, put together from its parts. Every view that goes wrong half-way draws it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.presence import others as others_here
from putthrough.conversations.queries import messages, others_of, tags
from putthrough.conversations.standing import account_of, goes_on_in_private, private_standing_of, standing_of
from putthrough.delivery.queries import deliveries
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import service
from putthrough.handover.queries import handovers
from putthrough.replies.findings import concerns
from putthrough.replies.preview import preview
from putthrough.replies.queries import enclosures, on_their_way, own_words, reviews_of
from putthrough.web.doors import body, viewer
from putthrough.web.forms import NoteForm, PassOnForm, ReplyForm
from putthrough.web.screens.alerts import alert
from putthrough.web.screens.answering import Look, concern_lines, feedback
from putthrough.web.screens.aside import contact_panel, history, two_matters, why
from putthrough.web.screens.clocks import lines, start_fold
from putthrough.web.screens.enclosures import box
from putthrough.web.screens.incidents import belongs
from putthrough.web.screens.kinds import panel as kinds_panel
from putthrough.web.screens.presence import present
from putthrough.web.screens.private import taken_private
from putthrough.web.screens.signposts import offered, words_of
from putthrough.web.screens.suggested import kept_mails
from putthrough.web.screens.thread import joinable, options, thread
from putthrough.web.screens.verbs import buttons, folds
from putthrough.web.screens.words import Dues, channel_name, public_words, title, window

Typed = Mapping[str, forms.Form]
_NEWEST = 200
_NEEDS = {  # what one must be allowed to do it, where it is called otherwise
    "by-hand": "reply",
    "instead": "reply",
    "start-clock": "run_clocks",
}


def show(
    request: HttpRequest, row: Conversation, *, typed: Typed | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """The page. ``typed`` are the forms as they came, by verb; ``problem`` says what could not be done."""
    user, typed = viewer(request), typed or {}
    said = messages(user, row, newest=_NEWEST)
    others = others_of(user, row.contact, besides=row)
    dues = Dues(body(request).nation)
    joins = [(str(other.pk), title(other)) for other in joinable(row, others)]
    context = {
        "conversation": head(row, dues, user),
        "alert": alert(request, row),
        "problem": problem,
        "kept": _kept(user, row, typed),
        "conversation_actions": buttons(user, row),
        "folds": [
            *folds(
                user,
                row,
                typed,
                messages=options(said),
                others=joins,
                stands=standing_of(row),
                all_tags=tags(user),
            ),
            *start_fold(user, row, typed, said),
        ],
        "window": window(row),
        "thread": _thread(user, row, said),
        "language_words": _language_words(said),
        **_reply(request, row, typed),
        **kept_mails(user, row),
        "note": _note(user, row, typed),
        "pass_on": _pass_on(user, row, typed, dues),
        **_beside(request, row, others, dues),
        "live_url": _live_url(row, said),
        **present(row, others_here(user, row)),
        **taken_private(user, row),
    }
    return render(request, "web/conversation.html", context, status=status)


def head(row: Conversation, dues: Dues, user: User) -> dict[str, Any]:
    closed = row.state == Conversation.State.CLOSED
    return {
        "id": row.pk,
        "subject": title(row),
        "contact": str(row.contact),
        "channel": channel_name(row.channel),
        "owner_words": _owner_words(row, user),
        "due_words": "" if closed else dues.words(row.due_at),
        "due_state": "none" if closed else dues.group(row.due_at).key,
        "state": row.get_state_display() if not row.unanswered else "Unanswered",
        "state_kind": "new" if row.unanswered else "quiet",
        "tags": [
            *([{"text": "May be a risk to life", "kind": "danger"}] if row.at_risk else []),
            *([] if row.private else [{"text": public_words(row), "kind": "quiet"}]),
            *({"text": one.tag.name, "kind": "note"} for one in row.taggings.select_related("tag")),
            *([{"text": row.outcome.capitalize(), "kind": "quiet"}] if closed and row.outcome else []),
        ],
    }


def _owner_words(row: Conversation, user: User) -> str:
    if row.holder_id is None:
        return f"{row.owner} has this. Nobody has taken it in hand yet."
    return f"{row.owner} has this. {'You have' if row.holder_id == user.pk else f'{row.holder} has'} it in hand."


def _thread(user: User, row: Conversation, said: list[Message]) -> list[dict[str, Any]]:
    may_reply = access.may(user, "reply", row)
    given, going, sent = handovers(user, row), on_their_way(user, row), deliveries(user, row)
    return thread(user, row, said, given, going, sent, may_reply=may_reply)


def _language_words(said: list[Message]) -> str:
    """Who writes Welsh is answered in Welsh (Welsh Language Standards, No. 1 Regulations 2015, standards 1 and 59)."""
    theirs = [message for message in said if message.direction == Message.Direction.IN and message.language]
    if not theirs or theirs[-1].language != "cy":
        return ""
    return "They wrote in Welsh. Answer in Welsh, and no later than you would in English."


def _reply(request: HttpRequest, row: Conversation, typed: Typed) -> dict[str, Any]:
    """The reply box with its preview, where the viewer may answer."""
    user = viewer(request)
    if not access.may(user, "reply", row):
        return {}
    form, kept = typed.get("reply"), own_words(user, row)
    if form is None:
        words, privately = (kept.text, kept.in_private) if kept else ("", goes_on_in_private(row))
        form = ReplyForm(initial={"text": words or signpost_words(request, row), "in_private": privately})
    _offer_privately(row, form)
    text, privately = str(form["text"].value() or ""), bool(form["in_private"].value())
    going = enclosures(kept)
    shown = preview(row, text, in_private=privately, enclosures=going)
    found = concerns(row, text, by=user, in_private=privately, draft=kept)
    look = Look(user, row, shown, found, in_private=privately)
    return {
        "reply": {
            "form": form,
            "feedback": feedback(reviews_of(user, row)),
            "waiting": "instead" in typed,
            "signposts": offered(user, row),
            "url": reverse("web:reply", args=[row.pk]),
            "preview_url": reverse("web:preview", args=[row.pk]),
            "draft_url": reverse("web:draft", args=[row.pk]),
            "suggested_url": reverse("web:suggested", args=[row.pk]),
            "send_label": look.label,
            "will_happen": look.words(body(request).undo_seconds),
            **box(row, going, privately=privately),
        },
        "concerns": concern_lines(found),
        "preview": shown,
        "preview_channel": channel_name(account_of(row, in_private=privately).channel),
        "posting_as": shown.sender,
    }


def _offer_privately(row: Conversation, form: forms.Form) -> None:
    stands = private_standing_of(row)
    if stands is not None and stands.can and isinstance(form, ReplyForm):
        once = "" if stands.again or row.private_handle else ", once"
        form.offer_privately(stands.words or f"Only {row.private_handle or row.contact} sees it{once}.")


def signpost_words(request: HttpRequest, row: Conversation) -> str:
    """The polite sentence of a service that is another body's, asked for by ``?signpost=KEY``."""
    key = request.GET.get("signpost", "")
    found = service(key) if key else None
    if found is None:
        return ""
    shown = preview(row, "")
    return "\n\n".join(words_of(post, row, shown) for post in found.signposts.select_related("service")[:2])


def _note(user: User, row: Conversation, typed: Typed) -> dict[str, Any] | None:
    if not access.may(user, "note", row):
        return None
    return {"form": typed.get("note") or NoteForm(), "url": reverse("web:act", args=[row.pk, "note"])}


def _pass_on(user: User, row: Conversation, typed: Typed, dues: Dues) -> dict[str, Any] | None:
    if not access.may(user, "pass_on", row):
        return None
    clock = f"It stays {dues.words(row.due_at)}." if row.due_at else "It has no deadline, and gets none by this."
    return {
        "form": typed.get("pass_on") or PassOnForm(),
        "url": reverse("web:pass-on", args=[row.pk]),
        "find_url": reverse("web:find-service"),
        "will_happen": f"They have it from that moment, and you still see who has it. {clock}",
    }


def _kept(user: User, row: Conversation, typed: Typed) -> list[str]:
    """What was typed into a form that this person may no longer use: shown, so that it can be copied."""
    words = [
        (verb, str(form.data[name]))
        for verb, form in typed.items()
        for name in ("text", "note", "reason")
        if form.data.get(name)
    ]
    typed_words = [text for verb, text in words if not access.may(user, _NEEDS.get(verb, verb), row)]
    own = None if access.may(user, "reply", row) else own_words(user, row)
    return typed_words + ([own.text] if own and own.text.strip() and own.text not in typed_words else [])


def _beside(request: HttpRequest, row: Conversation, others: list[Conversation], dues: Dues) -> dict[str, Any]:
    user = viewer(request)
    panel = contact_panel(row, others)
    return {
        "kinds": kinds_panel(user, row),
        "why": why(user, row),
        "two": two_matters(user, row),
        **lines(user, row, dues),
        "contact": panel,
        "others": panel["others"],
        "similar_url": reverse("web:similar", args=[row.pk]),
        "belongs": belongs(user, row),
        "timeline": history(row),
        "evidence_url": reverse("web:evidence", args=[row.pk]) if access.may(user, "make_evidence", row) else "",
        "back_url": reverse("web:inbox"),
        "back_label": "Back to the inbox",
    }


def _live_url(row: Conversation, said: list[Message]) -> str:
    newest = max((message.pk for message in said), default=0)
    return f"{reverse('web:conversation-arrived', args=[row.pk])}?since={newest}"
