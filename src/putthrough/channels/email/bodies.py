"""What an email says: its text and its HTML, chosen among its parts."""

from __future__ import annotations

import re
from html import escape
from typing import NamedTuple

from putthrough.channels.email import transfer
from putthrough.channels.email.mime import Part, Tree
from putthrough.kit import html
from putthrough.kit.text import clean, decode

LONGEST_TEXT = 200_000
LONGEST_HTML = 400_000
# Room for a text of the longest length in the widest encoding: quoted-printable of four-byte characters.
_MOST_BYTES = LONGEST_TEXT * 12

_PLAIN = frozenset({"text/plain", "text/enriched", "text/markdown", "text/x-markdown"})
_SHOWN = _PLAIN | {"text/html"}
_META = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w:.-]{1,60})", re.IGNORECASE)
_ENRICHED = re.compile(r"<<|<(?:/?[a-zA-Z-]{1,60})>|<param>[^<]{0,1000}</param>")
_STUB = re.compile(r"\bHTML\b", re.IGNORECASE)
_LONGEST_STUB = 300


class Body(NamedTuple):
    """Plain text and unsanitised HTML; ``None`` where a message has none of it."""

    plain: str | None = None
    html: str | None = None


class Words(NamedTuple):
    """The chosen text (whole, not yet folded), the sanitised HTML, and whether either was cut."""

    text: str
    html: str
    cut: bool


def is_text(part: Part) -> bool:
    """Whether a leaf is to be read rather than offered as a file."""
    if part.media_type not in _SHOWN:
        return False
    disposition = part.first("content-disposition").lower()
    if disposition.startswith("attachment"):
        return False
    if part.parent is None:
        return True
    return "filename" not in disposition and "name" not in part.parameters


def choose(tree: Tree) -> Words:
    """The words of a message: plain text where the writer's program gave any, else made from the HTML."""
    body = _combined(tree)
    safe = html.safe(body.html[:LONGEST_HTML]) if body.html else ""
    plain = body.plain
    cut = bool(body.html and len(body.html) > LONGEST_HTML)
    if safe and (plain is None or _says_nothing(plain)):
        plain = html.to_text(safe)
    text = (plain or "").strip("\n")
    if text.isspace():
        text = ""
    return Words(text[:LONGEST_TEXT], safe, cut or len(text) > LONGEST_TEXT)


def _says_nothing(plain: str) -> bool:
    """Empty, or only the advice to use a program that shows HTML."""
    return not plain.strip() or (len(plain) < _LONGEST_STUB and _STUB.search(plain) is not None)


def text_of(tree: Tree, part: Part) -> str:
    """The clean text of one leaf, decoded; beyond what can be shown it is not read."""
    data = tree.body(part, _MOST_BYTES)
    encoding = part.first("content-transfer-encoding")
    if encoding:
        data = transfer.decode(data, encoding)
    charset = part.parameters.get("charset", "")
    if not charset and part.media_type == "text/html" and (found := _META.search(data, 0, 2_000)):
        charset = found[1].decode("ascii", "replace")
    return clean(decode(data, charset))


def _combined(tree: Tree) -> Body:
    """Every multipart made of its children, from the deepest up, for parents stand before children."""
    bodies: dict[int, Body] = {}
    for part in reversed(tree.parts):
        if not part.children:
            bodies[id(part)] = _leaf(tree, part) if is_text(part) else Body()
        elif part.media_type == "multipart/alternative":
            bodies[id(part)] = _best([bodies[id(child)] for child in part.children])
        else:
            bodies[id(part)] = _in_turn([bodies[id(child)] for child in part.children])
    return bodies[id(tree.top)]


def _leaf(tree: Tree, part: Part) -> Body:
    text = text_of(tree, part)
    if part.media_type == "text/html":
        return Body(html=text)
    if part.media_type == "text/enriched":
        return Body(plain=_ENRICHED.sub(lambda tag: "<" if tag[0] == "<<" else "", text))
    if part.parameters.get("format", "").lower() == "flowed":
        return Body(plain=unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes"))
    return Body(plain=text)


def _best(bodies: list[Body]) -> Body:
    """Of alternatives the first plain text and the last (richest) HTML (RFC 2046, section 5.1.4)."""
    plain = next((body.plain for body in bodies if body.plain is not None), None)
    rich = next((body.html for body in reversed(bodies) if body.html is not None), None)
    return Body(plain, rich)


def _in_turn(bodies: list[Body]) -> Body:
    """Parts that follow each other: a text, then a list's footer; or pictures between pieces of text."""
    found = [body for body in bodies if body != (None, None)]
    if len(found) < 2:
        return found[0] if found else Body()
    rich = None
    if any(body.html is not None for body in found):
        rich = "<hr>".join(_as_html(body) for body in found)
    if any(body.plain is None for body in found):
        return Body(None, rich)
    return Body("\n".join(body.plain or "" for body in found), rich)


def _as_html(body: Body) -> str:
    if body.html is not None:
        return body.html
    return "<p>" + escape(body.plain or "").replace("\n", "<br>") + "</p>"


def unflow(text: str, *, delete_space: bool) -> str:
    """Paragraphs put together again from lines that end in a space (RFC 3676)."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        if soft and delete_space:
            content = content[:-1]
        if depth == open_depth and content != "-- ":
            lines.append(content)
        else:
            lines.append(("\n" if lines else "") + ">" * depth + (" " if depth else "") + content)
        open_depth = depth if soft else -1
    return "".join(lines)
