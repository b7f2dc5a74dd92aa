"""Signposts for the reply form: those of what the message seems to be about, two keys to put one in."""

from __future__ import annotations

from typing import Any

from putthrough.channels.contract import Preview
from putthrough.conversations.models import Conversation
from putthrough.directory.models import Service, Signpost, User
from putthrough.directory.queries import signpost, signposts_of
from putthrough.replies.preview import preview
from putthrough.replies.signposting import Post, added, fitted
from putthrough.routing.queries import decisions

MOST = 5
_LETTERS = frozenset({"email"})


def offered(user: User, row: Conversation) -> list[dict[str, Any]]:
    """The signposts of the conversation's service, then of what routing thought that it might be."""
    guesses = [guess["service"] for one in decisions(user, row)[:1] for guess in one.candidates[:MOST]]
    posts = [post for post in signposts_of(guesses, row.service_id) if post.words or post.page or post.phone]
    return [_line(post, number) for number, post in enumerate(posts[:MOST], 1)]


def _line(post: Signpost, number: int) -> dict[str, Any]:
    whose = f", {post.service.whose}" if post.service.whose else ""
    words = " · ".join(filter(None, [post.page, post.phone, post.hours]))
    return {"value": f"signpost:{post.pk}", "label": f"{post.service}{whose}", "words": words, "key": str(number)}


def put_in(row: Conversation, text: str, wanted: str) -> tuple[str, Service | None]:
    """The text with the signpost behind it, in a form that fits the network, and its service."""
    pk = wanted.removeprefix("signpost:")
    post = signpost(int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 18 else None
    if post is None:
        return text, None
    return added(text, words_of(post, row, preview(row, text), text)), post.service


def words_of(post: Signpost, row: Conversation, shown: Preview, text: str = "") -> str:
    """What it says to this contact, as long as there is room for."""
    room = shown.limit - len(text) - 2 if shown.limit is not None else None
    greets = row.channel in _LETTERS and not text.strip()
    mine = Post(post.words, str(post.service), post.page, post.phone, post.hours)
    return fitted(mine, to=row.contact.name, limit=room, greets=greets)
