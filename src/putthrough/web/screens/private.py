"""Taking a conversation private: the page that asks for the words, and how it stands on the conversation's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from putthrough.channels.contract import Preview
from putthrough.channels.registry import how
from putthrough.conversations.models import Conversation
from putthrough.conversations.references import reference
from putthrough.conversations.visibility import sees_in_full
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.replies.findings import Concern, concerns
from putthrough.replies.models import TakenPrivate
from putthrough.replies.preview import preview
from putthrough.replies.private_routes import Route, first_for, line_for, routes
from putthrough.replies.queries import own_words
from putthrough.replies.queries import taken_private as taken_private_of
from putthrough.web.forms import TakePrivateForm
from putthrough.web.screens.answering import Look, concern_lines
from putthrough.web.screens.words import channel_name, title, when_words

_State = TakenPrivate.State


@dataclass(frozen=True, slots=True)
class Words:
    """One of the two texts as it would leave: how it appears, what the checks find, what becomes of it."""

    text: str
    in_private: bool
    shown: Preview
    found: Sequence[Concern]
    look: Look

    def context(self, row: Conversation, seconds: int, *, number: int) -> dict[str, Any]:
        return {
            "preview": self.shown,
            "preview_id": f"preview-{number}",
            "preview_channel": channel_name(row.channel),
            "concerns": concern_lines(self.found),
            "will_happen": self.look.words(seconds),
            "heading": f"Only to {row.contact}" if self.in_private else "In public",
        }


def words(user: User, row: Conversation, text: str, *, in_private: bool) -> Words:
    shown = preview(row, text, in_private=in_private)
    found = concerns(row, text, by=user, in_private=in_private)
    look = Look(user, row, shown, found, in_private=in_private)
    return Words(text, in_private, shown, found, look)


def texts(user: User, row: Conversation, form: TakePrivateForm, route: Route) -> list[Words]:
    """What would leave, in the order in which it does."""
    direct = [words(user, row, str(form["first"].value() or ""), in_private=True)] if route.direct else []
    return [*direct, words(user, row, str(form["line"].value() or ""), in_private=False)]


def begin(user: User, row: Conversation, route: Route, *, first: str = "") -> TakePrivateForm:
    """The form with words to begin with: for the direct message what they had written already."""
    begun = own_words(user, row)
    written = first or (begun.text if begun else "")
    said = {"route": route.key, "line": line_for(row, route), "first": written if written.strip() else first_for(row)}
    return TakePrivateForm(direct=route.direct, initial=said)


def page(
    row: Conversation,
    form: TakePrivateForm,
    open_ones: Sequence[Route],
    route: Route,
    both: Sequence[Words],
    seconds: int,
) -> dict[str, Any]:
    """The context of ``take_private.html``."""
    return {
        "subject": title(row),
        "contact": str(row.contact),
        "reference": reference(row.pk),
        "back_url": reverse("web:conversation", args=[row.pk]),
        "url": reverse("web:take-private", args=[row.pk]),
        "preview_url": reverse("web:take-private-preview", args=[row.pk]),
        "form": form,
        "routes": [{"key": one.key, "label": one.label, "hint": one.hint, "chosen": one == route} for one in open_ones],
        "texts": previews(row, both, seconds),
        "posting_as": both[-1].shown.sender,
    }


def previews(row: Conversation, both: Sequence[Words], seconds: int) -> list[dict[str, Any]]:
    return [one.context(row, seconds, number=number) for number, one in enumerate(both, 1)]


def chosen(row: Conversation, key: str) -> tuple[list[Route], Route | None]:
    """The ways that are open, and the one with that key, or else the first."""
    found = routes(row)
    return found, next((one for one in found if one.key == key), found[0] if found else None)


def taken_private(user: User, row: Conversation) -> dict[str, Any]:
    """How it stands, for ``components/taken_private.html``; nothing where nobody took it private."""
    latest = taken_private_of(user, row)
    if latest is None:
        return {}
    full = sees_in_full(user, row)
    again = access.may(user, "reply", row) and latest.state in (_State.FAILED, _State.UNSAID, _State.DONE)
    shows_line = full and latest.state in (_State.WAITS, _State.UNSAID, _State.FAILED)
    return {
        "taken": {
            "words": _STANDS[_State(latest.state)](latest),
            "then": _then(row, latest)
            if full
            else f"What is said in private is not shown to you: it is for {row.owner}.",
            "line": latest.line if shows_line else "",
            "trouble": latest.state in (_State.FAILED, _State.UNSAID),
            "url": reverse("web:take-private", args=[row.pk]) if again else "",
        }
    }


def _then(row: Conversation, latest: TakenPrivate) -> str:
    if latest.state not in (_State.DONE, _State.UNSAID, _State.SAYS):
        return ""
    if row.private_handle:
        via = how(row.private_account.channel if row.private_account else row.channel)
        return f"It goes on with {row.private_handle}, {via}. The same deadlines run on."
    if latest.first_id is None and latest.route != TakenPrivate.Route.EMAIL:
        return f"They were asked to quote {reference(row.pk)}. The same deadlines run on."
    return "What they write there comes in here. The same deadlines run on."


def _waits(one: TakenPrivate) -> str:
    return (
        f"{one.by} is taking this private: the direct message goes first. When it has arrived, this is said in public:"
    )


def _says(one: TakenPrivate) -> str:
    before = "The direct message has arrived. " if one.first_id else ""
    return f"{before}The public line by {one.by} is on its way, or waits to be checked."


def _done(one: TakenPrivate) -> str:
    to = f" to {one.to}" if one.to else ""
    return f"Taken private by {one.by}, {when_words(one.at)}, {one.get_route_display()}{to}."


def _unsaid(one: TakenPrivate) -> str:
    return f"The direct message by {one.by} arrived, but nothing was said in public: {one.words} It would have said:"


def _failed(one: TakenPrivate) -> str:
    if one.first_id is None:
        return f"It was not taken private. {one.words} The line would have said:"
    return (
        "It was not taken private: the direct message did not arrive, so nothing was said in public. Take another way. "
        "The line would have said:"
    )


_STANDS = {
    _State.WAITS: _waits,
    _State.SAYS: _says,
    _State.DONE: _done,
    _State.UNSAID: _unsaid,
    _State.FAILED: _failed,
}
