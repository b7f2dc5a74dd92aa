"""Answers that may help, each with where it comes from and the button that puts it into the reply box."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.access import NotVisible
from putthrough.directory.models import User
from putthrough.plainmail.models import Answer
from putthrough.plainmail.queries import kept, kept_one, not_arrived
from putthrough.replies.queries import own_words
from putthrough.replies.suggesting import Suggestion, suggestion, suggestions
from putthrough.web.screens.words import title, when_words

INSERT = "insert-"


def suggested(user: User, row: Conversation) -> dict[str, Any]:
    begun = own_words(user, row)
    return {
        "suggested": [_line(one) for one in suggestions(user, row)],
        "conversation_url": reverse("web:conversation", args=[row.pk]),
        "conversation_title": title(row),
        "reply_url": reverse("web:reply", args=[row.pk]),
        "may_reply": access.may(user, "reply", row),
        "in_private": begun is not None and begun.in_private,
    }


def _line(one: Suggestion) -> dict[str, str]:
    return {
        "text": one.text,
        "verb": f"{INSERT}answer-{one.reply}",
        "source": title(one.source),
        "url": reverse("web:conversation", args=[one.source.pk]),
        "words": f"{one.author}, {when_words(one.source.last_at)}",
    }


def inserted(user: User, verb: str) -> str:
    """The words that a button of the reply box stands for. Raises NotVisible."""
    kind, _, number = verb.removeprefix(INSERT).partition("-")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0
    if kind == "answer":
        return suggestion(user, pk).text
    if kind == "mail":
        return kept_one(user, pk).text
    raise NotVisible("There is nothing to insert.")


def kept_mails(user: User, row: Conversation) -> dict[str, Any]:
    """What colleagues wrote by email and was not sent, and whom no email about this reached."""
    lost = [f"The email to {one.recipient} did not arrive: {one.words}" for one in not_arrived(user, row)]
    return {"kept_mails": [_kept(one) for one in kept(user, row)], "mails_lost": lost}


def _kept(one: Answer) -> dict[str, Any]:
    by_machine = one.state == Answer.State.AUTOMATIC
    return {
        "who": one.writer,
        "when": when_words(one.at),
        "words": f"Not sent: {one.words}" if not by_machine else f"Nothing was changed by it: {one.words}",
        "text": one.text,
        "verb": "" if by_machine else f"{INSERT}mail-{one.pk}",
        "away_url": reverse("web:mail-put-away", args=[one.pk]),
    }
