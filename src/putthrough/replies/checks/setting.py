"""Whether an answer suits where it goes: by which account, in which language, in public or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from putthrough.kit.language import language as language_of
from putthrough.replies.checks.contract import Answer, Finding, any_of, found

_TOLD_PRIVATELY = any_of(
    r"(?:as|what|when) you (?:wrote|told|said|sent|messaged)(?: to)? us (?:privately|in private|in confidence)",
    r"your (?:private|direct) message (?:says|said|about|of)",
    r"(?:in|from) your (?:DM|private message|direct message)",
)  # fmt: skip
_PARTS = re.compile(r"[\n/]+|(?<=[.!?])\s+")
_TONGUES = frozenset({"cy", "en"})


def direct_in_public(answer: Answer) -> Iterator[Finding]:
    """What somebody told us alone is answered to them alone."""
    if answer.public and answer.said_privately:
        yield Finding("direct_in_public")
    elif answer.public:
        yield from found("direct_in_public", _TOLD_PRIVATELY.finditer(answer.text))


def wrong_account(answer: Answer) -> Iterator[Finding]:
    """It speaks in the name of another account of ours, or goes out by an account that is another team's."""
    for name in answer.other_accounts:
        if name.casefold() != answer.sender.casefold():
            for match in _speaks_as(name).finditer(answer.text):
                yield Finding("wrong_account", *match.span(), about=name)
    if answer.foreign_account:
        yield Finding("wrong_account", about=answer.foreign_account)


def _speaks_as(name: str) -> re.Pattern[str]:
    plain = re.escape(name)
    return re.compile(
        rf"(?:(?:all of us|everyone|everybody|the team|we|us|here) (?:here )?at|this is|i am from|"
        rf"we are) {plain}(?!\w)|"
        rf"(?:^|[.!?]\s+|[-–—]\s*|from ){plain}(?: team)?[.!]?\s*$",
        re.IGNORECASE,
    )


def language(answer: Answer) -> Iterator[Finding]:
    """A Welsh message deserves a Welsh answer (Welsh Language Standards 2015, 59), and an English one an English one.

    An answer in both languages is right for either.
    """
    said = language_of(answer.said)
    if said not in _TONGUES:
        return
    written = {language_of(part) for part in _PARTS.split(answer.text)} | {language_of(answer.text)}
    if said not in written and written & _TONGUES:
        yield Finding("language", about=said)


def dead_link(answer: Answer) -> Iterator[Finding]:
    """Only what was looked at before and did not open: nobody waits for a network here."""
    for url in sorted(answer.dead_links):
        at = answer.text.find(url)
        if at >= 0:
            yield Finding("dead_link", at, at + len(url))
