"""What a text message looks like when it arrives, and as how many it is charged. Pure.

GOV.UK Notify sends the GSM alphabet (3GPP TS 23.038, 6.2.1) and accented letters of Welsh and the like; anything else
it replaces. Lengths and charges: GOV.UK Notify, "Pricing", long text messages and accented characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from unicodedata import normalize

MOST = 918
"""Characters that Notify takes in one message."""
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")  # each counts as two
_ACCENTED = frozenset("ÂâÊêÎîÔôÛûŴŵŶŷÁáÍíÓóÚúẂẃÝýËëÏïẄẅŸÿÀÈÌÒẀẁÙỲỳ")  # one of them makes the whole message dearer
_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‑": "-", "−": "-", "…": "..."}
    | {"\u00a0": " ", "\t": " "}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"}
    | dict.fromkeys(("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe0f"), "")
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
    """As it arrives: typographers' marks and rarer accents made plain, what no telephone shows a question mark."""
    return "".join(sign if _passes(sign) else "?" for sign in _made_plain(text))


def count(text: str) -> Counted:
    """How it is charged."""
    plain = _made_plain(text)
    lost = "".join(dict.fromkeys(sign for sign in plain if not _passes(sign)))
    if any(sign in _ACCENTED for sign in plain):
        return Counted(len(plain), _texts(len(plain), _SINGLE_ACCENTED, _JOINED_ACCENTED), lost)
    length = len(plain) + sum(sign in _EXTENDED for sign in plain)
    return Counted(length, _texts(length, _SINGLE, _JOINED), lost)


def _made_plain(text: str) -> str:
    composed = normalize("NFC", text.replace("\r\n", "\n")).translate(_PLAIN)
    return "".join(sign if _passes(sign) else _bare(sign) for sign in composed)


def _bare(sign: str) -> str:
    """The letter without its accents, where a telephone shows that."""
    base = normalize("NFD", sign)[0]
    return base if _passes(base) else sign


def _passes(sign: str) -> bool:
    return sign in _BASIC or sign in _EXTENDED or sign in _ACCENTED


def _texts(length: int, single: int, joined: int) -> int:
    return 1 if length <= single else ceil(length / joined)
