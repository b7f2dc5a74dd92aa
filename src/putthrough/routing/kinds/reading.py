"""A message as cues read it: words in one spelling, each with its place in the original. Pure.

Apostrophes go (dont, im), contractions are joined (``do not`` is ``dont``), the short forms of texts are written out
and a misspelt word becomes the cue word that it was meant to be. What stands in quotation marks is marked, for a person
who quotes a song says less about themselves than one who does not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from putthrough.kit.text import word_set
from putthrough.routing.spelling import Spelling

LONGEST_READ = 8_000
"""Characters of a message that are read: about three pages."""

_TOKEN = re.compile(
    r"(?P<url>(?:https?://|www\.)\S+|\b[\w-]{2,30}\.(?:com|net|ly|ru|example|info|shop|xyz|online|top)(?:/\S*)?)"
    r"|(?P<mail>\b[\w.+-]{1,64}@[\w.-]{1,100})"
    r"|(?P<at>@\w+)"
    r"|(?P<word>[^\W_](?:[^\W_]|['’‘ʼ`´*](?=[\w*]))*\**)"
    r"|(?P<money>[£$€])"
    r"|(?P<fun>[😂🤣😆😜😉🙄😁😅]|[:;]-?[)DPp])"
    r"|(?P<end>[.?!\n]+)"
)
_QUOTED = re.compile(r"\"[^\"\n]{3,400}\"|“[^”]{3,400}”|(?<!\w)['‘][^'’\n]{12,300}['’](?!\w)")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")
_TAG = re.compile(r"#(?=\w)")

_SHORT = {
    "u": "you",
    "ur": "your",
    "urs": "yours",
    "youre": "youare",
    "ya": "you",
    "yous": "you",
    "r": "are",
    "n": "and",
    "pls": "please",
    "plz": "please",
    "plse": "please",
    "wot": "what",
    "wat": "what",
    "wen": "when",
    "cos": "because",
    "coz": "because",
    "cuz": "because",
    "bc": "because",
    "thx": "thanks",
    "ta": "thanks",
    "tho": "though",
    "abt": "about",
    "bout": "about",
    "thru": "through",
    "ppl": "people",
    "wks": "weeks",
    "wk": "week",
    "yr": "year",
    "yrs": "years",
    "mnths": "months",
    "mths": "months",
    "hrs": "hours",
    "mins": "minutes",
    "hubby": "husband",
    "mam": "mum",
    "mummy": "mum",
    "daddy": "dad",
    "nana": "nan",
    "iam": "im",
    "wanna": "want",
    "info": "information",
    "docs": "documents",
    "cannot": "cant",
    "aint": "isnt",
    "nvr": "never",
    "sum1": "someone",
    "some1": "someone",
    "any1": "anyone",
    "somebody": "someone",
    "anybody": "anyone",
    "nobody": "noone",
    "everybody": "everyone",
    "mold": "mould",
    "mouldy": "mould",
    "moldy": "mould",
    "copys": "copies",
    "kiddies": "kids",
    "kiddie": "kid",
    "bldg": "building",
    "yday": "yesterday",
    "2day": "today",
    "2nite": "tonight",
    "tonite": "tonight",
    "tmrw": "tomorrow",
    "tmr": "tomorrow",
    "goverment": "government",
    "shud": "should",
    "cud": "could",
    "wud": "would",
    "hav": "have",
    "dat": "that",
    "da": "the",
    "dis": "this",
    "wiv": "with",
    "gona": "gonna",
    "gunna": "gonna",
    "goin": "going",
    "gettin": "getting",
    "haha": "lol",
    "hahaha": "lol",
    "lmao": "lol",
    "rofl": "lol",
    "jk": "lol",
}
"""As it is written in texts and tweets: as the cues have it."""

_JOINED = {
    ("do", "not"): "dont",
    ("does", "not"): "doesnt",
    ("did", "not"): "didnt",
    ("is", "not"): "isnt",
    ("was", "not"): "wasnt",
    ("were", "not"): "werent",
    ("are", "not"): "arent",
    ("has", "not"): "hasnt",
    ("have", "not"): "havent",
    ("had", "not"): "hadnt",
    ("will", "not"): "wont",
    ("would", "not"): "wouldnt",
    ("could", "not"): "couldnt",
    ("should", "not"): "shouldnt",
    ("can", "not"): "cant",
    ("i", "am"): "im",
    ("i", "have"): "ive",
    ("i", "will"): "ill",
    ("he", "is"): "hes",
    ("she", "is"): "shes",
    ("it", "is"): "its",
    ("it", "has"): "its",
    ("they", "are"): "theyre",
    ("there", "is"): "theres",
    ("no", "one"): "noone",
    ("some", "one"): "someone",
    ("any", "one"): "anyone",
    ("we", "have"): "weve",
    ("we", "are"): "weare",
    ("you", "have"): "youve",
    ("you", "are"): "youare",
    ("every", "one"): "everyone",
}
FUN = "lol"
ENDS = frozenset((".", "?", "!"))
_SHORTEST_QUOTE = 3  # words: shorter ones are names and irony
NEGATING = word_set("not never no isnt arent wasnt werent nor without dont didnt doesnt cant nothing neither hardly")
_REPORTING = word_set(
    "said says saying wrote writes texted text texting posted post posts message messaged messages note told telling "
    "whispered screaming screams shouting shouts shouted keeps tells threatened"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """``line`` is the words with a space before and after each; ``starts`` where each begins in it; ``spans`` where it
    stands in the original; ``quoted`` whether it is somebody else's words."""

    words: tuple[str, ...]
    line: str
    starts: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    quoted: tuple[bool, ...]
    original: str

    def said(self, first: int, last: int) -> str:
        """How the words from ``first`` to ``last`` (inclusive) were written."""
        return " ".join(self.original[self.spans[first][0] : self.spans[last][1]].split())[:120]


class Reader:
    """Reads messages with the cue words (``known``) in mind; ``ordinary`` are words that are never misspelt ones."""

    def __init__(self, known: frozenset[str], ordinary: frozenset[str]) -> None:
        self._known = known | ordinary | frozenset(_SHORT.values())
        spelling = Spelling(word for word in known if word.isascii())
        self._nearest = lru_cache(maxsize=20_000)(spelling.nearest)

    def read(self, text: str) -> Reading:
        text = _TAG.sub(" ", text[:LONGEST_READ])
        quotes = [found.span() for found in _QUOTED.finditer(text) if found[0].count(" ") >= _SHORTEST_QUOTE - 1]
        words: list[str] = []
        spans: list[tuple[int, int]] = []
        for found in _TOKEN.finditer(text):
            word = self._word(found)
            if word:
                _put(words, spans, word, found.span())
        quoted = _quoted(words, spans, quotes)
        starts, at = [], 1
        for word in words:
            starts.append(at)
            at += len(word) + 1
        return Reading(tuple(words), f" {' '.join(words)} ", tuple(starts), tuple(spans), quoted, text)

    def _word(self, found: re.Match[str]) -> str:
        kind = found.lastgroup
        if kind in ("url", "mail", "fun"):
            return FUN if kind == "fun" else kind
        if kind == "end":
            return _end(found[0])
        if kind == "at":
            return ""
        word = plain(found[0])
        word = _SHORT.get(word, word)
        if word in self._known or not word.isalpha() or _is_name(found):
            return word
        return self._nearest(word) or word


def _is_name(found: re.Match[str]) -> bool:
    """A capital within a sentence: Mr Finch is no misspelt flinch."""
    word, before = found[0], found.string[max(0, found.start() - 2) : found.start()].strip()
    return word[:1].isupper() and word[1:].islower() and found.start() > 0 and before[-1:] not in ("", ".", "?", "!")


def plain(word: str) -> str:
    """Casefolded, without accents and apostrophes."""
    word = word.casefold().translate(_APOSTROPHES)
    if word.isascii():
        return word
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))


def _end(marks: str) -> str:
    return "?" if "?" in marks else "!" if "!" in marks else "."


def _put(words: list[str], spans: list[tuple[int, int]], word: str, span: tuple[int, int]) -> None:
    joined = _JOINED.get((words[-1], word)) if words else None
    if joined is not None:
        words[-1], spans[-1] = joined, (spans[-1][0], span[1])
    elif not (word in ENDS and words and words[-1] in ENDS):
        words.append(word)
        spans.append(span)


def _quoted(
    words: Sequence[str], spans: Sequence[tuple[int, int]], quotes: Sequence[tuple[int, int]]
) -> tuple[bool, ...]:
    """Which words are quoted; what somebody is reported to have said counts like what is told in other words."""
    marks = [False] * len(words)
    for start, end in quotes:
        inside = [at for at, span in enumerate(spans) if start <= span[0] and span[1] <= end]
        if inside and not _reported(words, inside[0], inside[-1]):
            for at in inside:
                marks[at] = True
    return tuple(marks)


def _reported(words: Sequence[str], first: int, last: int) -> bool:
    before, after = words[max(0, first - 6) : first], words[last + 1 : last + 4]
    return FUN not in (*before, *after) and any(word in _REPORTING for word in before)
