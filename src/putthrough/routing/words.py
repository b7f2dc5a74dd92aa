"""From what a resident wrote to the words that may carry meaning: our own small tokeniser and stemmer.

Everything is bounded, so that a message of a megabyte costs no more than a long letter.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_TEXT = 12_000  # characters read of one message: about four pages
MOST_WORDS = 900  # words kept of one message
LONGEST_WORD = 30  # letters; longer ones are noise


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\b[\w.+-]{1,64}@[\w.-]{1,100}|@\w+")  # bounded: no long look-back
_HASHTAG = re.compile(r"#(\w+)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
_STREET_NAME = re.compile(
    r"([A-Z][a-z]+) (?:Road|Rd|Street|St|Lane|Ln|Avenue|Ave|Close|Drive|Terrace|Grove|Crescent|Gardens|Way"
    r"|Court|Place|Row|Hill|Walk|Square|Estate|Rise|View|Mews|Green|Brow|Bank|Fold)\b"
)
_NO_STREET_NAME = _listed("Bus Cycle Bike Private The My Our This Council Through Main High Blocked Closed")
_SILENT_E = re.compile(r"[^aeiou][aeiou][^aeiouwxy]")  # car(ing), fin(ed): the word had an e
_INITIALS = re.compile(r"\b([a-z]) ?& ?([a-z])\b|\b(a) and (e)\b")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")


STOP = _listed(
    """
    a about actually after again all already also am an and any anyone are arent as ask at be
    because been before being both but by came can cannot cant come comes coming could couldnt did
    didnt do does doesnt doing dont down each either else even ever every for from get gets getting
    give go goes going got had has hasnt have havent having he her here hers him his how however i
    id if ill im in into is isnt it its ive just keep keeps know let like lot lots make many may me
    might more most much must my need needs never no nor not now of off on once one only or other
    our out over own per please pls put quite rather really said same say says see seems shall she
    should since so some still such take taken than thank thanks that thats the their them then
    there these they theyre thing things this those though through till to too told tried try trying
    two u until up ur us use very via want wants was wasnt way we well went were werent what whats
    when where whether which while who whom whos whose why will with within without wont would
    wouldnt yes yet you your youre yours
    """
)
"""Words that never tell one service from another."""

COMMON = _listed(
    """
    able
    address afternoon ago area around away back bad bath bit book bring brought call called car
    change check clear close closed cost costs council councils day days dead dear door email end
    evening family feel few fill find first form found four free friend full general gone good great
    half hand happen happened happy hard hear hello help high home hope hour hours house hundred
    important information joke kind large last late later leave left less letter life light line
    little live living local long longer look looking love lovely lunch mail man matter mean men
    message mile miles minute minutes moment money month months morning move my near nearly new next
    nice night nobody nothing number office old open paid part pay people person phone place plan
    point possible price problem problems question quick read ready reason receive received regards
    reply report reported right ring room safe send sent service services several short show side
    since sincerely sir small somebody someone something sorry soon staff start started state stay
    stop stopped street sunday saturday friday thursday wednesday tuesday monday sure system talk
    team tell terrible think three time times today together tomorrow tonight top total town turn
    turned understand used useless usual view wait waiting walk watch week weekend weeks wife
    husband man woman men women whole wish wonder word work working worst write writing wrong year
    years yesterday young again big best dad mum mother father son daughter brother sister nan
    partner lad lads kid kids child children baby lady boy girl everyone everybody everything
    anything anybody real weather white black red blue green brown grey middle bottom front behind
    outside inside between ten five six seven eight nine website link click offer special order buy
    sell selling sale sold group join favourite song match game goal film series photo music band
    birthday holiday beautiful amazing stunning congratulations drink food eat cook run running play
    playing win score second third
    """
)
"""Everyday words: weak evidence by themselves, although they count inside a phrase."""

_KEPT = _listed(
    """
    parking housing building planning hearing wedding crossing meeting licensing lighting training
    setting nursing heating evening during spring string something anything everything nothing
    morning
    """
)
"""Words whose -ing is no ending, or whose meaning it changes (a park is no parking space)."""

_SHORT = {
    "appt": "appointment",
    "appts": "appointment",
    "hosp": "hospital",
    "hospitals": "hospital",
    "op": "operation",
    "opp": "operation",
    "dr": "doctor",
    "drs": "doctor",
    "doc": "doctor",
    "docs": "doctor",
    "rd": "road",
    "mam": "mum",
    "mom": "mum",
    "mums": "mum",
    "mother": "mum",
    "mothers": "mum",
    "father": "dad",
    "fathers": "dad",
    "kiddies": "kid",
    "children": "child",
    "childrens": "child",
    "parked": "parking",
    "parks": "park",
    "buildings": "building",
    "crossings": "crossing",
    "meetings": "meeting",
    "hearings": "hearing",
    "weddings": "wedding",
    "xmas": "christmas",
    "wanna": "want",
    "loo": "toilet",
    "loos": "toilet",
    "telly": "television",
    "teeth": "tooth",
    "feet": "foot",
    "mice": "mouse",
    "leaves": "leaf",
    "wolves": "wolf",
    "stolen": "steal",
    "stole": "steal",
    "nicked": "steal",
    "pinched": "steal",
    "broken": "break",
    "broke": "break",
    "bust": "break",
    "busted": "break",
    "bitten": "bite",
    "bit": "bite",
    "fell": "fall",
    "fallen": "fall",
    "paid": "pay",
    "bought": "buy",
    "sold": "sell",
    "driving": "drive",
    "drove": "drive",
    "drives": "drive",
    "lost": "lose",
    "died": "death",
    "dies": "death",
    "dying": "death",
    "smashed": "smash",
    "mold": "mould",
    "mouldy": "mould",
    "moldy": "mould",
    "curb": "kerb",
    "kerbs": "kerb",
    "tyres": "tyre",
    "tire": "tyre",
    "rats": "rat",
}
"""Short forms and irregular ones: what residents write, and the word under which it counts."""


def tokens(text: str) -> list[str]:
    """The words of ``text`` in order, casefolded, with apostrophes, addresses and handles gone,
    hashtags split at their capitals and names of streets left out (Mill Lane is no cycle lane).
    At most ``MOST_WORDS`` words from the first ``LONGEST_TEXT`` characters."""
    text = text[:LONGEST_TEXT]
    if not text.isascii():
        text = _plain(text)
    text = _STREET_NAME.sub(_drop_name, text)
    if "@" in text or "//" in text or "www." in text:
        text = _ADDRESS.sub(" ", text)
    if "#" in text:
        text = _HASHTAG.sub(_split_hashtag, text)
    text = text.casefold().translate(_APOSTROPHES)
    if "&" in text or "a and e" in text:
        text = _INITIALS.sub(_join_initials, text)
    return _WORD.findall(text)[:MOST_WORDS]


def stem(word: str) -> str:
    """The form under which ``word`` (already casefolded) counts: ``bins`` and ``bin`` are one word,
    ``emptied`` and ``empty`` too. Light on purpose: a stem too short joins what should stay apart."""
    if word in _SHORT:
        word = _SHORT[word]
    if len(word) <= 3 or word in _KEPT or not word.isascii():
        return word
    return _settle(_without_past(_singular(word)))


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _drop_name(found: re.Match[str]) -> str:
    return found[0] if found[1] in _NO_STREET_NAME else " road "


def _split_hashtag(found: re.Match[str]) -> str:
    return " " + _HUMP.sub(" ", found[1])


def _join_initials(found: re.Match[str]) -> str:
    return "".join(part for part in found.groups() if part)


def _singular(word: str) -> str:
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes", "uses")):
        return word[:-2]
    return word[:-1]


def _without_past(word: str) -> str:
    for ending, shortest in (("ing", 6), ("ed", 5)):
        left = word[: -len(ending)]
        if word.endswith(ending) and len(word) >= shortest and _has_vowel(left):
            return left + "e" if _SILENT_E.fullmatch(left) else left
    return word


def _has_vowel(part: str) -> bool:
    return any(letter in "aeiouy" for letter in part)


def _settle(word: str) -> str:
    """One spelling for what the endings left over: no last e, i for y, no doubled last letter."""
    if word.endswith("ction"):
        return word[:-3]
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    if len(word) > 3 and word.endswith("y"):
        word = word[:-1] + "i"
    return word
