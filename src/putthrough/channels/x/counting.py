"""How X counts: 280, where most letters of the world count as two, a web address as 23, an emoji as two.

After docs.x.com "Counting characters" and the configuration v3 of X's twitter-text: NFC first; weights in hundredths.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import regex

from putthrough.channels.x.addresses import addresses

LIMIT = 280
_ADDRESS = 2300
_OTHER = 200
_SINGLE = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_FLAG = r"\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"  # of a part of a country
_ONE = rf"(?:{_FLAG}|[©®]\ufe0f|(?![©®])\p{{Extended_Pictographic}}(?!\ufe0e))(?:\ufe0f|\p{{Emoji_Modifier}})?"
_EMOJI = regex.compile(rf"[#*0-9]\ufe0f?\u20e3|\p{{RI}}{{2}}|{_ONE}(?:\u200d{_ONE})*")


def weighted(text: str) -> int:
    """The length of a text as X counts it."""
    text = unicodedata.normalize("NFC", text)
    taken = [False] * len(text)
    total = 0
    for start, end, weight in _wholes(text):
        if not taken[start]:
            taken[start:end] = [True] * (end - start)
            total += weight
    return (total + sum(_weight(char) for char, is_taken in zip(text, taken, strict=True) if not is_taken)) // 100


def _wholes(text: str) -> Iterator[tuple[int, int, int]]:
    """What counts as one thing whatever it is made of: web addresses, then emoji."""
    for one in addresses(text):
        yield one.start, one.end, _ADDRESS
    for match in _EMOJI.finditer(text):
        yield match.start(), match.end(), _OTHER


def _weight(char: str) -> int:
    code = ord(char)
    return 100 if any(low <= code <= high for low, high in _SINGLE) else _OTHER
