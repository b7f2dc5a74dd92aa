"""Colleagues who answer by ordinary email: their mail comes in where residents write, and opens no conversation.

It is known by a token of ours and taken further up the journey; ``journey.py`` registers by whom. Ordinary mail costs
no more than a look at how its ids begin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from putthrough.channels.models import Account
from putthrough.conversations.threads import Letter

MARK = "n-"
"""How the token of a mail to a colleague begins; a conversation's own begins with ``c-``."""

Take = Callable[[Account, Sequence[Letter]], Set[int]]
"""Takes those of the marked letters that are colleagues', in the same transaction, and returns their arrivals' ids."""


def _none(account: Account, letters: Sequence[Letter]) -> Set[int]:
    return frozenset()


_take: Take = _none


def use(take: Take) -> None:
    """Used by ``journey.py`` alone."""
    global _take
    _take = take


def without(account: Account, letters: Sequence[Letter]) -> Sequence[Letter]:
    """The letters that are residents'."""
    if account.channel != "email":
        return letters
    marked = [letter for letter in letters if _is_marked(letter)]
    if not marked:
        return letters
    taken = _take(account, marked)
    return [letter for letter in letters if letter.arrival.pk not in taken]


def _is_marked(letter: Letter) -> bool:
    """What came from an old mailbox is history and answers nothing any more."""
    one = letter.incoming
    named = (one.thread, one.message_id, *one.refers_to)
    return not letter.arrival.history and any(name.startswith(MARK) for name in named)
