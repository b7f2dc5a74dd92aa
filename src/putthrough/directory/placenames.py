"""How names of places are compared: Mill Ln is Mill Lane, St Mary's Rd is Saint Marys Road. Pure."""

from __future__ import annotations

import re
import unicodedata


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


LONGEST_NAME = 120  # characters

WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")

TYPES = _listed(
    """
    st rd ln ave cl dr cres gdns ter pl ct sq gr way row hill walk estate rise view mews green brow bank fold park
    parade drove wharf quay mount vale path passage alley yard croft meadow meadows end side gate
    """
)
"""Words that say what kind of street it is, as ``word`` spells them."""

PLAIN_TYPES = _listed("st rd ln ave cres ter mews gr gdns estate")
"""Those that say nothing else, so that a street is told by them also where nobody wrote capitals."""

SPELT = {
    "street": "st",
    "str": "st",
    "saint": "st",
    "road": "rd",
    "lane": "ln",
    "la": "ln",
    "avenue": "ave",
    "av": "ave",
    "close": "cl",
    "drive": "dr",
    "drv": "dr",
    "crescent": "cres",
    "cresc": "cres",
    "gardens": "gdns",
    "gdn": "gdns",
    "terrace": "ter",
    "terr": "ter",
    "place": "pl",
    "court": "ct",
    "crt": "ct",
    "square": "sq",
    "grove": "gr",
    "grv": "gr",
    "est": "estate",
    "mt": "mount",
    "pk": "park",
}


def plain(text: str) -> str:
    """Without accents and apostrophes, & written out."""
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return text.translate(_APOSTROPHES).replace("&", " and ")


def word(written: str) -> str:
    """One word as it is compared; it stands there without accents and apostrophes."""
    small = written.casefold()
    return SPELT.get(small, small)


def words(name: str) -> tuple[str, ...]:
    """The words of a name as they are compared."""
    return tuple(word(written) for written in WORD.findall(plain(name)))


def key(name: str, ward: str = "") -> str:
    """One spelling of a place: two places with the same are one."""
    return f"{' '.join(words(name))[:LONGEST_NAME]}/{' '.join(words(ward))[:LONGEST_NAME]}"


def area_key(area: str) -> str:
    """One spelling of an area, upper case or lower."""
    return " ".join(area.split()).casefold()
