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
    "id,from,message,created_time,updated_time,permalink_url,"
    "comments.limit(100).filter(stream){id,from,message,created_time,parent{id},permalink_url}"
)
_MEDIA = (
    "id,timestamp,permalink,"
    "comments.limit(50){id,from,username,text,timestamp,parent_id,replies{id,from,text,timestamp}}"
)
_FIRST_LOOK = timedelta(days=1)
_OVERLAP = timedelta(minutes=5)  # webhooks and lists do not agree to the second
_MOST_PAGES = 40
_PAGE = 100


def receive(flavour: Flavour, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
    """Everything since ``{"since": MOMENT}``, oldest first; a new account's last day. Raises ChannelError."""
    begun = now()
    since = datetime.fromisoformat(cursor["since"]) if cursor.get("since") else begun - _FIRST_LOOK
    with Graph(account) as graph:
        told = [*_messages(flavour, graph, since), *_public(flavour, account, graph, since)]
    known = set(cursor.get("known") or [])
    new = sorted((one for one in told if one["at"] >= since.isoformat()), key=lambda one: str(one["at"]))
    found = [one for one in map(arrived, new) if one.external_id not in known]
    for at in range(0, len(found), _PAGE):
        yield Batch(found[at : at + _PAGE], dict(cursor), more=at + _PAGE < len(found))
    yield Batch([], _next(begun, new))


def _next(begun: datetime, new: list[dict[str, Any]]) -> dict[str, Any]:
    since = (begun - _OVERLAP).isoformat()
    return {"since": since, "known": [arrived(one).external_id for one in new if one["at"] >= since]}


def _messages(flavour: Flavour, graph: Graph, since: datetime) -> Iterator[dict[str, Any]]:
    for convo in _pages(graph, "me/conversations", since, "updated_time", fields=_MESSAGES, platform=flavour.platform):
        for one in (convo.get("messages") or {}).get("data") or []:
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


def _public(flavour: Flavour, account: AccountView, graph: Graph, since: datetime) -> Iterator[dict[str, Any]]:
    if flavour is FACEBOOK:
        for post in _pages(graph, "me/feed", since, "updated_time", fields=_POSTS):
            yield from _post(account, post)
    else:
        for media in _pages(graph, f"{account.address}/media", None, "timestamp", fields=_MEDIA):
            yield from _media(media)


def _post(account: AccountView, post: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if (post.get("from") or {}).get("id") != account.address:
        yield written("post", str(post["id"]), post, iso(post.get("created_time")))
    for one in (post.get("comments") or {}).get("data") or []:
        parent = (one.get("parent") or {}).get("id", "")
        value = {**one, "post_id": post["id"], "parent_id": parent}
        yield written("comment", str(one["id"]), value, iso(one.get("created_time")))


def _media(media: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for one in (media.get("comments") or {}).get("data") or []:
        value = {**one, "post_id": media["id"], "permalink_url": media.get("permalink")}
        yield written("comment", str(one["id"]), value, iso(one.get("timestamp")))
        for reply in (one.get("replies") or {}).get("data") or []:
            inner = {**reply, "post_id": media["id"], "parent_id": one["id"]}
            yield written("comment", str(reply["id"]), inner, iso(reply.get("timestamp")))


def _pages(graph: Graph, path: str, since: datetime | None, key: str, **query: str) -> Iterator[dict[str, Any]]:
    """Newest first, until something older than ``since`` comes."""
    page = graph.get(path, limit="50", **query)
    for _ in range(_MOST_PAGES):
        for one in page.get("data") or []:
            if since is not None and iso(one.get(key)) < since.isoformat():
                return
            yield one
        following = str((page.get("paging") or {}).get("next") or "")
        if not following:
            return
        page = graph.next(following)
