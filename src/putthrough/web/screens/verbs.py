"""What a person may do to a conversation as it stands, as buttons and as folded forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.urls import reverse

from putthrough.channels.contract import Standing
from putthrough.conversations.models import Conversation, Tag
from putthrough.directory import access
from putthrough.directory.models import Team, User
from putthrough.web.forms import ByHandForm, CloseForm, DeclineForm, JoinForm, SplitForm, TagsForm
from putthrough.web.screens.words import channel_name

Forms = Mapping[str, forms.Form]


def _url(row: Conversation, verb: str) -> str:
    return reverse("web:act", args=[row.pk, verb])


def _button(row: Conversation, label: str, verb: str, key: str = "") -> dict[str, Any]:
    return {"label": label, "url": _url(row, verb), "post": True, "key": key, "style": "secondary"}


def _link(label: str, to: str, key: str = "", style: str = "secondary") -> dict[str, Any]:
    return {"label": label, "url": f"#{to}", "key": key, "style": style}


def buttons(user: User, row: Conversation) -> list[dict[str, Any]]:
    """The verbs at the top of a conversation, those that change nothing first."""
    closed = row.state == Conversation.State.CLOSED
    found = [_link("Reply", "reply", "r", "")] if access.may(user, "reply", row) else []
    if found and not row.private:
        url = reverse("web:take-private", args=[row.pk])
        found.append({"label": "Take it private", "url": url, "key": "p", "style": "secondary"})
    if access.may(user, "claim", row) and not closed:
        mine = row.holder_id == user.pk
        if mine:
            found.append(_button(row, "Put it back for the team", "release"))
        elif row.holder_id is None:
            found.append(_button(row, "Claim it", "claim", "c"))
    if access.may(user, "close", row) and not closed:
        found += _moves(row)
    if closed and access.may(user, "reopen", row):
        found.append(_button(row, "Open it again", "reopen"))
    return found


def _moves(row: Conversation) -> list[dict[str, Any]]:
    waiting = row.state == Conversation.State.WAITING
    wait = _button(row, "Stop waiting", "reopen") if waiting else _button(row, "Wait for them", "wait", "w")
    return [wait, _link("Done", "done", "d")]


def folds(
    user: User,
    row: Conversation,
    typed: Forms,
    *,
    messages: list[tuple[str, str]],
    others: list[tuple[str, str]],
    stands: Standing,
    all_tags: Sequence[Tag] = (),
) -> list[dict[str, Any]]:
    """Verbs that ask something first, each a form behind a fold; one with a mistake in it stands open."""
    found = [_by_hand(row, typed, stands)] if stands.url and access.may(user, "reply", row) else []
    if access.may(user, "close", row) and row.state != Conversation.State.CLOSED:
        form = typed.get("close") or CloseForm(initial={"outcome": "nothing more to do"})
        found.append(_fold(row, "done", "close", "Done: close it", "Close it", form))
    if access.may(user, "tag", row) and (all_tags or access.may(user, "name_tags")):
        form = typed.get("tags") or tags_form(user, row, all_tags)
        found.append(_fold(row, "tags", "tags", "Tags", "Save the tags", form))
    if access.may(user, "decline", row) and row.owner.kind != Team.Kind.TRIAGE:
        form = typed.get("decline") or DeclineForm()
        found.append(_fold(row, "decline", "decline", "Not ours: send it back", "Send it back", form))
    if access.may(user, "split", row) and len(messages) > 1:
        form = typed.get("split") or SplitForm(options=messages)
        found.append(_fold(row, "split", "split", "About two things: split it", "Split them off", form))
    if access.may(user, "join", row) and others:
        form = typed.get("join") or JoinForm(options=others)
        found.append(_fold(row, "join", "join", "The same as another: join them", "Join them", form))
    return found


def tags_form(user: User, row: Conversation, tags: Sequence[Tag], data: Any = None) -> TagsForm:
    there = [str(one.tag_id) for one in row.taggings.all()]
    return TagsForm(data, initial={"tags": there}, tags=tags, may_add=access.may(user, "name_tags"))


def _by_hand(row: Conversation, typed: Forms, stands: Standing) -> dict[str, Any]:
    """Where the network itself is the only place, or the better one: it stands open when it is the only one."""
    form = typed.get("by-hand") or ByHandForm()
    name = channel_name(row.channel)
    fold = _fold(row, "by-hand", "by-hand", f"Answered on {name} itself: keep it here", "Keep this answer", form)
    return fold | {"open": not stands.can, "link": {"url": stands.url, "label": f"Open it on {name}"}}


def _fold(row: Conversation, name: str, verb: str, label: str, button: str, form: forms.Form) -> dict[str, Any]:
    return {"id": name, "url": _url(row, verb), "label": label, "button": button, "form": form}
