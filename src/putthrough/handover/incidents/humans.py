"""Which messages need a person, whatever else is answered in bulk. Pure; it errs towards a person.

``reason`` is the one door: None, or why in plain words. A message that may ask for help for somebody in danger is the
first thing that is looked for; misspelt too, and in Welsh. What only sounds so ("this is killing me", "drowning in
paperwork") is taken out before.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from putthrough.kit.text import word_set
from putthrough.routing.kinds.detect import SAID, Kind, by_cues
from putthrough.routing.spelling import Spelling

DANGER = "asks for help for a person in danger"
VULNERABLE = "speaks of a person who may be vulnerable"
COMPLAINT = "a complaint"
_READ = 4000


@lru_cache(maxsize=20_000)
def reason(text: str) -> str | None:
    """Why a person has to answer this one; None where one agreed line will do."""
    said = _plain(text[:_READ])
    danger = _NOT_MEANT.sub(" ", said)
    if _asks_for_help(danger) or _is_at_risk(text):
        return DANGER
    if _VULNERABLE.search(danger) or (_KIN.search(danger) and _DISTRESS.search(danger)):
        return VULNERABLE
    return COMPLAINT if _COMPLAINT.search(said) else None


def _asks_for_help(said: str) -> bool:
    pairs = ((_PERSON, _PLIGHT), (_SOMEBODY, _HAZARD))
    alone = _DANGER.search(said) or _PLEA.search(said)
    return alone is not None or any(one.search(said) and other.search(said) for one, other in pairs)


def _is_at_risk(text: str) -> bool:
    """By plain words; what filing put on top of every list never goes into a bulk reply whatever its words."""
    return by_cues(text[:_READ]).get(Kind.RISK_TO_LIFE, 0.0) >= SAID


def speaks_of_a_person(text: str) -> bool:
    """Whether it is about somebody besides its writer: then what it says of them has to be ordinary, or be read."""
    said = _NOT_MEANT.sub(" ", _plain(text[:_READ]))
    return _KIN.search(said) is not None or _SOMEBODY.search(said) is not None or _ABOUT.search(said) is not None


_APOSTROPHES = str.maketrans("", "", "'’‘`´*_~")
_ACCENTS = str.maketrans("âêîôûŵŷáéíóúàèìòùäëïöü", "aeiouwyaeiouaeiouaeiou")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[a-z]+\d[a-z\d]*|[a-z]+|\d+|[^a-z\d]+")

_TERMS = word_set(
    """
    trapped stranded collapsed collapsing unconscious unresponsive breathing breathe drowning drowned choking bleeding
    injured paralysed fainted fainting seizure epileptic ambulance paramedic paramedics oxygen dialysis ventilator
    nebuliser nebulizer inhaler asthma insulin diabetic diabetes medication medicine pregnant labour disabled wheelchair
    bedridden bedbound housebound elderly pensioner hypothermia shivering electrocuted electrocution suicidal suicide
    overdose overdosed emergency rescue rescued newborn premature vulnerable dementia alzheimers chemotherapy hospital
    catheter stoma mobility hoist carer carers basement cellar neighbour grandad grandma granny mother father
    husband daughter brother sister swept chest pains heart attack stroke poorly palliative
    """
)
"""Words that are found also where they are misspelt."""
_SPELT_SO = word_set(
    """
    breathed breath breaths tapped strapped trapping bleeing wrapped cheat cheats ches paint paints points saints hears
    heard hearts attached attacks attacked strokes struck cellars mothers fathers others other another bother farther
    further rather gather sisters brothers resisted chests rescues emergent emergence labours harbour neighbours
    neighbor stranger standard strange carers cares caring career careers hoists moist disable enable mobile granary
    brothel sweet sweat sweep sweeps poor poorer pools poolside chess chased chase elder swears
    cleared cleaned broken bather breaded bleached bedding injury strand strands drawing drowsy hospitals hospitality
    """
)
_SPELLING = Spelling(_TERMS)


def _plain(text: str) -> str:
    """In small letters, without apostrophes and accents, the words that matter spelt as they should be."""
    small = _SPACE.sub(" ", text.casefold().translate(_APOSTROPHES).translate(_ACCENTS))
    return " ".join("".join(_meant(part) for part in _WORD.findall(small)).split())


_SLANG = {
    word: plain
    for plain, words in {
        "someone": "sum1 some1 sumone",
        "some": "sum",
        "mate": "m8",
        "through": "thru",
        "stuck": "stuk",
        "you": "u",
        "your": "ur",
        "please": "plz pls",
        "help": "hlp helpp",
        "to": "2",
        "before": "b4",
        "baby": "bby",
        "husband": "husbands",
        "husbands": "hubbys",
        "year": "yr",
        "years": "yrs",
        "wife": "wifes",
        "mother": "mothers",
        "kids": "kiddies",
        "child": "bairn wean",
        "children": "bairns weans",
        "ambulance": "ambo",
        "hospital": "hosp",
        "phone": "fone",
        "couldnt": "cudnt",
        "cant": "carnt canny cannae",
    }.items()
    for word in words.split()
}


@lru_cache(maxsize=20_000)
def _meant(word: str) -> str:
    if word in _SLANG:
        return _SLANG[word]
    if len(word) < 5 or not word.isalpha() or word in _TERMS or word in _SPELT_SO:
        return word
    return _SPELLING.nearest(word) or word


@cache
def _parts() -> dict[str, list[str]]:
    """The patterns of ``humans.txt``, by their headings."""
    parts: dict[str, list[str]] = {}
    lines = files("putthrough.handover.incidents").joinpath("humans.txt").read_text("utf-8").splitlines()
    for line in lines:
        if line.startswith("["):
            current = parts.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current.append(line)
    return parts


def _any(name: str) -> re.Pattern[str]:
    """What begins and ends with a word, and is one of those under a heading."""
    return re.compile(rf"\b(?:{'|'.join(_parts()[name])})\b")


_NOT_MEANT = _any("not_meant")
_PERSON = _any("person")
_PLIGHT = _any("plight")
_SOMEBODY = _any("somebody")
_HAZARD = _any("hazard")
_ABOUT = _any("about")
_KIN = _any("kin")
_DISTRESS = _any("distress")
_DANGER = _any("danger")
_PLEA = _any("plea")
_VULNERABLE = _any("vulnerable")
_COMPLAINT = _any("complaint")
