"""How an answer sounds: blame, jargon, shouting, and whether it is easy to read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from putthrough.kit.text import word_set
from putthrough.replies.checks.contract import Answer, Finding, any_of, found, sentences

_BLAME = any_of(
    r"as (?:we|i)(?: have|'ve)?(?: already| previously)? (?:told|said|explained|informed|"
    r"advised)(?: to)?(?: you)?(?: before)?",
    r"as (?:already|previously) (?:explained|stated|advised|mentioned|told)",
    r"as you (?:were|have been) (?:already )?(?:told|informed|advised)",
    r"you (?:should|ought to|could|might) have (?:read|told|asked|checked|reported|known|looked|called|rung|put|"
    r"filled|"
    r"waited|noticed|thought|paid|followed|applied|done)",
    r"if you had (?:only |just |bothered |actually )?(?:\w+)",
    r"had you (?:only |just |bothered |actually )?(?:\w+ed|read|been|done|put|told)",
    r"your (?:own )?(?:fault|mistake|carelessness|negligence)",
    r"(?:it is|it's|that is|that's|this is) not our (?:problem|fault|concern)",
    r"you (?:\w+ )?(?:failed|neglected|refused|forgot|omitted|did not bother|didn't bother) to",
    r"you (?:obviously|clearly|evidently|plainly) (?:did|do|have|had|are|were|can|cannot|could|misread|"
    r"misunderstood)\w*",
    r"you (?:have )?(?:misread|misunderstood|ignored|missed the point)",
    r"(?:calm|settle) down", r"stop (?:moaning|complaining|whining|shouting|messaging)",
    r"with (?:all due )?respect,? you",
    r"(?:ridiculous|pointless|silly|petty|vexatious|unreasonable) (?:complaint|question|"
    r"message|request|demand)", r"everybody else managed", r"everyone else managed", r"you people",
    r"we are not mind ?readers", r"use your (?:common )?sense",
)  # fmt: skip
_JARGON = any_of(
    "stakeholders?", "going forward", "actioning", "actioned", "directorate", "cyclical", "aforementioned",
    "please be advised",
    "leverage",
    "synerg(?:y|ies)",
    "holistic",
    "pursuant",
    r"intervention levels?",
    "circle back",
    r"cascad(?:e|ed|ing)", "workstreams?", "multi-agency", "deliverables?", "deliver outcomes", "customer engagement",
    "in due course", "liaise", "liaising", "escalated to the", "triaged", "in line with our", "service users?",
    "forthwith",
    "hereby",
    "herewith",
    "heretofore",
    "robust",
    "touch base",
    "reach out",
    "drill down",
    "operationali[sz]e",
    "signposted to", "safeguarded pathway", "commissioned provider", "key performance indicators?", "best practice",
    "discharge our obligations?", "remit", "utili[sz]e", "facilitate", "expedite", "ascertain", "endeavour to",
    "prior to the", "in respect of", "with regard to the", "statutory undertakers?", "carriageway defects?",
)  # fmt: skip
_INITIALS = re.compile(r"(?<![\w/&])[A-Z]{3,5}(?![\w&])")
_KNOWN = word_set(
    """
    NHS BBC GP MP MPS UK USA EU VAT DVLA DVSA HMRC DWP RNLI RSPCA PDSA RAF FAQ FAQS PDF USB CCTV HGV HGVS CDS DVDS SEN
    SEND GCSE MOT PIN PCSO RSVP WIFI COVID AIDS HIV MRI ECG PALS ATM SMS URL APP FOI NSPCC RSPB AGM BST GMT PHD CEO ITV
    LED TV ID DIY NEWS OPEN SHUT STOP NOT DAY BIN BINS NEW FREE ALL YES THE AND FOR YOU ARE WAS HAS WILL OUR CAN NOW
    """
)
_CAPITALS = re.compile(r"(?<!\w)[A-Z][A-Z'’]+(?: +(?:[A-Z][A-Z'’]+|I|A)(?!\w)){2,}")
_MARKS = re.compile(r"[!?]{3,}")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
HARDEST = 13.0
"""Grade by Flesch and Kincaid (1975): 13 is beyond school. GOV.UK writes for a reading age of nine."""
_LONG = 20  # words from which an answer has a level that means something


def blame(answer: Answer) -> Iterator[Finding]:
    return found("blame", _BLAME.finditer(answer.text))


def jargon(answer: Answer) -> Iterator[Finding]:
    yield from found("jargon", _JARGON.finditer(answer.text))
    if answer.text != answer.text.upper():
        for match in _INITIALS.finditer(answer.text):
            if match[0] not in _KNOWN and not _is_shouted(answer.text, match):
                yield Finding("jargon", *match.span())


def _is_shouted(text: str, match: re.Match[str]) -> bool:
    """A word of several in capitals is no abbreviation."""
    around = text[max(0, match.start() - 12) : match.end() + 12].replace(match[0], "", 1)
    return any(word.isupper() and len(word) > 1 for word in around.split())


def shouting(answer: Answer) -> Iterator[Finding]:
    yield from found("shouting", _CAPITALS.finditer(answer.text))
    yield from found("shouting", _MARKS.finditer(answer.text))


def reading_level(answer: Answer) -> Iterator[Finding]:
    if grade(answer.text) >= HARDEST:
        longest = max(sentences(answer.text), key=lambda sentence: len(sentence[0]))
        yield Finding("reading_level", *longest.span())


def grade(text: str) -> float:
    """The school year that can read it, by the length of its sentences and words; 0 for a short text."""
    words = _WORD.findall(text)
    if len(words) < _LONG:
        return 0.0
    lines = sum(bool(_WORD.search(sentence[0])) for sentence in sentences(text))
    return 0.39 * len(words) / max(1, lines) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    plain = word.lower()
    silent = plain.endswith("e") and not plain.endswith("le")
    return max(1, len(_VOWELS.findall(plain)) - silent)
