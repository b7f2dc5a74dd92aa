"""Where X sees web addresses in a text: each counts as 23, and makes a post dearer.

The rule is that of X's twitter-text 3 ("URLs" in its conformance tests): an address needs no ``https://`` if its domain
ends in a known top-level domain. Those are in ``domains.txt``: the names in the root of the domain name system.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

_LONGEST = 4096
_LONGEST_LABEL = 63
_LONGEST_SHORT = 40  # what may follow https://t.co/
_SPACES = r"\t-\r\x20\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_TURNS = r"\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_NEVER = r"\ufffe\ufeff\uffff"
_PUNCTUATION = r"!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"
_LATIN = (
    r"\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b\u02bb"
    r"\u0300-\u036f\u1e00-\u1eff"
)
_LETTER = rf"[^{_PUNCTUATION}{_SPACES}{_NEVER}{_TURNS}]"
_LABEL = rf"{_LETTER}(?:(?:[_-]|{_LETTER}){{0,61}}{_LETTER})?"
_NAME = rf"{_LETTER}(?:(?:-|{_LETTER}){{0,61}}{_LETTER})?"
_TOP = r"(?:\L<tops>(?=[^0-9a-zA-Z@+-]|$)|xn--[-0-9a-z]+)"
_PLAIN = rf"[a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_LATIN}]"
_PAIRED = rf"\((?:{_PLAIN}+|{_PLAIN}*\({_PLAIN}+\){_PLAIN}*)\)"
_LAST = rf"[+\-a-z\u0400-\u04ff0-9=_#/{_LATIN}]"
_PATH = rf"/(?:(?:{_PLAIN}|{_PAIRED})*{_LAST}|{_PAIRED})*"
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
_ADDRESS = (
    rf"(?P<before>[^A-Za-z0-9@＠$#＃{_NEVER}]|[{_TURNS}]|^)"
    rf"(?P<url>(?P<scheme>https?://)?(?P<domain>(?:{_LABEL}\.){{0,15}}{_NAME}\.{_TOP})(?::[0-9]+)?"
    rf"(?P<path>{_PATH})?(?:{_QUERY})?)"
)
_BARE = rf"(?:[\-a-z0-9{_LATIN}]{{1,63}}\.){{1,16}}{_TOP}"
_DOTS = regex.compile(r"[.\u3002\uff0e\uff61]")  # what parts the labels of a domain (IDNA, RFC 3490, 3.1)
_SHORTENED = regex.compile(rf"https?://t\.co/([a-z0-9]+)(?:{_QUERY})?", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    start: int
    end: int


def addresses(text: str) -> list[Address]:
    """Where web addresses stand in a text (code points), in order."""
    if "." not in text:
        return []
    address, bare = _patterns()
    found: list[Address] = []
    for match in address.finditer(text):
        if _is_too_long(match["url"], match["domain"]):
            continue
        found += _whole(match) if match["scheme"] else _without_scheme(match, bare)
    return found


def has_address(text: str) -> bool:
    return bool(addresses(text))


@cache
def _patterns() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    tops = files("putthrough.channels.x").joinpath("domains.txt").read_text("utf-8").split()
    return (
        regex.compile(_ADDRESS, regex.IGNORECASE, tops=tops),
        regex.compile(_BARE, regex.IGNORECASE, tops=tops),
    )


def _is_too_long(url: str, domain: str) -> bool:
    labels = [one if one.isascii() else f"xn--{one.encode('punycode').decode()}" for one in _DOTS.split(domain)]
    longer = len(".".join(labels)) - len(domain)
    return max(map(len, labels)) > _LONGEST_LABEL or len(url) + longer + len("https://") > _LONGEST


def _whole(match: regex.Match[str]) -> list[Address]:
    start, end = match.span("url")
    short = _SHORTENED.match(match["url"])
    if short and len(short[1]) > _LONGEST_SHORT:
        return []
    return [Address(start, start + short.end() if short else end)]


def _without_scheme(match: regex.Match[str], bare: regex.Pattern[str]) -> list[Address]:
    """Only the plain letters of a domain count, of which there may be several among other writing."""
    if match["before"] in ("-", "_", ".", "/"):
        return []
    start = match.start("domain")
    found = [Address(start + one.start(), start + one.end()) for one in bare.finditer(match["domain"])]
    if found and match["path"]:
        found[-1] = Address(found[-1].start, match.end("url"))
    return found
