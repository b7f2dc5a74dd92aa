"""Finding the known word that a misspelt one was meant to be, in one dictionary look-up a deletion.

Every known word is filed under itself and under each form with one letter left out (the symmetric-delete
idea of W. Garbe, 2012); a misspelt word is looked up in the same way. So a letter too many, too few, wrong or
swapped with its neighbour is found without comparing it with every known word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

SHORTEST = 5  # letters; shorter words are too near to each other
LONG = 8  # letters from which two wrong ones are forgiven


class Spelling:
    """A frozen list of known words (casefolded); ``nearest`` gives the one that an unknown word resembles."""

    __slots__ = ("_forms",)

    def __init__(self, known: Iterable[str]) -> None:
        self._forms: dict[str, tuple[str, ...]] = {}
        for word in sorted(set(known)):
            if len(word) >= SHORTEST and word.isalpha():
                for form in _forms(word):
                    self._forms[form] = (*self._forms.get(form, ()), word)

    def nearest(self, word: str) -> str | None:
        """The known word at most one slip from ``word`` (from eight letters on perhaps two), or None.

        The first letter must agree: people seldom miss it, and ``later`` is not ``water``."""
        if len(word) < SHORTEST or not word.isalpha():
            return None
        found = {near for form in _forms(word) for near in self._forms.get(form, ()) if near[0] == word[0]}
        allowed = 1 if len(word) < LONG else 2
        ranked = sorted((slips(word, near), near) for near in found)
        return ranked[0][1] if ranked and ranked[0][0] <= allowed else None


def slips(left: str, right: str) -> int:
    """How many letters were added, left out, changed or swapped between two words (optimal alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and other == left[i - 2]:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _forms(word: str) -> Iterator[str]:
    yield word
    yield from {word[:at] + word[at + 1 :] for at in range(len(word))}
