"""Asking X what is new: mentions (which hold the answers to our posts) and direct messages, oldest first.

X tells the newest first and page by page, so the pages are gathered back to the place where we were, and only then
handed over from the oldest on: wherever it is broken off, what was not handed over is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from putthrough.channels.contract import AccountView, Arrived, Batch, ChannelError
from putthrough.channels.x import raw as raws
from putthrough.channels.x.api import Api
from putthrough.channels.x.options import options, price, user_id
from putthrough.channels.x.shapes import objects
from putthrough.kit.time import now

POST_FIELDS = (
    "created_at,author_id,conversation_id,in_reply_to_user_id,referenced_tweets,entities,attachments,lang,note_tweet,"
    "display_text_range,edit_history_tweet_ids,reply_settings"
)
MEDIA_FIELDS = "type,url,alt_text,width,height"
_POSTS = {
    "max_results": "100",
    "tweet.fields": POST_FIELDS,
    "expansions": "author_id,attachments.media_keys,referenced_tweets.id,referenced_tweets.id.author_id",
    "user.fields": "name,username,protected",
    "media.fields": MEDIA_FIELDS,
}
_MESSAGES = {
    "max_results": "100",
    "event_types": "MessageCreate",
    "dm_event.fields": "created_at,dm_conversation_id,sender_id,text,entities,attachments,event_type",
    "expansions": "sender_id,attachments.media_keys",
    "user.fields": "name,username,protected",
    "media.fields": MEDIA_FIELDS,
}
_FIRST_TIME = timedelta(days=7)
_LATE = 30_000 << 22  # an id given out half a minute earlier: X has shown posts later than newer ones
_MOST_SEEN = 2000
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """How far one list was read: the newest id, and which of the last half minute's were handed over."""

    newest: int
    seen: frozenset[int] = frozenset()

    @classmethod
    def of(cls, stored: Any) -> Place:
        """From a cursor; a new account begins a week back."""
        if isinstance(stored, Mapping) and str(stored.get("newest", "")).isdigit():
            return cls(int(stored["newest"]), frozenset(int(one) for one in stored.get("seen", ())))
        return cls(raws.id_at(now() - _FIRST_TIME))

    @property
    def since(self) -> int:
        return max(self.newest - _LATE, 0) if self.seen else self.newest

    def stored(self) -> Json:
        return {"newest": str(self.newest), "seen": [str(one) for one in sorted(self.seen)[-_MOST_SEEN:]]}

    def is_new(self, identity: int) -> bool:
        return identity > self.since and identity not in self.seen

    def after(self, identities: Sequence[int]) -> Place:
        newest = max([self.newest, *identities])
        kept = {one for one in self.seen.union(identities) if one > newest - _LATE}
        return Place(newest, frozenset(kept))


@dataclass(frozen=True, slots=True)
class Page:
    """What is new in one page, and what reading it cost."""

    arrived: Sequence[tuple[int, Sequence[Arrived]]]
    cost: Decimal

    @property
    def identities(self) -> list[int]:
        return [identity for identity, _ in self.arrived]


def receive(account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
    """Batches of at most a page; the cursor is ``{"mentions", "messages", "messages_at"}``. Raises ``ChannelError``."""
    state = dict(cursor)
    us = user_id(account)
    with Api(account) as api:
        yield from _handed_over(state, "mentions", _mentions(account, api, us, Place.of(state.get("mentions"))))
        if _messages_are_due(account, state):
            state["messages_at"] = now().timestamp()
            yield from _handed_over(state, "messages", _messages(account, api, Place.of(state.get("messages"))))


def _messages_are_due(account: AccountView, state: Mapping[str, Any]) -> bool:
    """X lets them be asked for once a minute; every look counts, also in vain."""
    wanted = options(account)
    last = state.get("messages_at")
    return wanted.reads_messages and not (
        isinstance(last, int | float) and now().timestamp() - last < wanted.message_seconds
    )


def _handed_over(state: Json, key: str, pages: Iterator[Page | Decimal]) -> Iterator[Batch]:
    """Gathers the pages, newest first, then hands them over the other way round.

    What each page cost is told as soon as it was read, so that it is counted whatever happens next.
    """
    place, gathered = Place.of(state.get(key)), []
    for page in pages:
        if isinstance(page, Decimal):
            yield Batch((), dict(state), more=True, cost=page)
        else:
            gathered.append(page)
    while gathered:
        page = gathered.pop()
        fresh = [(identity, ones) for identity, ones in sorted(page.arrived, key=_age) if identity not in place.seen]
        place = place.after([identity for identity, _ in fresh])
        state[key] = place.stored()
        yield Batch([one for _, ones in fresh for one in ones], dict(state), more=bool(gathered), cost=page.cost)


def _age(one: tuple[int, Sequence[Arrived]]) -> int:
    return one[0]


def _mentions(account: AccountView, api: Api, us: str, place: Place) -> Iterator[Page | Decimal]:
    """Each page, newest first; before going on to another, what the one just read cost."""
    query = {**_POSTS, "since_id": str(place.since)} if place.since else dict(_POSTS)
    for found, more in _pages(api, f"/2/users/{us}/mentions", query, "read mentions"):
        includes = _includes(found)
        listed = [post for post in objects(found.get("data")) if place.is_new(_identity(post))]
        arrived = [(_identity(post), list(raws.of_post(post, includes))) for post in listed]
        others = len(objects(includes.get("users"))) + len(objects(includes.get("tweets") or includes.get("posts")))
        cost = price(account, "mention_read") * (len(listed) + (others if listed else 0))
        yield Page(arrived, Decimal(0) if more else cost)
        if more:
            yield cost


def _messages(account: AccountView, api: Api, place: Place) -> Iterator[Page | Decimal]:
    """X knows no "since" for direct messages: a page with nothing new in it, or older ones, is the last."""
    oldest = raws.id_at(now() - timedelta(days=30))
    for found, more in _pages(api, "/2/dm_events", dict(_MESSAGES), "read direct messages (dm.read)"):
        includes = _includes(found)
        users, listed = objects(includes.get("users")), objects(found.get("data"))
        fresh = [one for one in listed if place.is_new(_identity(one))]
        arrived = [(_identity(one), [_message(one, users, includes)]) for one in fresh if _is_message(one)]
        senders = {str(one.get("sender_id")) for one in fresh} & {str(one.get("id")) for one in users}
        cost = price(account, "message_read") * len(fresh) + price(account, "user_read") * len(senders)
        goes_on = more and bool(listed) and min(map(_identity, listed)) > max(place.since, oldest)
        yield Page(arrived, Decimal(0) if goes_on else cost)
        if not goes_on:
            return
        yield cost


def _is_message(one: Json) -> bool:
    return str(one.get("event_type", "MessageCreate")) == "MessageCreate"


def _message(one: Json, users: list[Json], includes: Json) -> Arrived:
    sender = str(one.get("sender_id"))
    people = [user for user in users if str(user.get("id")) == sender]
    return raws.of_message(one, people, raws.media_of(one, includes))


def _pages(api: Api, path: str, query: dict[str, str], doing: str) -> Iterator[tuple[Json, bool]]:
    """The pages of a list, newest first, each with whether another follows."""
    passed: set[str] = set()
    while True:
        found = api.get(path, query, doing)
        if not isinstance(found.get("data", []), list):
            raise ChannelError("X answered in another form than it documents. It is tried again.")
        meta = found.get("meta")
        token = str(meta.get("next_token") or "") if isinstance(meta, dict) else ""
        if token in passed:
            raise ChannelError("X sends from page to page in a circle. It is tried again.")
        yield found, bool(token)
        if not token:
            return
        passed.add(token)
        query = {**query, "pagination_token": token}


def _includes(found: Json) -> Json:
    includes = found.get("includes")
    return includes if isinstance(includes, dict) else {}


def _identity(one: Json) -> int:
    """What has no id cannot be known again; it is left out as older than everything."""
    identity = str(one.get("id", ""))
    return int(identity) if identity.isascii() and identity.isdigit() and len(identity) < 20 else 0
