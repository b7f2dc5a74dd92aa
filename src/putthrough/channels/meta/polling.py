"""What webhooks missed, by asking. After "Conversations API", "Page feed" and "IG media", read November 2026."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from putthrough.channels.contract import AccountView, Batch
from putthrough.channels.meta.flavour import FACEBOOK, Flavour
from putthrough.channels.meta.graph import Graph
from putthrough.channels.meta.webhooks import arrived, iso, written
from putthrough.kit.time import now

_MESSAGES = "id,updated_time,messages.limit(50){id,message,from,created_time,attachments{file_url,mime_type}}"
_POSTS = (
    "id,from,message,created_time,permalink_url,"
    "comments.order(reverse_chronological).filter(stream).limit(100){id,from,message,created_time,parent{id},permalink_url}"
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
    with Graph(account) as graph:
        told = [*_messages(flavour, graph, oldest), *_public(flavour, account, graph, oldest)]
    known = set(cursor.get("known") or [])
    new = sorted((one for one in told if one["at"] >= oldest), key=lambda one: str(one["at"]))
    found = [one for one in map(arrived, new) if one.external_id not in known]
    for at in range(0, len(found), _PAGE):
        yield Batch(found[at : at + _PAGE], dict(cursor), more=at + _PAGE < len(found))
    yield Batch([], _next(begun, new))


def _next(begun: datetime, new: list[dict[str, Any]]) -> dict[str, Any]:
    since = (begun - _OVERLAP).isoformat(timespec="seconds")
    return {"since": since, "known": [arrived(one).external_id for one in new if one["at"] >= since]}


def _messages(flavour: Flavour, graph: Graph, since: str) -> Iterator[dict[str, Any]]:
    conversations = graph.get("me/conversations", fields=_MESSAGES, platform=flavour.platform, limit="50")
    for convo in _newest(graph, conversations, "updated_time", since):
        for one in _newest(graph, convo.get("messages"), "created_time", since):
            files = [
                {"type": str(file.get("mime_type", "")).partition("/")[0], "url": file.get("file_url", "")}
                for file in (one.get("attachments") or {}).get("data") or []
            ]
            yield {
                "kind": "message",
                "id": one["id"],
                "from": one.get("from") or {},
                "text": one.get("message") or "",
                "at": iso(one.get("created_time")),
                "files": files,
            }


def _public(flavour: Flavour, account: AccountView, graph: Graph, since: str) -> Iterator[dict[str, Any]]:
    """Comments under the newest posts: a list of posts is in the order of posting, whoever comments on them since."""
    if flavour is FACEBOOK:
        for post in graph.get("me/feed", fields=_POSTS, limit=_NEWEST_POSTS).get("data") or []:
            yield from _post(account, graph, post, since)
    else:
        for media in graph.get(f"{account.address}/media", fields=_MEDIA, limit=_NEWEST_POSTS).get("data") or []:
            yield from _media(graph, media, since)


def _post(account: AccountView, graph: Graph, post: Mapping[str, Any], since: str) -> Iterator[dict[str, Any]]:
    if (post.get("from") or {}).get("id") != account.address:
        yield written("post", str(post["id"]), post, iso(post.get("created_time")))
    for one in _newest(graph, post.get("comments"), "created_time", since):
        parent = (one.get("parent") or {}).get("id", "")
        value = {**one, "post_id": post["id"], "parent_id": parent}
        yield written("comment", str(one["id"]), value, iso(one.get("created_time")))


def _media(graph: Graph, media: Mapping[str, Any], since: str) -> Iterator[dict[str, Any]]:
    """A comment may be old and its newest reply not: comments are read to the end of their first page."""
    for one in (media.get("comments") or {}).get("data") or []:
        value = {**one, "post_id": media["id"], "permalink_url": media.get("permalink")}
        yield written("comment", str(one["id"]), value, iso(one.get("timestamp")))
        for reply in (one.get("replies") or {}).get("data") or []:
            inner = {**reply, "post_id": media["id"], "parent_id": one["id"]}
            yield written("comment", str(reply["id"]), inner, iso(reply.get("timestamp")))


def _newest(graph: Graph, page: Any, key: str, since: str) -> Iterator[dict[str, Any]]:
    """Newest first, page by page, until something older than ``since`` comes."""
    while page:
        for one in page.get("data") or []:
            if iso(one.get(key)) < since:
                return
            yield one
        following = str((page.get("paging") or {}).get("next") or "")
        page = graph.next(following) if following else None
