"""What a conversation may be, with the words that said so, and one press to confirm it or to say that it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.replies import actions as replies
from putthrough.replies.models import Reply
from putthrough.replies.queries import own_words
from putthrough.routing.kinds.queries import kinds_of, words_of
from putthrough.routing.models import KindFound
from putthrough.web.screens.words import sure_words

Kind = KindFound.Kind
_GRAVE = (Kind.RISK_TO_LIFE, Kind.SAFEGUARDING, Kind.HAZARD)
_ON_A_LINE = (*_GRAVE, Kind.FOI_EIR, Kind.SAR, Kind.DP_COMPLAINT, Kind.COMPLAINT, Kind.ABUSE, Kind.SPAM)
_SHORT = {Kind.FOI_EIR: "Possible FOI", Kind.SAR: "Possible SAR", Kind.DP_COMPLAINT: "Data protection"}
_NAMED = (Kind.FOI_EIR, Kind.SAR)

ASK_NAME = (
    "Thank you for your request. So that we can deal with it, please send us your name and an email address "
    "(or a postal address) for our answer. You need not say why you ask."
)
"""The duty to advise and assist (FOIA section 16; ICO: a name and an address for correspondence are needed)."""


def panel(user: User, row: Conversation) -> dict[str, Any] | None:
    """The context of ``components/kinds.html``; None where there is nothing to show or say."""
    found, may = kinds_of(user, [row]).get(row.pk, []), access.may(user, "note", row)
    if not found and not may:
        return None
    said = {one.kind for one in found}
    asks = said.intersection(_NAMED) and access.may(user, "reply", row)
    return {
        "lines": [_line(one, words_of(user, row, one)) for one in found],
        "url": reverse("web:act", args=[row.pk, "kind"]) if may else "",
        "others": [(value, label) for value, label in Kind.choices if value not in said],
        "ask_url": reverse("web:act", args=[row.pk, "ask-name"]) if asks else "",
    }


def _line(one: KindFound, words: Sequence[str]) -> dict[str, Any]:
    confirmed = one.state == KindFound.State.CONFIRMED
    how = f"Confirmed by {one.by}" if confirmed else f"Suggested, {sure_words(one.confidence).lower()}"
    return {
        "kind": one.kind,
        "label": one.get_kind_display(),
        "tag": "danger" if one.kind in _GRAVE else "",
        "how": how,
        "words": words,
        "confirmed": confirmed,
    }


def tags(found: Sequence[KindFound]) -> list[dict[str, str]]:
    """What a line of a list says of it: not that it is an everyday message."""
    said = {one.kind for one in found}
    return [
        {"text": _SHORT.get(kind, str(kind.label)), "kind": "danger" if kind in _GRAVE else ""}
        for kind in _ON_A_LINE
        if kind in said and kind != Kind.RISK_TO_LIFE
    ]


def ask_name(row: Conversation, *, by: User) -> Reply:
    """Put the request for a name and an address into their draft, after what they wrote already."""
    kept = own_words(by, row)
    words = kept.text if kept else ""
    if ASK_NAME not in words:
        words = f"{words.rstrip()}\n\n{ASK_NAME}".strip()
    return replies.save_draft(row, words, by=by, in_private=bool(kept and kept.in_private))
