"""HTML from strangers: made safe to show, and turned into plain text."""

from __future__ import annotations

import re
from html import escape, unescape

import nh3

from putthrough.kit.text import clean, defuse, word_set

_TAGS = word_set(
    "a abbr address article b bdi big blockquote br caption center cite code col colgroup dd del details dfn "
    "div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p "
    "pre q s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt "
    "u ul var wbr"
)
_GONE_WITH_CONTENT = word_set(
    "applet audio embed frameset head iframe math noembed noframes object script "
    "style svg template title video xml"
)
_CELL = {"colspan", "rowspan", "align", "valign"}
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": _CELL,
    "th": _CELL,
    "ol": {"start"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\x00-\x20\x7f]+", re.IGNORECASE)
_PICTURE = re.compile(r"cid:[^\x00-\x20\x7f]+", re.IGNORECASE)

# Matches only what nh3 writes: lower-case names, double-quoted values. Possessive, so linear.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^>"]++|"[^"]*+")*+>')
_DEEPEST = 20
_SPACE = re.compile(r"[ \t\n]+")
_BLOCKS = word_set(
    "address article caption center dd details div dl dt figcaption figure footer header li main section "
    "summary tr"
)
_PARAGRAPHS = word_set("blockquote h1 h2 h3 h4 h5 h6 hr ol p pre table ul")


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Links lead out openly; pictures come from the message only, for a remote one reports its reader."""
    if attribute == "href":
        return value if _LINK.fullmatch(value) else None
    if attribute == "src":
        return value if _PICTURE.fullmatch(value) else None
    return value


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(_GONE_WITH_CONTENT),
    attributes=_ATTRIBUTES,
    attribute_filter=_kept,
    strip_comments=True,
    link_rel="noopener noreferrer nofollow",
    url_schemes=_SCHEMES,
)


# The HTML standard's way of mending markup is quadratic in time and, with unclosed formatting, in memory:
# 0.3 MB of "<p><font color=1>..." fills a machine. Few tags cannot do that;
# many are brought into bounds first.
_FEW_TAGS = 1_000
_MOST_TAGS = 20_000
_DEEPEST_MARKUP = 100
_DEEPEST_FORMAT = 12
_FORMATS = word_set("a b big code em i s small strike strong tt u")
_UNNESTED = word_set("br col dd dt hr img li p td th tr wbr")
# Every alternative ends before the next "<" or takes all that is left, so the whole is linear.
_TOKEN = re.compile(
    r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)|<[!?][^<>]*+>|"
    r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>"""
)
_LINKED = re.compile(r"""\s(href|src|alt)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++)""", re.IGNORECASE)


def _bounded(html: str) -> str:
    """The same words with plain tags only, so few and so shallow that mending them stays cheap."""
    found: list[str] = []
    nesting = _Nesting()
    at = 0
    skipped = ""
    for token in _TOKEN.finditer(html):
        if not skipped:
            found.append(html[at : token.start()].replace("<", "&lt;"))
        at = token.end()
        closes, name = token[1], (token[2] or "").lower()
        if skipped:
            skipped = "" if closes and name == skipped else skipped
        elif name in _GONE_WITH_CONTENT and not closes:
            skipped = name
        elif name in _TAGS and nesting.admits(name, closes=bool(closes)):
            found.append(f"<{closes}{name}{'' if closes else _links(token[3])}>")
    if not skipped:
        found.append(html[at:].replace("<", "&lt;"))
    return "".join(found)


def _links(attributes: str) -> str:
    pairs = ((name, value.strip("\"'")) for name, value in _LINKED.findall(attributes))
    return "".join(f' {name}="{escape(unescape(value))}"' for name, value in pairs)


class _Nesting:
    """Counts what is open, so that no more is let in than can be mended cheaply."""

    def __init__(self) -> None:
        self.open: dict[str, int] = {}
        self.depth = 0
        self.formats = 0
        self.tags = 0

    def admits(self, name: str, *, closes: bool) -> bool:
        self.tags += 1
        if name in _UNNESTED:
            return self.tags <= _MOST_TAGS
        if closes:
            if not self.open.get(name):
                return False
            self._count(name, -1)
            return True
        full = self.depth >= _DEEPEST_MARKUP or (name in _FORMATS and self.formats >= _DEEPEST_FORMAT)
        if full or self.tags > _MOST_TAGS:
            return False
        self._count(name, 1)
        return True

    def _count(self, name: str, step: int) -> None:
        self.open[name] = self.open.get(name, 0) + step
        self.depth += step
        if name in _FORMATS:
            self.formats += step


def safe(html: str) -> str:
    """HTML that can be put into a page: no script, style, form, frame or remote picture is left.

    ``cid:`` pictures keep their reference. Links get ``rel="noopener noreferrer nofollow"``.
    """
    text = clean(html)
    if text.count("<") > _FEW_TAGS:
        text = _bounded(text)
    return defuse(_CLEANER.clean(text))


def to_text(html: str) -> str:
    """The plain text of HTML that ``safe`` returned; quotations get ``> `` before each line."""
    page = _Page()
    tokens = _TAG.split(html)
    page.write(tokens[0])
    for at in range(1, len(tokens), 3):
        page.tag(tokens[at + 1], opens=not tokens[at])
        page.write(tokens[at + 2])
    return page.text()


class _Page:
    """Lines of plain text growing from left to right, top to bottom."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0
        self.last_depth = 0
        self.gap = False
        self.verbatim = 0

    def write(self, text: str) -> None:
        if not text:
            return
        if "&" in text:
            text = unescape(text)
        if self.verbatim:
            first, *rest = text.split("\n")
            self.line.append(first)
            for each in rest:
                self.end()
                self.line.append(each)
        else:
            self.line.append(_SPACE.sub(" ", text))

    def tag(self, name: str, *, opens: bool) -> None:
        if name == "br":
            self.end()
        elif name in _BLOCKS:
            self.end_if_begun()
            if name == "li" and opens:
                self.line.append("- ")
        elif name in _PARAGRAPHS:
            self.paragraph()
            self.nest(name, 1 if opens else -1)
        elif opens and name in ("td", "th"):
            self.line.append(" ")

    def nest(self, name: str, step: int) -> None:
        if name == "blockquote":
            self.depth = min(max(0, self.depth + step), _DEEPEST)
        elif name == "pre":
            self.verbatim = max(0, self.verbatim + step)

    def end(self) -> None:
        line = "".join(self.line).replace("\xa0", " ")
        self.line.clear()
        line = line.rstrip() if self.verbatim else _SPACE.sub(" ", line).strip()
        if not line and not self.verbatim and self.lines and not self.lines[-1].strip("> "):
            return
        if self.gap and self.lines and self.lines[-1].strip("> "):
            self.lines.append(">" * min(self.depth, self.last_depth))
        self.gap = False
        self.last_depth = self.depth
        self.lines.append(f"{'>' * self.depth} {line}" if self.depth else line)

    def end_if_begun(self) -> None:
        if any(not piece.isspace() for piece in self.line):
            self.end()
        else:
            self.line.clear()

    def paragraph(self) -> None:
        self.end_if_begun()
        self.gap = True

    def text(self) -> str:
        self.end_if_begun()
        return "\n".join(self.lines).strip("\n")
