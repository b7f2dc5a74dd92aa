"""The right page, telephone number and hours in polite words that fit the network. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Post:
    """A signpost's own words, and what fills the places in them: {name}, {link}, {phone}, {hours}, {service}."""

    words: str
    service: str
    link: str = ""
    phone: str = ""
    hours: str = ""


def fitted(post: Post, *, to: str, limit: int | None, greets: bool) -> str:
    """The fullest form of it that has at most ``limit`` characters; where none has, the shortest.

    ``greets`` begins as a letter does; where room is short, politeness goes before what people need.
    """
    forms = list(_forms(post, to, greets=greets))
    return next((form for form in forms if limit is None or len(form) <= limit), forms[-1])


def _forms(post: Post, to: str, *, greets: bool) -> Iterator[str]:
    said = filled(post, to)
    parts = [post.link, post.phone and f"Telephone {post.phone}", post.hours]
    missing = [part for part in parts if part and part.removeprefix("Telephone ") not in said]
    if greets:
        yield "\n\n".join(filter(None, [f"Dear {to or 'Sir or Madam'},", "\n".join([said, *missing]).strip()]))
    yield "\n".join([said, *missing]).strip()
    yield "\n".join([said, *(part for part in missing if part != post.hours)]).strip()
    yield " ".join(filter(None, [f"{post.service}:", post.link or post.phone]))


def filled(post: Post, to: str) -> str:
    """Its words with the places filled. A place of another name stays as it is, so that the writer sees it."""
    places = {"name": to, "link": post.link, "phone": post.phone, "hours": post.hours, "service": post.service}
    said = post.words or "Thank you for writing. This is what you need:"
    for place, value in places.items():
        said = said.replace(f"{{{place}}}", value)
    return said.strip()


def added(text: str, words: str) -> str:
    """Behind what is written already, once."""
    if words in text:
        return text
    return f"{text.rstrip()}\n\n{words}" if text.strip() else words


def stands_in(post: Post, text: str) -> bool:
    """Whether a text still shows the way: it has the page, the number, or the sentence as far as that has no places."""
    sentence = post.words.partition("{")[0].strip()
    return any(len(part) > 3 and part in text for part in (post.link, post.phone, sentence))
