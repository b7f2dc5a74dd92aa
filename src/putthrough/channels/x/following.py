"""Whether posts that wait for an answer were edited or deleted meanwhile. Each look costs as much as reading them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from putthrough.channels.contract import AccountView, Arrived
from putthrough.channels.x import raw as raws
from putthrough.channels.x.api import Api
from putthrough.channels.x.shapes import objects
from putthrough.kit.time import now

_MOST = 100
_NOT_FOUND = "/resource-not-found"
_FIELDS = {
    "tweet.fields": "created_at,author_id,entities,note_tweet,display_text_range,edit_history_tweet_ids,"
    "referenced_tweets"
}


def follow(account: AccountView, messages: Sequence[str]) -> Sequence[Arrived]:
    """Of these public ids. People are not asked for along with them, for they would be charged too."""
    wanted = [one for one in dict.fromkeys(messages) if one.isdigit()]
    if not wanted:
        return []
    with Api(account) as api:
        pages = [wanted[at : at + _MOST] for at in range(0, len(wanted), _MOST)]
        return [one for page in pages for one in _changes(api, page)]


def _changes(api: Api, page: Sequence[str]) -> Iterator[Arrived]:
    found = api.get("/2/tweets", {"ids": ",".join(page), **_FIELDS}, "look after posts")
    for post in objects(found.get("data")):
        yield from (one for one in raws.of_post(post, {}) if "-edit-" in one.external_id)
    for error in objects(found.get("errors")):
        identity = _missing(error)
        if identity in page:
            yield raws.of_gone(identity, now())


def _missing(error: dict[str, Any]) -> str:
    """The id of a post that is not there any more; one that is only hidden from us is no such."""
    if not str(error.get("type", "")).endswith(_NOT_FOUND):
        return ""
    return str(error.get("resource_id") or error.get("value") or "")
