"""What was written this time, parted from what it quotes, signs and disclaims.

Every rule errs towards showing too much: a line is folded only where its form is a mail program's own.
All patterns are anchored to one line of bounded length, so that the whole takes linear time.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

_LOOKED_AT = 300
_LONGEST_ATTRIBUTION = 4
_LONGEST_SIGNATURE = 20
_LONGEST_LOOSE_SIGNATURE = 8
_LEAST_DISCLAIMER = 60

# "On Tuesday Pat wrote:" as the mail programs of each language put it.
_SAID = re.compile(
    r".*(?:\bwrote|\bwrites|\bysgrifennodd|\ba écrit|\bschrieb|\bnapisał\(?a?\)?|\bnapisała|\bpisze|"
    r"\bescribió|\bha scritto|\bschreef|\bescreveu|\ba scris|\brašė)(?:\s.{0,120})?\s?:\s*$",
    re.IGNORECASE,
)
_SAID_BEGINS = re.compile(
    r"(?:on|ar|le|am|w dniu|dnia|el|il giorno|op|em|pe|pon\.?|wt\.?|śr\.?|czw\.?|pt\.?|sob\.?|niedz\.?)[\s,]|"
    r"\d{1,4}[./-]\d|.{0,120}<[^<>\s]+@[^<>\s]+>",
    re.IGNORECASE,
)
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d[:.h]\d\d\b|<[^<>\s]{1,254}@|\d{1,2}[./-]\d{1,2}[./-]\d\d")

_ORIGINAL = re.compile(
    r"\s*[-_=*]{2,}\s?(?:original message|original appointment|neges wreiddiol|message d'origine|"
    r"message original|ursprüngliche nachricht|originalnachricht|wiadomość oryginalna|oryginalna wiadomość|"
    r"mensaje original|"
    r"messaggio originale|oorspronkelijk bericht|reply message)\s?[-_=*]{2,}\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*\*?(?:from|oddi wrth|gan|de|von|od|da|van|expéditeur)\s?:\*?\s\S", re.IGNORECASE)
_LABEL = re.compile(
    r"\s*\*?(?:sent|date|to|cc|subject|reply-to|importance|"
    r"anfonwyd|dyddiad|at|copi|pwnc|envoyé|à|objet|gesendet|datum|an|betreff|"
    r"wysłano|data|do|dw|temat|enviado|fecha|para|asunto|inviato|oggetto|verzonden|aan|onderwerp)\s?:\*?(?:\s|$)",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*[_-]{10,}\s*$")

_MOBILE = re.compile(
    r"\s*(?:(?:sent|envoyé|anfonwyd|gesendet|enviado|inviato|verzonden|wysłan[eoay])\s"
    r"(?:from|via|using|with|with my|by|o|oddi ar|"
    r"drwy|de|depuis|avec|von|mit|vom|z|za pomocą|desde|do|"
    r"da|dal|vanaf|met)\s.{2,90}|"
    r"von meinem .{2,40} gesendet|get outlook for (?:ios|android)\b.{0,90}|obtenir outlook pour .{2,90}|"
    r"holen sie sich outlook für .{2,90}|pobierz program outlook.{0,90}|"
    r"diese nachricht wurde von meinem .{2,60} gesendet\.?)\s*$",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"i-?phone|ipad|android|outlook|yahoo|galaxy|samsung|huawei|blackberry|windows|mobile|mobil|phone|ffôn|handy|"
    r"telefon|tablet|mail|proton|smartphone|device|ddyfais|aol|nokia|xiaomi|pixel",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"[\s*_=>-]*(?:(?:disclaimer|confidentiality(?: notice)?|legal notice|important notice|ymwadiad)\b|"
    r"(?:this|the information (?:contained )?in this|the contents? of this|any) "
    r"(?:e-?mail|message|communication|transmission)\b.{0,200}"
    r"(?:confidential|intended|privileged|virus|solely|monitored)|"
    r"if you (?:are not the intended recipient|have received this (?:e-?mail|message) in error)|"
    r"mae(?:'r|’r| yr) (?:e-?bost|neges|wybodaeth).{0,200}(?:cyfrinachol|bwriad)|"
    r"(?:ce message|ce courriel|cet e-?mail|les informations).{0,200}(?:confidentiel|destinataire)|"
    r"diese (?:e-?mail|nachricht).{0,200}(?:vertraulich|empfänger)|"
    r"(?:niniejsza|ta) (?:wiadomość|informacja).{0,200}(?:poufn|adresat)|"
    r"(?:please )?(?:think|consider).{0,20}environment before printing|"
    r"scanned by .{2,60}(?:virus|security)|virus-free\.)",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"[\s\[*_!-]*(?:caution|warning|external|rhybudd|important)\b.{0,80}"
    r"(?:outside|external|tu allan|unknown sender)",
    re.IGNORECASE,
)


class Folding(NamedTuple):
    """The two halves of a text; lines keep their order within each."""

    written: str
    folded: str


def fold(text: str, *, forwarded: bool = False) -> Folding:
    """Part a clean text. A forwarded mail is kept whole but for its signature: it is what the writer shows.

    Never folds everything: where nothing of the writer's own would be left, nothing is folded.
    """
    lines = text.split("\n")
    hidden = bytearray(len(lines))
    if not forwarded:
        _hide_headed(lines, hidden)
        _hide_marked(lines, hidden)
    _hide_banner(lines, hidden)
    _hide_ends(lines, hidden)
    written = _joined(lines, hidden, 0)
    if not written:
        return Folding(text.strip("\n"), "")
    return Folding(written, _joined(lines, hidden, 1))


def _joined(lines: list[str], hidden: bytearray, which: int) -> str:
    text = "\n".join(line for line, mark in zip(lines, hidden, strict=True) if mark == which)
    return "" if text.isspace() else text.strip("\n")


def _hide(hidden: bytearray, start: int, end: int) -> None:
    hidden[start:end] = b"\x01" * (end - start)


def _hide_headed(lines: list[str], hidden: bytearray) -> None:
    """Everything below a reply header that stands above unmarked text, as Outlook and phones write it."""
    above = False
    for at, line in enumerate(lines):
        start = _heading(lines, at, line) if line and len(line) < _LOOKED_AT else -1
        if start >= 0 and above:
            while start and (_RULE.match(lines[start - 1][:_LOOKED_AT]) or not lines[start - 1].strip()):
                start -= 1
            _hide(hidden, start, len(lines))
            return
        above = above or (start < 0 and _is_own(line))


def _is_own(line: str) -> bool:
    return bool(line.strip()) and line[0] != ">" and not _RULE.match(line[:_LOOKED_AT])


def _heading(lines: list[str], at: int, line: str) -> int:
    """The first line of the reply header that ends or begins at a line; -1 for none."""
    if line[-1] == ":" or line.rstrip()[-1:] == ":":
        start = _attribution(lines, at)
        if start >= 0 and not _next_is_marked(lines, at) and _DATED.search(" ".join(lines[start : at + 1])):
            return start
    if line[0] == ">":
        return -1
    if ":" in line and _FROM.match(line):
        below = [each[:_LOOKED_AT] for each in lines[at + 1 : at + 9] if each.strip()][:5]
        return at if sum(1 for each in below if _LABEL.match(each)) >= 2 else -1
    return at if line.lstrip()[:1] in ("-", "_", "=", "*") and _ORIGINAL.match(line) else -1


def _attribution(lines: list[str], at: int) -> int:
    """Where "On ... wrote:" begins, which programs break over up to four lines; -1 if it is none."""
    text = ""
    for start in range(at, max(-1, at - _LONGEST_ATTRIBUTION), -1):
        line = lines[start][:_LOOKED_AT]
        if not line.strip() or line[0] == ">":
            return -1
        text = f"{line.strip()} {text}".rstrip()
        if _SAID.match(text) and _SAID_BEGINS.match(text):
            return start
    return -1


def _next_is_marked(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at + 1 : at + 4] if line.strip()), "")
    return following.startswith(">")


def _hide_marked(lines: list[str], hidden: bytearray) -> None:
    """Lines marked with ``>``. Answers between several of them are kept with what they answer."""
    runs = _runs(lines, hidden)
    if not runs:
        return
    first, last = runs[0], runs[-1]
    introduced = _attribution_above(lines, first[0])
    answered_between = any(_own_between(lines, hidden, a[1], b[0]) for a, b in pairwise(runs))
    above = _own_between(lines, hidden, 0, introduced)
    below = _own_between(lines, hidden, last[1], len(lines))
    bare = introduced == first[0]
    if answered_between or (above and below and bare):
        if not below and answered_between:
            _hide(hidden, *last)
        return
    for start, end in runs:
        _hide(hidden, _attribution_above(lines, start), end)


def _runs(lines: list[str], hidden: bytearray) -> list[tuple[int, int]]:
    """Stretches of marked lines, blank lines among them included."""
    runs: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        if line[:1] != ">" or hidden[at]:
            continue
        if runs and not any(each.strip() for each in lines[runs[-1][1] : at][:2]) and at - runs[-1][1] <= 2:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs


def _attribution_above(lines: list[str], start: int) -> int:
    """The line where a marked stretch is introduced, or its own first line."""
    at = start - 1
    while at >= 0 and at > start - 4 and not lines[at].strip():
        at -= 1
    if at < 0 or not lines[at].strip():
        return start
    found = _attribution(lines, at) if lines[at].rstrip().endswith(":") else -1
    if found >= 0:
        return found
    return at if len(lines[at]) < _LOOKED_AT and _ORIGINAL.match(lines[at]) else start


def _own_between(lines: list[str], hidden: bytearray, start: int, end: int) -> bool:
    return any(not hidden[at] and lines[at].strip() and lines[at][0] != ">" for at in range(start, end))


def _hide_banner(lines: list[str], hidden: bytearray) -> None:
    """The gateway's warning that a mail came from outside, put above the writer's first paragraph."""
    start = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if not _BANNER.match(" ".join(lines[start : start + 3])[:_LOOKED_AT]):
        return
    end = start
    while end < len(lines) and end < start + 6 and lines[end].strip():
        end += 1
    if end < len(lines) and not lines[end].strip():
        _hide(hidden, start, end)


def _hide_ends(lines: list[str], hidden: bytearray) -> None:
    """Signature, device line and disclaimers at the end of each stretch that the writer wrote."""
    start = 0
    written = False
    while start < len(lines):
        end = hidden.find(1 - hidden[start], start)
        end = len(lines) if end < 0 else end
        if not hidden[start]:
            stop = _end_of_words(lines, start, end)
            own = any(line.strip() for line in lines[start:stop])
            if own or written:
                _hide(hidden, stop, end)
            written = written or own
        start = end


def _end_of_words(lines: list[str], start: int, end: int) -> int:
    stop = _signature(lines, start, end)
    while (trimmed := _without_last_paragraph(lines, start, stop)) < stop:
        stop = trimmed
    return stop


def _signature(lines: list[str], start: int, end: int) -> int:
    """Where a signature begins: "-- " (RFC 3676, section 4.3), or a bare "--" with few lines below it."""
    for at in range(max(start, end - _LONGEST_SIGNATURE - 1), end):
        line = lines[at]
        if line == "-- " or (line.rstrip() == "--" and end - at <= _LONGEST_LOOSE_SIGNATURE + 1):
            return at
    return end


def _without_last_paragraph(lines: list[str], start: int, stop: int) -> int:
    """The new end once a device line or a disclaimer at the end is left out; ``stop`` if there is none."""
    while stop > start and not lines[stop - 1].strip():
        stop -= 1
    if stop == start:
        return stop
    last = lines[stop - 1][:_LOOKED_AT]
    if _MOBILE.match(last) and _DEVICE.search(last):
        return stop - 1
    top = stop - 1
    while top > start and lines[top - 1].strip():
        top -= 1
    paragraph = " ".join(line[:_LOOKED_AT] for line in lines[top : min(stop, top + 12)])[: 4 * _LOOKED_AT]
    if top > start and len(paragraph) >= _LEAST_DISCLAIMER and _DISCLAIMER.match(paragraph):
        return top
    return stop
