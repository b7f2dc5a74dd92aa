"""What a message says, as features that compare whatever its spelling, slang or language. Pure.

A feature is a word in its plain form, or two that stand together ("no water"). Names of places are taken out before:
they say where, not what (``whereabouts``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from putthrough.kit.text import word_set
from putthrough.routing.words import COMMON, STOP, stem, tokens

MOST_FEATURES = 60
_READ = 1200  # characters: what an event is called is said by then

_TELLING = word_set("no not off out without down up back never nothing")
"""Little words that tell two matters apart when they stand beside another: water off, no power, back on."""
_SILENT = word_set(
    """
    rt via area village ardal hi hello hey
    dear morning afternoon evening cheers ta please pls plz thanks thx lol omg wtf ffs smh tbh imo
    im ive id dont doesnt aint isnt wont cant gonna gotta wanna innit mate pal folks lads guys amp http https www com
    mae yn yr ar ni chi fi ein eich gan oes does ddim nid yma yno hefyd oherwydd pam pryd bydd wedi ei eu hi ers nawr
    rwan heno heddiw bore unrhyw rhywun arall plis diolch sydd sy oedd bod fod na nac os ond am at eto iawn gyda
    """
)
_SAME = {
    word: plain
    for plain, words in {
        "water": "dwr ddwr nwr h2o watr wotr wter wata watter wotter warter waters tap taps",
        "no": "dim zero nowt none nil",
        "pipe": "pibell bibell phibell pipework",
        "burst": "byrstio bursted bust busted blown brast fyrstio ruptured",
        "leak": "gollwng leaking leaks leaky gushing gushes spraying spurting pouring pumping",
        "supply": "cyflenwad",
        "road": "heol ffordd stryd lon",
        "school": "ysgol ysgolion schol skool",
        "closed": "gau cau gaeedig shut shutting closing closure closures closes",
        "electric": "trydan electricity lecky leccy elec power pwer",
        "cut": "toriad outage blackout",
        "snow": "eira snowing snowed snowy",
        "ice": "rhew icy",
        "flood": "llifogydd llifogi flooding flooded floods",
        "fire": "tan",
        "gas": "nwy",
        "smoke": "mwg",
        "rubbish": "sbwriel trash",
        "update": "diweddariad updates news eta",
        "fix": "trwsio mend mended repair repaired fixing fixed",
        "bus": "bws",
    }.items()
    for word in words.split()
}
_STOP = (STOP | _SILENT) - _TELLING
_NUMBER = re.compile(r"\d+(?:am|pm|st|nd|rd|th|hrs?|mins?|h|m)?|[ap]m")


def features(text: str) -> tuple[str, ...]:
    """The features of a text, each once, in its order."""
    said = [_SAME.get(word, word) for word in tokens(text[:_READ])]
    kept = [word for word in said if word not in _STOP and not _NUMBER.fullmatch(word) and len(word) > 1]
    plain = [word if word in _TELLING else _SAME.get(stem(word), stem(word)) for word in kept]
    return tuple(dict.fromkeys(_with_pairs(plain)))[:MOST_FEATURES]


def _with_pairs(words: Sequence[str]) -> Iterable[str]:
    for at, word in enumerate(words):
        if word not in _TELLING:
            yield word
        if at and words[at - 1] != word:
            yield f"{words[at - 1]} {word}"


def usual(feature: str) -> float:
    """How often it is said in any message, as far as that is known beforehand (a share)."""
    if " " in feature:
        return 0.0003
    return 0.01 if feature in _EVERYDAY else 0.001


@lru_cache(maxsize=50_000)
def tells(feature: str) -> bool:
    """Whether it can be what an event is about: an everyday word is not."""
    return any(word not in _EVERYDAY and word not in _TELLING for word in feature.split(" "))


_EVERYDAY = frozenset(stem(word) for word in COMMON) | COMMON

_ECHO = re.compile(
    r"""^\W*(?:(?:and|yes|yep|yeah|ditto|same|snap|us|me|here|too|also|as|well|again|still|it|is|this|just|only|or|
    anyone|anybody|else|anyone's|everyone|for|the|with|in|our|house|either|neither|nor|we|have|are|affected|any|update|
    updates|news|when|will|be|fixed|back|on|how|long|now|please|what's|whats|going|what|happening|isn't|tho|though|
    hello|hi|so|not|off|got|none|mine|ours|gone|out|at|all|happened)\b\W*)+$""",
    re.IGNORECASE | re.VERBOSE,
)


_JOINS = re.compile(
    r"\b(?:same|ditto|snap|us|me|ours?|mine|too|also|either|neither|anyone|anybody|everyone|here|updates?|news)\b",
    re.IGNORECASE,
)


def is_echo(text: str) -> bool:
    """ "Same here", "is it just us?", "any news": it says nothing but that somebody joins in."""
    plain = re.sub(r"@\w+|#\w+|https?://\S+", " ", text[:200])
    return len(plain.split()) <= 14 and _JOINS.search(plain) is not None and _ECHO.match(plain) is not None
