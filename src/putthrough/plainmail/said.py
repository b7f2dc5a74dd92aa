"""What a colleague's mail says: an answer to the resident, "not mine", "done", nothing, or something that is not clear.

Pure. Whatever might be our own mail handed back, a note or another resident's words is not clear, and stays here: what
leaves by mistake cannot be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from putthrough.plainmail.tokens import IN_TEXT

MARKER = "-- Write your answer above this line --"
PRESS = "Press reply, write, send."
FOR_ONE = "This email is for"


class Meaning(StrEnum):
    ANSWER = "answer"
    DECLINE = "decline"
    DONE = "done"
    THANKS = "thanks"
    NOTHING = "nothing"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Said:
    """``text`` is what goes to the resident, or the reason that was given; ``why`` what is not clear."""

    meaning: Meaning
    text: str = ""
    why: str = ""


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(text.split()).split(" | "))


# Each as it stands once politeness and punctuation are gone; Welsh as it is written in mail.
_NOT_MINE = _phrases(
    """not mine | not ours | not us | not me | not for me | not for us | not my job | not our job | not my area |
    not our area | not my team | not our team | not my department | not our department | not our service |
    not my service | isnt mine | isnt ours | isnt for us | isnt for me | this is not mine | this is not ours |
    this is not for us | this is not for me | this isnt mine | this isnt ours | this isnt us | this isnt for us |
    this isnt for me | its not mine | its not ours | wrong team | wrong department | wrong person | wrong service |
    decline | declined | nid fi | nid ni | ddim i mi | ddim i ni | nid fy un i"""
)
_DONE = _phrases(
    """done | all done | already done | this is done | dealt with | already dealt with | sorted | already sorted |
    resolved | already answered | no answer needed | no reply needed | no action needed | nothing to do | close |
    closed | close it | please close | wedii wneud | wedi gorffen | dim angen ateb"""
)
_THANKS = _phrases(
    """ok | okay | thanks | thank you | many thanks | thx | ta | cheers | noted | seen | received | got it |
    understood | will do | on it | yes | no | diolch | iawn | test | testing"""
)
_POLITE = re.compile(r"^(?:(?:hi|hello|hey|dear (?:all|team|colleagues?)|sorry|apologies|im afraid)\b[\s,.!:-]*)+")
_AFTER = re.compile(r"(?:[\s,]+(?:sorry|thanks|thank you|please|im afraid|diolch))+$")
_REASON = re.compile(r"\s*(?:[-–—:,;.!]|\n)\s*")
_CLOSING = re.compile(
    r"\n\s*(?:(?:kind|best|warm)(?:est)? (?:regards|wishes)|regards|yours (?:sincerely|faithfully)|many thanks|thanks|"
    r"thank you|cofion)\b",
    re.IGNORECASE,
)
_MOST_SIGNED = 8
_LONGEST_REASON = 200
_LONG_LINE = 25
_ATTRIBUTION = re.compile(r".*(?:@|\d).*:\s*$", re.DOTALL)
_MOST_ATTRIBUTION = 4
_OPENINGS = (MARKER, PRESS, FOR_ONE)


def understand(written: str, *, theirs: str, ours: Collection[str] = ()) -> Said:
    """``theirs`` are the resident's words in the conversation, of which single lines may stand quoted among a
    colleague's; ``ours`` other texts that were in our mail and are not to leave."""
    text = "\n".join(_without_ours(written.split("\n"), _plain(theirs))).strip()
    if not text:
        return Said(Meaning.NOTHING)
    if why := _leak(text, theirs, ours):
        return Said(Meaning.UNCLEAR, text, why)
    return _short(text) or Said(Meaning.ANSWER, text)


def _without_ours(lines: list[str], theirs: str) -> Iterator[str]:
    """The colleague's lines, with those quoted ones that are the resident's. The line that introduces quoted ones
    ("On Tuesday ... wrote:") names an address of ours and goes."""
    introduced = set(_introductions(lines))
    for at, line in enumerate(lines):
        if at in introduced:
            continue
        if not line.startswith(">"):
            yield line
        elif (said := _plain(line.lstrip("> "))) and said in theirs:
            yield f"> {line.lstrip('> ')}"


def _introductions(lines: list[str]) -> Iterator[int]:
    for at, line in enumerate(lines):
        if not line.startswith(">") or (at and lines[at - 1].startswith(">")):
            continue
        above = at - 1
        while above >= 0 and not lines[above].strip():
            above -= 1
        found: list[int] = []
        while above >= 0 and lines[above].strip() and lines[above][0] != ">" and len(found) < _MOST_ATTRIBUTION:
            found.insert(0, above)
            if _ATTRIBUTION.match(" ".join(lines[one] for one in found)) and _begins(lines[above]):
                yield from found
                break
            above -= 1


def _begins(line: str) -> bool:
    """Whether a line begins as an introduction does: ``On Tue, 1 Dec``, ``Ar Maw``, ``Am 01.12.``, a date, a name."""
    return re.match(r"\s*(?:on|ar|am|le|el|op|w dniu|il)\s|.*\d{4}|.*@", line, re.IGNORECASE) is not None


def _leak(text: str, theirs: str, ours: Collection[str]) -> str:
    if IN_TEXT.search(text) or any(line.startswith(_OPENINGS) for line in text.split("\n")):
        return "our own email stands in it unmarked, so it cannot be told which words are yours"
    known = {line for whole in (theirs, *ours) for line in map(_plain, whole.split("\n")) if len(line) >= _LONG_LINE}
    own = [_plain(line) for line in text.split("\n") if not line.startswith(">")]
    if any(line in known for line in own):
        return "words from our own email stand in it unmarked, so it cannot be told which are yours"
    return ""


def _short(text: str) -> Said | None:
    """An answer of one word, with or without its reason and a closing; None for any other."""
    head = _CLOSING.split(text, maxsplit=1)[0].strip()
    bare = _bare(head)
    if bare in _DONE:
        return Said(Meaning.DONE)
    if bare in _THANKS:
        return Said(Meaning.THANKS, text)
    if bare in _NOT_MINE:
        return Said(Meaning.DECLINE)
    first, _, rest = head.partition("\n")
    if _bare(first) in _DONE | _THANKS and _may_be_signature(rest):
        return Said(Meaning.UNCLEAR, text, "it may be a word to your colleagues with your name below it")
    return _with_reason(head)


def _may_be_signature(text: str) -> bool:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return len(lines) <= _MOST_SIGNED and all(len(line) <= 50 and line[-1] not in ".!?" for line in lines)


def _with_reason(text: str) -> Said | None:
    """``Not ours: it is a county road``. Where a long text begins so, a person has to look."""
    for found in _REASON.finditer(text):
        bare = _bare(text[: found.start()])
        if bare in _NOT_MINE:
            reason = text[found.end() :].strip()
            if len(reason) <= _LONGEST_REASON:
                return Said(Meaning.DECLINE, reason)
            return Said(Meaning.UNCLEAR, text, "it begins like a “not mine” and goes on like an answer")
        if len(bare.split()) > 6:
            break
    return None


def _bare(text: str) -> str:
    words = re.sub(r"['’`]", "", text.lower())
    words = _POLITE.sub("", words.strip())
    words = " ".join(re.sub(r"[^\w\s]", " ", words).split())
    return _AFTER.sub("", words)


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()
