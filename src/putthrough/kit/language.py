"""Which language a text is in, among those that are written to public bodies in Britain.

English is told by its commonest words, so that nothing is loaded for it; the rest by py3langid (after Lui and Baldwin
2012), which takes a tenth of a second and some memory once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module

NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "cs": "Czech",
    "cy": "Welsh",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "ga": "Irish",
    "gu": "Gujarati",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "lt": "Lithuanian",
    "ne": "Nepali",
    "pa": "Punjabi",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "ta": "Tamil",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "zh": "Chinese",
}
"""By the code of ISO 639-1."""
_SURE = 0.95
_SHORTEST = 12  # letters that can say which language it is
_READ = 1000  # characters
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    _WORD.findall(
        "and are be been can could do does for from had has have in is it my not of on our please that the there they "
        "this to was we were what when where will with would you your"
    )
)
_ENOUGH_ENGLISH = 0.2


def language(text: str) -> str:
    """Its code, such as ``cy``; empty where that is not plain. Never raises for any text."""
    words = _WORD.findall(text[:_READ].casefold())
    if sum(map(len, words)) < _SHORTEST:
        return ""
    if sum(word in _ENGLISH for word in words) >= _ENOUGH_ENGLISH * len(words):
        return "en"
    code, sure = _classify()(" ".join(words).encode("utf-8", "replace").decode())
    return code if sure >= _SURE else ""


@cache
def _classify() -> Callable[[str], tuple[str, float]]:
    langid = import_module("py3langid.langid")
    known = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    known.set_languages(list(NAMES))
    found: Callable[[str], tuple[str, float]] = known.classify
    return found
