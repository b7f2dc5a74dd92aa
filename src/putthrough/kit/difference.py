"""What was changed between two texts, word by word, so that people can read it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_PIECES = re.compile(r"\s+|[\w'’]+|[^\w\s]")
SAME, GONE, NEW = "same", "gone", "new"


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """Parts in reading order, each ``same``, ``gone`` or ``new``.

    The same and new ones together are ``after``, the same and gone ones ``before``.
    """
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    parts: list[tuple[str, str]] = []
    for verb, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            parts.append((SAME, "".join(old[i:j])))
            continue
        parts += [(GONE, "".join(old[i:j]))] if i < j else []
        parts += [(NEW, "".join(new[k:n]))] if k < n else []
    return parts
