"""What webhooks missed, by asking. After "Conversations API", "Page feed" and "IG media", read November 2026."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from putthrough.channels.contract import AccountView, Batch, ChannelError
from putthrough.channels.meta.flavour import FACEBOOK, Flavour
from putthrough.channels.meta.graph import Graph
from putthrough.channels.meta.webhooks import arrived, iso, written
from putthrough.kit.time import now

_MESSAGES = (
    "id,updated_time,messages.limit(50){id,message,from,to,created_time,"
    "attachments{mime_type,file_url,image_data{url},video_data{url}}}"
)
_POSTS = (
    "id,from,message,created_time,permalink_url,full_picture,comments.order(reverse_chronological).filter(stream)"
    ".limit(25){id,from,message,created_time,parent{id},permalink_url,attachment{media,type}}"
)
_MEDIA = (
    "id,timestamp,permalink,"
    "comments.limit(50){id,from,username,text,timestamp,parent_id,replies{id,from,text,timestamp}}"
)
_FIRST_LOOK = timedelta(days=1)
_OVERLAP = timedelta(minutes=5)  # webhooks and lists do not agree to the second
_NEWEST_POSTS = "50"
_PAGE = 100


def receive(flavour: Flavour, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
    """Everything since ``{"since": MOMENT}``, oldest first; a new account's last day. Raises ChannelError."""
    begun = now()
    since = datetime.fromisoformat(cursor["since"]) if cursor.get("since") else begun - _FIRST_LOOK
    oldest = since.isoformat(timespec="seconds")
    told, refusals = _told(flavour, account, oldest)
    known = set(cursor.get("known") or [])
    new = sorted((one for one in told if one["at"] >= oldest), key=lambda one: str(one["at"]))
    found = [one for one in map(arrived, new) if one.external_id not in known]
    for at in range(0, len(found), _PAGE):
        yield Batch(found[at : at + _PAGE], dict(cursor), more=at + _PAGE < len(found))
    if refusals:
        raise refusals[0]
    yield Batch([], _next(begun, new))


def _told(flavour: Flavour, account: AccountView, since: str) -> tuple[list[dict[str, Any]], list[ChannelError]]:
    """What can be read, and what Meta said to the rest: an app may be allowed comments before messages."""
    told: list[dict[str, Any]] = []
    refusals: list[ChannelError] = []
    with Graph(account) as graph:
        for source in (_messages(flavour, graph, since), _public(flavour, account, graph, since)):
            try:
                told += source
            except ChannelError as error:
                refusals.append(error)
    return told, refusals


def _next(begun: datetime, new: list[dict[str, Any]]) -> dict[str, Any]:
    since = (begun - _OVERLAP).isoformat(timespec="seconds")
    return {"since": since, "known": [arrived(one).external_id for one in new if one["at"] >= since]}


def _messages(flavour: Flavour, graph: Graph, since: str) -> Iterator[dict[str, Any]]:
    conversations = graph.get("me/conversations", fields=_MESSAGES, platform=flavour.platform, limit="50")
    for convo in _newest(graph, conversations, "updated_time", since):
        for one in _newest(graph, convo.get("messages"), "created_time", since):
            files = [_file(file) for file in (one.get("attachments") or {}).get("data") or []]
            to = [str(person.get("id", "")) for person in (one.get("to") or {}).get("data") or []]
            yield {
                "kind": "message",
                "id": one["id"],
                "from": one.get("from") or {},
                "to": to[0] if to else "",
                "text": one.get("message") or "",
                "at": iso(one.get("created_time")),
                "files": [file for file in files if file["url"]],
            }


def _file(one: Mapping[str, Any]) -> dict[str, str]:
    """Documents have an address of their own, pictures and films have it inside."""
    held = one.get("image_data") or one.get("video_data") or {}
    kind = str(one.get("mime_type", "")).partition("/")[0]
    return {"type": kind, "url": str(one.get("file_url") or held.get("url") or "")}


def _public(flavour: Flavour, account: AccountView, graph: Graph, since: str) -> Iterator[dict[str, Any]]:
    """Comments under the newest posts: a list of posts is in the order of posting, whoever comments on them since."""
    if flavour is FACEBOOK:
        for post in graph.get("me/feed", fields=_POSTS, limit=_NEWEST_POSTS).get("data") or []:
            yield from _post(account, graph, post, since)
    else:
        for media in graph.get(f"{account.address}/media", fields=_MEDIA, limit=_NEWEST_POSTS).get("data") or []:
            yield from _media(media)


def _post(account: AccountView, graph: Graph, post: Mapping[str, Any], since: str) -> Iterator[dict[str, Any]]:
    if (post.get("from") or {}).get("id") != account.address:
        value = {**post, "photo": post.get("full_picture")}
        yield written("post", str(post["id"]), value, iso(post.get("created_time")))
    for one in _newest(graph, post.get("comments"), "created_time", since):
        parent = (one.get("parent") or {}).get("id", "")
        media = (one.get("attachment") or {}).get("media") or {}
        shown = {"photo": (media.get("image") or {}).get("src"), "video": media.get("source")}
        value = {**one, **shown, "post_id": post["id"], "parent_id": parent}
        yield written("comment", str(one["id"]), value, iso(one.get("created_time")))


def _media(media: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A comment may be old and its newest reply not: comments are read to the end of their first page."""
    for one in (media.get("comments") or {}).get("data") or []:
        value = {**one, "post_id": media["id"], "permalink_url": media.get("permalink")}
        yield written("comment", str(one["id"]), value, iso(one.get("timestamp")))
        for reply in (one.get("replies") or {}).get("data") or []:
            inner = {**reply, "post_id": media["id"], "parent_id": one["id"]}
            yield written("comment", str(reply["id"]), inner, iso(reply.get("timestamp")))


def _newest(graph: Graph, page: Any, key: str, since: str) -> Iterator[dict[str, Any]]:
    """Newest first, page by page, until something older than ``since`` comes."""
    return takewhile(lambda one: iso(one.get(key)) >= since, graph.every(page))
