"""What a text message looks like when it arrives, and as how many it is charged. Pure.

GOV.UK Notify sends the GSM alphabet (3GPP TS 23.038, 6.2.1) and accented letters of Welsh and the like; anything else
it replaces. Lengths and charges: GOV.UK Notify, "Pricing", long text messages and accented characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

MOST = 918
"""Characters that Notify takes in one message."""
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")  # each counts as two
_ACCENTED = frozenset("ÂâÊêÎîÔôÛûŴŵŶŷÁáÍíÓóÚúẂẃÝýËëÏïẄẅŸÿÀÈÌÒẀẁÙỲỳ")  # one of them makes the whole message dearer
_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u200b": "", "\ufeff": ""}
)
_SINGLE, _JOINED = 160, 153
_SINGLE_ACCENTED, _JOINED_ACCENTED = 70, 67


@dataclass(frozen=True, slots=True)
class Counted:
    """``characters`` as charged, in so many ``texts``; ``lost`` are signs that arrive as question marks."""

    characters: int
    texts: int
    lost: str


def as_sent(text: str) -> str:
    """As it arrives: typographers' marks made plain, signs that no telephone gets turned into question marks."""
    plain = text.replace("\r\n", "\n").translate(_PLAIN)
    return "".join(sign if _passes(sign) else "?" for sign in plain)


def count(text: str) -> Counted:
    """How it is charged."""
    plain = text.replace("\r\n", "\n").translate(_PLAIN)
    lost = "".join(dict.fromkeys(sign for sign in plain if not _passes(sign)))
    if any(sign in _ACCENTED for sign in plain):
        return Counted(len(plain), _texts(len(plain), _SINGLE_ACCENTED, _JOINED_ACCENTED), lost)
    length = len(plain) + sum(sign in _EXTENDED for sign in plain)
    return Counted(length, _texts(length, _SINGLE, _JOINED), lost)


def _passes(sign: str) -> bool:
    return sign in _BASIC or sign in _EXTENDED or sign in _ACCENTED


def _texts(length: int, single: int, joined: int) -> int:
    return 1 if length <= single else ceil(length / joined)
