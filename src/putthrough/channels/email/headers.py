"""Header fields read with care: words in any charset, people, ids and moments.

Raw values are ``str`` with one character for each byte (latin-1), unfolded, as ``mime`` gives them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from putthrough.channels.email.transfer import decode as undo
from putthrough.kit.text import clean, decode, one_line

Fields = Mapping[str, Sequence[str]]

_LONGEST_VALUE = 20_000
_LONGEST_LIST = 100_000
_LONGEST_ENTRY = 2_000
_MOST_PEOPLE = 200
_LONGEST_ADDRESS = 254
_LONGEST_ID = 255
_MOST_REFERENCES = 50
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)

# RFC 2047, but also inside quotes and with raw spaces, as many mail programs write it.
_ENCODED = re.compile(r"=\?([\w.:+-]{1,60})(?:\*[\w-]{0,20})?\?([bBqQ])\?((?:[^?]|\?(?!=)){0,2000}+)\?=")
_PARAMETER = re.compile(r'(?:^|[;\s])([^\s=;"]++)\s*+=\s*+("(?:[^"\\]|\\.)*+"?|[^;]*+)')
_PIECE = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")
_QUOTED_PAIR = re.compile(r"\\(.)")

_ADDR = r"[^\s<>()\[\],;:\"@\\\x00-\x1f\x7f-\x9f]{1,254}+@[^\s<>()\[\],;:\"@\\\x00-\x1f\x7f-\x9f]{1,254}+"
_ADDRESS = re.compile(rf'(?:{_ADDR}|"[^"\\\x00-\x1f\x7f]+"@[\w.-]+|[^\s<>()\[\],;:"@\\]+@\[[\w.:]+\])')
_ONE_PERSON = re.compile(rf'(?:"([^"\\]*+)"\s*+|([^"<>(),;:@\\]*+))<({_ADDR})>')
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*+)"?|<([^<>]*)>?|\(((?:[^()\\]|\\.)*+)\)?|([,;])|(:)|([^"<(,;:]+)')
_ANGLE_ID = re.compile(r"<([^<>]+)>")


class Person(NamedTuple):
    """An address, lower case, and the name that goes with it."""

    address: str
    name: str


def words(value: str) -> str:
    """The text of a raw header value: encoded words decoded, bytes without any declaration guessed."""
    value = value[:_LONGEST_VALUE]
    if "=?" not in value:
        return clean(_eight_bit(value))
    found: list[str] = []
    at = 0
    held, charset = b"", ""
    for match in _ENCODED.finditer(value):
        gap = value[at : match.start()]
        if held and (gap.strip() or match[1].lower() != charset):
            found.append(decode(held, charset))
            held = b""
        # White space between two encoded words is no part of the text (RFC 2047, section 6.2).
        if gap.strip() or not at:
            found.append(_eight_bit(gap))
        charset = match[1].lower()
        held += _encoded_bytes(match[2], match[3])
        at = match.end()
    found.append(decode(held, charset))
    found.append(_eight_bit(value[at:]))
    return clean("".join(found))


def _encoded_bytes(kind: str, text: str) -> bytes:
    data = text.encode("latin-1")
    if kind in "bB":
        return undo(data, "base64")
    return undo(data.replace(b"_", b"=20"), "quoted-printable")


def _eight_bit(value: str) -> str:
    return value if value.isascii() else decode(value.encode("latin-1"))


def parameters(text: str) -> dict[str, str]:
    """The parameters after a value (``; name=value``), continuations and charsets undone (RFC 2231).

    Values stay raw (latin-1) unless RFC 2231 declared their charset; ``parameter_words`` reads either.
    """
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value in _PARAMETER.findall(text[:_LONGEST_VALUE]):
        name = name.lower()
        value = _unquoted(value)
        if "*" not in name:
            plain.setdefault(name, value)
        elif match := _PIECE.fullmatch(name):
            pieces.setdefault(match[1], {})[int(match[2] or 0)] = (value, match[3] is not None)
    return plain | {name: _joined(parts) for name, parts in pieces.items()}


def _unquoted(value: str) -> str:
    value = value.strip()
    if value[:1] == '"':
        return _QUOTED_PAIR.sub(r"\1", value[1:-1] if value[-1] == '"' and len(value) > 1 else value[1:])
    return value


def _joined(parts: Mapping[int, tuple[str, bool]]) -> str:
    """Bytes of all pieces joined before decoding, for a character may be torn between two of them."""
    charset, data = "", b""
    for number in sorted(parts):
        value, extended = parts[number]
        if number == 0 and extended and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        raw = value.encode("latin-1", "replace")
        data += unquote_to_bytes(raw) if extended else raw
    # Kept in the same form as plain values, so that one reader serves both.
    return decode(data, charset).encode("utf-8", "replace").decode("latin-1")


def parameter_words(value: str) -> str:
    """The text of a parameter; encoded words are not allowed there and yet common."""
    return words(value)


def people(values: Iterable[str]) -> list[Person]:
    """Who stands in address fields (From, To, Cc ...), the usable addresses only, at most 200."""
    found: list[Person] = []
    for value in values:
        match = _ONE_PERSON.fullmatch(value)
        if match:
            _add(found, match[3], match[1] or match[2] or "")
        else:
            _scan(found, value[:_LONGEST_LIST])
        if len(found) >= _MOST_PEOPLE:
            break
    return found[:_MOST_PEOPLE]


def _scan(found: list[Person], value: str) -> None:
    """Read a list token by token, so that a comma in a quoted name parts nobody (RFC 5322, section 3.4)."""
    name: list[str] = []
    angle = comment = ""
    for quoted, address, remark, comma, colon, loose in _TOKEN.findall(value + ","):
        if comma:
            _entry(found, name, angle, comment)
            name, angle, comment = [], "", ""
        elif colon:
            name, angle = [], ""  # the name of a group
        elif address:
            angle = angle or address
        elif remark:
            comment = comment or remark
        elif quoted or loose:
            name.append(_QUOTED_PAIR.sub(r"\1", quoted) if quoted else loose)
        if len(found) >= _MOST_PEOPLE:
            return


def _entry(found: list[Person], name: list[str], angle: str, comment: str) -> None:
    text = "".join(name).strip()
    if angle:
        _add(found, angle.removeprefix("mailto:"), text or comment)
    elif _ADDRESS.fullmatch(text):
        _add(found, text, comment)
    elif match := _ADDRESS.search(text[:_LONGEST_ENTRY]):
        _add(found, match[0], comment)


def _add(found: list[Person], address: str, name: str) -> None:
    address = clean(_eight_bit("".join(address.split()))).strip(".").lower()
    if len(address) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        return
    shown = one_line(words(name), _MOST_PEOPLE).strip("'\" ")
    found.append(Person(address, "" if shown.lower() == address else shown))


def identifiers(values: Iterable[str]) -> list[str]:
    """Message ids without brackets; one too long to be kept is given by its hash, the same each time."""
    found: list[str] = []
    for value in values:
        value = value[-_LONGEST_LIST:]
        raw = _ANGLE_ID.findall(value) or [word for word in value.split() if "@" in word]
        found += [identifier for each in raw if (identifier := _identifier(each))]
    return found


def _identifier(value: str) -> str:
    text = "".join(clean(_eight_bit(value)).split())
    if len(text) <= _LONGEST_ID:
        return text
    return "sha256-" + hashlib.sha256(text.encode()).hexdigest()


def message_id(fields: Fields) -> str:
    """This message's own id, empty when it has none."""
    values = fields.get("message-id", ())
    found = identifiers(values)
    if found:
        return found[0]
    return _identifier(values[0].strip("<> ")) if values else ""


def references(fields: Fields) -> list[str]:
    """The ids that a message answers, nearest first: In-Reply-To, then References from its end."""
    nearest = identifiers(fields.get("in-reply-to", ()))
    further = identifiers(fields.get("references", ()))
    return list(dict.fromkeys(nearest + further[::-1]))[:_MOST_REFERENCES]


def sent_at(fields: Fields) -> datetime:
    """When it was written, aware, UTC: Date; else when it was received; else now.

    A Date before 1990 or more than two days after the newest Received line is absurd and not believed.
    """
    received = None
    for value in fields.get("received", ())[:1]:
        received = _moment(value.rpartition(";")[2])
    written = _moment(fields["date"][0]) if "date" in fields else None
    latest = (received or datetime.now(UTC)) + timedelta(days=2)
    if written is not None and written <= latest:
        return written
    return received or datetime.now(UTC)


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value[:200])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if _EARLIEST <= moment < _LATEST else None
