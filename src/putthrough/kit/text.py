"""Text from strangers made into text that can be stored, shown and searched.

Nothing here raises: whatever bytes arrive, some text comes out, without NUL, control characters,
lone surrogates or characters that turn the reading direction of what stands around them.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_GUESS = ""
_WESTERN = "cp1252"

# Labels that mail programs use for another, wider charset (WHATWG Encoding Standard, section 4.2), and
# labels that Python does not know. Labels that mean "I do not know" map to a guess.
_ALIASES = {
    "": _GUESS,
    "8bit": _GUESS,
    "binary": _GUESS,
    "default": _GUESS,
    "default_charset": _GUESS,
    "none": _GUESS,
    "unknown": _GUESS,
    "unknown-8bit": _GUESS,
    "x-unknown": _GUESS,
    "unicode": "utf-16",
    "us-ascii": _WESTERN,
    "ascii": _WESTERN,
    "ansi_x3.4-1968": _WESTERN,
    "iso-8859-1": _WESTERN,
    "iso8859-1": _WESTERN,
    "iso_8859-1": _WESTERN,
    "latin1": _WESTERN,
    "latin-1": _WESTERN,
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "x-mac-roman": "mac-roman",
    "utf8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
}

# Python's own codecs that are no charset of any mail: they transform, warn, or take quadratic time.
_NOT_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"})

_LABEL = re.compile(r"[a-z0-9:.+-]+")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_CONTROLS = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"
# Embeddings, overrides and isolates reach beyond the text they stand in (Unicode UAX #9, "Trojan Source");
# the plain marks U+200E and U+200F do not, and Hebrew and Arabic writers need them.
_TURNS = "\u202a-\u202e\u2066-\u2069"
_UNWANTED = _CONTROLS + _TURNS + "\ufeff\ufff9-\ufffb\ufffe\uffff"

_LINE_END = re.compile(f"\r\n?|[{_BREAKS}]")
_DROPPED = re.compile(f"[{_UNWANTED}]")
_ODD = re.compile(f"[\r{_BREAKS}{_UNWANTED}\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ASCII = dict.fromkeys((*range(9), *range(14, 28), 31, 127)) | dict.fromkeys((11, 12, 13, 28, 29, 30), "\n")


def decode(data: bytes, charset: str = "") -> str:
    """The text of bytes that claim a charset. Never fails; a wrong or missing claim is guessed around.

    UTF-8 is recognised under any western label, for bytes beyond ASCII are hardly ever valid UTF-8 by chance.
    """
    if data.isascii() and b"\x1b" not in data and b"\x00" not in data and _superset_of_ascii(charset):
        return data.decode("ascii")
    codec = _codec(charset) or _sniffed(data)
    if codec == "utf-16":
        codec = _utf16(data)
    order = ("utf-8", codec) if codec in ("", _WESTERN) else (codec, "utf-8")
    for each in order:
        text = _strictly(data, each)
        if text is not None:
            return text
    return _roughly(data, codec)


def clean(text: str) -> str:
    """The same text with ``\\n`` line ends and without characters that harm where it is stored or shown."""
    if text.isascii():
        return text if text.isprintable() else text.replace("\r\n", "\n").translate(_ASCII)
    if not _ODD.search(text):
        return text
    return _DROPPED.sub("", _SURROGATE.sub("\ufffd", _LINE_END.sub("\n", text)))


def defuse(text: str) -> str:
    """Like ``clean``, but unwanted characters become U+FFFD, so that nothing joins up across a gap.

    For markup that was made safe before: dropping a character there could spell a forbidden word.
    """
    if not _ODD.search(text):
        return text
    return _DROPPED.sub("\ufffd", _SURROGATE.sub("\ufffd", _LINE_END.sub("\n", text)))


def one_line(text: str, limit: int) -> str:
    """Clean text on one line, white space collapsed, at most ``limit`` characters."""
    return " ".join(clean(text[: limit * 8]).split())[:limit].rstrip()


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters of one line, ended at a word with an ellipsis where it was cut."""
    line = one_line(text, limit + 1)
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    words, space, _ = head.rpartition(" ")
    return (words if space and len(words) > limit // 2 else head).rstrip() + "…"


def size_words(size: int) -> str:
    """``812 bytes``, ``14 kB``, ``1.2 MB``."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def word_set(words: str) -> frozenset[str]:
    """The words of a line as a set: a long list that stays readable."""
    return frozenset(words.split())


@lru_cache(maxsize=512)
def _codec(charset: str) -> str:
    """Python's name of a charset, empty where it is to be guessed."""
    label = charset.strip(" \t\"'").lower()[:60]
    name = _ALIASES.get(label, label).replace("_", "-")
    if name in _NOT_CHARSETS or not _LABEL.fullmatch(name):
        return _GUESS
    try:
        b"x".decode(name)  # codecs that are no charset ("base64") are only refused here
    except LookupError:
        return _GUESS
    except ValueError:
        pass  # half a character of a wider charset
    return codecs.lookup(name).name.replace("_", "-")


@lru_cache(maxsize=512)
def _superset_of_ascii(charset: str) -> bool:
    codec = _codec(charset)
    return not codec.startswith(("utf-7", "utf-16", "utf-32", "cp037", "cp500", "cp1140", "cp273", "hz"))


def _sniffed(data: bytes) -> str:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return codec
    if b"\x1b$" in data or b"\x1b(J" in data:
        return "iso2022-jp-2"
    return _GUESS


def _utf16(data: bytes) -> str:
    """Which UTF-16 it is; many that claim it hold UTF-8. Without a mark it is big-endian (RFC 2781, 4.3)."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" not in data:
        return _GUESS
    return "utf-16-be" if data[::2].count(0) >= data[1::2].count(0) else "utf-16-le"


def _strictly(data: bytes, codec: str) -> str | None:
    if not codec:
        return None
    try:
        return data.decode(codec)
    except ValueError:
        return None


def _roughly(data: bytes, codec: str) -> str:
    """What to show of bytes that fit no charset: the reading with the fewest holes."""
    if codec and codec != _WESTERN and codec != "utf-8":
        return data.decode(codec, "replace")
    text = data.decode("utf-8", "replace")
    beyond = sum(1 for char in text if char > "\x7f")
    return text if text.count("\ufffd") * 2 <= beyond else data.decode(_WESTERN, "replace")
