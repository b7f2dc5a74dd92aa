"""Whom a bulk reply leaves out, and what it says to the others. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BACK = "we have answered them before, and they wrote back"
CLOSED = "closed already"
WAITS = "answered already"
DRAFT = "you have an unsent draft here"
OTHER = "the same person is answered in another conversation"
HAD = "they have had this line already"
THEIRS = "their other message needs a person"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A conversation of the incident. ``needs`` says why a person has to answer it, empty where that is not so."""

    conversation: int
    contact: int
    needs: str
    owner: str = ""
    mine: bool = True
    closed: bool = False
    answered: bool = False
    wrote_back: bool = False
    draft: bool = False


def why_not(one: Candidate) -> str:
    """Why this one is left out; empty where the line may go."""
    if one.needs:
        return one.needs
    if not one.mine:
        return f"{one.owner} has it, and you cannot answer for them"
    told = ((one.closed, CLOSED), (one.wrote_back, BACK), (one.answered, WAITS), (one.draft, DRAFT))
    return next((words for so, words in told if so), "")


def sorted_out(candidates: Sequence[Candidate], had: Iterable[int] = ()) -> Mapping[int, str]:
    """For each conversation why it is left out, empty for those that get the line: one for each contact at most, in the
    order of ``candidates``. ``had`` are contacts that had the line before."""
    answered = set(had)
    needing = {one.contact for one in candidates if one.needs}
    found: dict[int, str] = {}
    before = set(answered)
    for one in candidates:
        why = why_not(one)
        if not why and one.contact in needing:
            why = THEIRS
        if not why and one.contact in answered:
            why = HAD if one.contact in before else OTHER
        if not why:
            answered.add(one.contact)
        found[one.conversation] = why
    return found


def wording(wordings: Sequence[str], contact: int, name: str) -> str:
    """What this person is told: always the same of the wordings, with their name in it."""
    said = wordings[contact % len(wordings)]
    return said.replace("{name}", name.strip() or "there")
