"""What is known of a message beside its text, as evidence of whose it is: the account it came to, its language.

Each is a word in a group, "account:7" or "language:cy", and a message may have several of one group. A further group
needs nothing here: its words only have to come with each example and with each message that is asked about. How much
all of it counts beside the text is found out on messages held back, and is nothing where it does not help.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Known:
    """The words that were met, by group, and how ``usual`` each is in its group: that stands for what is not known."""

    words: Sequence[str]
    usual: Rows

    @classmethod
    def of(cls, about: Sequence[Sequence[str]]) -> Known:
        """Of a group of which only one word was met nothing is to be learnt."""
        counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for words in about:
            for word in words:
                counts[_group(word)][word] += 1
        told = {group: found for group, found in sorted(counts.items()) if len(found) > 1}
        words = [word for found in told.values() for word in sorted(found)]
        shares = [counts[_group(word)][word] / sum(counts[_group(word)].values()) for word in words]
        return cls(words, np.array(shares, dtype=np.float32))

    def rows(self, about: Sequence[Sequence[str]]) -> Rows:
        """The messages by the words, so that the product of two is the share of groups in which they agree."""
        groups = self._groups()
        found = np.zeros((len(about), len(self.words)), dtype=np.float32)
        at = {word: place for place, word in enumerate(self.words)}
        for row, words in zip(found, about, strict=True):
            has = {group: [word for word in words if _group(word) == group] for group in groups}
            for group, places in groups.items():
                if not has[group]:
                    row[places] = self.usual[places]
                for word in has[group]:
                    if word in at:
                        row[at[word]] = 1 / np.sqrt(len(has[group]))
        return found / np.float32(np.sqrt(max(1, len(groups))))

    def _groups(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.words):
            found[_group(word)].append(place)
        return found


@dataclass(frozen=True, slots=True)
class Circumstances:
    """``kept`` are the rows of the messages that a model keeps; ``share`` (0 to 1) is what all of it is worth."""

    known: Known
    kept: Rows
    share: float

    def beside(self, blended: NDArray[np.float32], about: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """The likeness of texts (messages x kept) with that of their circumstances."""
        return mixed(blended, self.known.rows(about) @ self.kept.T, self.share) if self.share else blended


NONE = Circumstances(Known((), np.zeros(0, dtype=np.float32)), np.zeros((0, 0), dtype=np.float32), 0.0)


def mixed(blended: NDArray[np.float32], same: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    return blended * np.float32(1 - share) + same * np.float32(share)


def _group(word: str) -> str:
    return word.partition(":")[0]
