"""A colleague's answer to a mail of ours: their own words, and who vouches that they wrote it. Pure.

Stricter than ``reading``: what leaves for a resident must be the colleague's words and nothing else, so no sentence of
ours stands in for what cannot be read, and a mail of which all is quotation says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from putthrough.channels.contract import Automatic
from putthrough.channels.email import attachments, bodies, headers, quotes
from putthrough.channels.email.automatic import recognised
from putthrough.channels.email.headers import Fields
from putthrough.channels.email.mime import parse, split
from putthrough.channels.email.reading import locked

_OWN_LINE = "."  # a line of its own above the rest, so that quotation alone is folded like any other
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")
_LEFT = re.compile(r"[()\"\\]")
_RESULT = re.compile(r"\s*(dkim|spf|dmarc)\s*=\s*(\w+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(header\.(?:d|i|from)|smtp\.mailfrom)\s*=\s*([^\s;]{1,320})", re.IGNORECASE)
_TOO_LONG = "it is too long to be read as a whole"


@dataclass(frozen=True, slots=True)
class Answered:
    """``writers`` are all addresses in its From, lower case: one in an honest mail. ``text`` is what was written this
    time, ``unread`` why that cannot be told. ``files`` are names of documents that came along, ``pictures`` how many
    pictures, which may be no more than a signature's."""

    writers: Sequence[str]
    text: str
    subject: str = ""
    message_id: str = ""
    automatic: Automatic | None = None
    failed: str = ""
    unread: str = ""
    files: Sequence[str] = ()
    pictures: int = 0


def read_answer(raw: bytes, *, address: str) -> Answered:
    """Read what arrived at an account's own ``address``. Raises ``Unreadable`` where there is no email in the bytes."""
    tree = parse(raw)
    fields = tree.top.fields
    writers = [person.address for person in headers.people(fields.get("from", ()))]
    automatic, report = recognised(tree, fields, handle=writers[0] if writers else "", address=address)
    body = bodies.choose(tree)
    listed = attachments.listed(tree)
    pictures = [file for file in listed if file.media_type.startswith("image/")]
    written = _written(body.text)
    return Answered(
        writers=writers,
        text=written,
        subject=headers.words(fields["subject"][0]) if "subject" in fields else "",
        message_id=headers.message_id(fields),
        automatic=automatic,
        failed=report.text if report is not None and report.failed else "",
        unread=locked(tree, written) or (_TOO_LONG if body.cut or tree.cut else ""),
        files=[file.name for file in listed if file not in pictures],
        pictures=len(pictures),
    )


def _written(text: str) -> str:
    written, folded = quotes.fold(text)
    if folded:
        return written
    alone, folded = quotes.fold(f"{_OWN_LINE}\n\n{text}")
    return alone.removeprefix(_OWN_LINE).strip("\n") if folded else written


def vouched(raw: bytes, *, host: str, address: str) -> bool:
    """Whether our own mail server ``host`` (its authserv-id, RFC 8601, 2.5) says that the mail is from ``address``.

    Only the topmost of its Authentication-Results counts, for headers are put on top: what a sender forged stands
    below. It has to say that DMARC passed for the address's domain, or DKIM for a domain that the address lies in, or
    SPF for exactly its domain. A server repeats there what a sender chose (quoted, or as a comment): none of it counts.
    """
    domain = address.rpartition("@")[2].lower()
    _, fields, _ = split(raw)
    found = next((value for value in _results(fields) if _server(value) == host.strip().lower()), "")
    return bool(domain) and any(_speaks_for(domain, part) for part in found.split(";")[1:])


def _results(fields: Fields) -> Sequence[str]:
    return [_unquoted(value) for value in fields.get("authentication-results", ())]


def _unquoted(value: str) -> str:
    """Without quoted strings and comments, which nest; nothing where one of them does not end."""
    left = _QUOTED.sub(" ", value)
    while (outer := _COMMENT.sub(" ", left)) != left:
        left = outer
    return left.partition(";")[0] if _LEFT.search(left) else left


def _server(value: str) -> str:
    """``mx.council.example`` of ``mx.council.example 1; dkim=pass ...``."""
    words = value.partition(";")[0].split()
    return words[0].lower() if words else ""


def _speaks_for(domain: str, part: str) -> bool:
    method = _RESULT.match(part)
    if method is None or method[2].lower() != "pass":
        return False
    named = _PROPERTY.findall(part)
    said = {name.lower(): value.lower().rpartition("@")[2] for name, value in named}
    if len(said) < len(named):
        return False
    if method[1].lower() == "dmarc":
        return said.get("header.from") == domain
    if method[1].lower() == "spf":
        return said.get("smtp.mailfrom") == domain
    signed = said.get("header.d") or said.get("header.i", "")
    return bool(signed) and (domain == signed or domain.endswith(f".{signed}"))
