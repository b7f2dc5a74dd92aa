"""The mail in which a colleague gets a conversation: pressing reply is all that they have to learn. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from putthrough.plainmail.said import FOR_ONE, MARKER, PRESS

_LONGEST_LATEST = 20_000
_LONGEST_EARLIER = 2_000


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message of the history: whose, when in words, and what it said. ``inside`` is for colleagues only."""

    who: str
    when: str
    text: str
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """What the mail says, in values. ``audience`` and ``sender`` are the preview's, ``length`` how long an answer may
    be; ``stopped`` is why an answer cannot leave as things stand, ``trouble`` why an earlier one did not arrive;
    ``done_url`` is empty where no person is known who could close it."""

    contact: str
    how: str
    owner: str
    due: str
    latest: Spoken
    audience: str
    sender: str
    undo_seconds: int
    only_for: str
    decline_url: str
    done_url: str = ""
    note: str = ""
    trouble: str = ""
    length: str = ""
    stopped: str = ""
    earlier: Sequence[Spoken] = ()
    signposts: Sequence[str] = ()


def written(letter: Letter) -> str:
    blocks = [MARKER, _opening(letter), _latest(letter), _answering(letter), *_signposts(letter), *_history(letter)]
    return "\n\n".join([*blocks, _end(letter)]) + "\n"


def _opening(letter: Letter) -> str:
    lines = [f"{letter.contact} wrote {letter.how}. It is with {letter.owner}."]
    lines.append(f"Your answer is {letter.due}." if letter.due else "It has no deadline.")
    lines += [f"An answer was written and did not arrive: {letter.trouble}"] if letter.trouble else []
    return "\n".join(lines + ([f"Note for you: {letter.note}"] if letter.note else []))


def _latest(letter: Letter) -> str:
    return f"WHAT THEY WROTE\n{_cut(letter.latest.text, _LONGEST_LATEST)}"


def _answering(letter: Letter) -> str:
    lines = ["TO ANSWER"]
    if letter.stopped:
        lines.append(f"It cannot be answered from here at the moment: {letter.stopped}")
    lines += [
        f"{PRESS} {letter.audience}",
        f"It appears as from {letter.sender}. It leaves {letter.undo_seconds} seconds after your email is here.",
        "Your signature and this email are left out. Files do not go along.",
        *([letter.length] if letter.length else []),
        "",
        f"Not yours? Reply with the words: not mine. Or open {letter.decline_url}",
    ]
    if letter.done_url:
        lines.append(f"Nothing to do? Reply with the word: done. Or open {letter.done_url}")
    return "\n".join(lines)


def _signposts(letter: Letter) -> list[str]:
    if not letter.signposts:
        return []
    return ["\n\n".join([f"WHERE YOU COULD POINT THEM\n{letter.signposts[0]}", *letter.signposts[1:]])]


def _history(letter: Letter) -> list[str]:
    if not letter.earlier:
        return []
    said = [f"{_who(one)}, {one.when}:\n{_cut(one.text, _LONGEST_EARLIER)}" for one in letter.earlier]
    return ["WHAT WAS SAID BEFORE\n" + "\n\n".join(said)]


def _who(one: Spoken) -> str:
    return f"{one.who} (for colleagues only)" if one.inside else one.who


def _end(letter: Letter) -> str:
    return f"{FOR_ONE} {letter.only_for} alone. Answer from your own address: from any other nothing is sent."


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip()} … (cut here; the rest is in Putthrough)"
