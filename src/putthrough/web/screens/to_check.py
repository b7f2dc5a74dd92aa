"""The list of answers that wait for somebody to look at them."""

from __future__ import annotations

from typing import Any

from putthrough.directory.models import User
from putthrough.replies import queries
from putthrough.replies.models import Reply
from putthrough.replies.policy import policy
from putthrough.web.screens.answering import card, offer
from putthrough.web.screens.words import count_words


def page(user: User) -> dict[str, Any]:
    waiting = queries.waiting(user)
    said = queries.answered_words(user, waiting)
    cards = [card(one, said.get(one.pk, "")) for one in waiting]
    return {
        "check_title": "To check",
        "check_words": _words(len(cards)),
        "cards": cards,
        "bulk": sum(not one["concerns"] for one in cards) > 1,
        "offers": [offer(row) for row in queries.offers(user, rise_after=policy().rise_after)],
        "empty": {"title": "Nothing to check", "words": "No colleague waits for you to look at an answer."},
    }


def _words(number: int) -> str:
    if not number:
        return "Answers that colleagues would like you to look at before they go."
    return (
        f"{count_words(number, 'answer waits', 'answers wait')} for you to look at. Nothing is sent until you say yes."
    )


def one_page(user: User, reply: Reply, *, problem: str = "", typed: str | None = None) -> dict[str, Any]:
    waits = reply.state == Reply.State.SUBMITTED
    said = queries.answered_words(user, [reply]).get(reply.pk, "")
    return {
        "check_title": f"An answer by {reply.author.name}",
        "check_words": "Nothing is sent until you say yes." if waits else "It does not wait any more.",
        "cards": [card(reply, said, typed=typed, alone=True)] if waits else [],
        "problem": problem,
        "empty": {"title": "It does not wait any more", "words": "Somebody was quicker, or its writer took it back."},
    }
