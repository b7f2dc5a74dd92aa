"""What a post of X says: its words as they were written, whom it names, what it quotes."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from putthrough.channels.x.raw import references
from putthrough.channels.x.shapes import objects
from putthrough.kit.text import clean, one_line

_RUN = re.compile(r"(?:@\w{1,20}\s+)+")
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """``handle`` is ``@name``, or the address by number where X did not tell the name."""

    identity: str
    handle: str
    name: str
    protected: bool


def person(identity: str, users: list[dict[str, Any]]) -> Person:
    known = next((one for one in users if str(one.get("id")) == identity), {})
    username = str(known.get("username") or "")
    handle = f"@{username.lower()}" if username else f"x.com/i/user/{identity}"
    return Person(
        identity, handle[:254], one_line(str(known.get("name") or username), 200), known.get("protected") is True
    )


def words(post: Json) -> str:
    """What its writer wrote: whole, with the real web addresses, without the names X puts before an answer."""
    source, text = _source(post)
    lead = _auto_named(post, text) if references_of(post, "replied_to") else 0
    rest = text[lead:]
    for one in sorted(_urls(source), key=lambda url: -len(str(url["url"]))):
        rest = rest.replace(str(one["url"]), _shown(one, post))
    return clean(html.unescape(rest)).strip()


def references_of(post: Json, kind: str) -> list[str]:
    """The ids of the posts that it ``replied_to``, ``quoted`` or ``retweeted``."""
    return [str(one.get("id")) for one in references(post) if one.get("type") == kind]


def names(post: Json, user_id: str, address: str) -> bool:
    """Whether its writer mentioned that person: X's own naming of whom an answer answers is no mention."""
    source, text = _source(post)
    lead = _auto_named(post, text) if references_of(post, "replied_to") else 0
    return any(_is(one, user_id, address) and _start(one) >= lead for one in _entities(source, "mentions"))


def names_at_all(post: Json, user_id: str, address: str) -> bool:
    return any(_is(one, user_id, address) for one in _entities(_source(post)[0], "mentions"))


def quotes(post: Json, posts: list[dict[str, Any]], user_id: str, address: str) -> bool:
    """Whether it quotes a post of that person."""
    quoted = references_of(post, "quoted")
    if any(str(one.get("id")) in quoted and str(one.get("author_id")) == user_id for one in posts):
        return True
    paths = [f"/{address.lstrip('@')}/status/{identity}" for identity in quoted]
    shown = [str(one.get("expanded_url") or "").lower() for one in _urls(_source(post)[0])]
    return any(path in url for path in paths for url in shown)


def _source(post: Json) -> tuple[Json, str]:
    """A long post's whole text is in a note of its own."""
    note = post.get("note_tweet") or post.get("note_post")
    if isinstance(note, dict) and note.get("text"):
        return note, str(note["text"])
    return post, str(post.get("text") or "")


def _auto_named(post: Json, text: str) -> int:
    """Where the writer's own words begin. X's documents show ranges that are off by one: only whole names are cut."""
    run = _RUN.match(text)
    if run is None:
        return 0
    span = post.get("display_text_range")
    first = span[0] if isinstance(span, list) and span and isinstance(span[0], int) else run.end()
    ends = [name.end() for name in re.finditer(r"@\w{1,20}\s+", run.group()) if name.end() <= first]
    return max(ends, default=0)


def _entities(source: Json, kind: str) -> list[dict[str, Any]]:
    found = source.get("entities")
    return objects(found.get(kind)) if isinstance(found, dict) else []


def _urls(source: Json) -> list[dict[str, Any]]:
    return [one for one in _entities(source, "urls") if one.get("url")]


def _shown(url: Json, post: Json) -> str:
    """A link as people know it; that to the post's own picture or to what it quotes is not part of its words."""
    full = str(url.get("expanded_url") or url["url"])
    quoted = any(full.endswith(f"/status/{identity}") for identity in references_of(post, "quoted"))
    return "" if quoted or url.get("media_key") else full


def _is(mention: Json, user_id: str, address: str) -> bool:
    same = str(mention.get("username") or "").lower() == address.lstrip("@").lower()
    return same or (bool(user_id) and str(mention.get("id")) == user_id)


def _start(entity: Json) -> int:
    start = entity.get("start")
    return start if isinstance(start, int) else 0
