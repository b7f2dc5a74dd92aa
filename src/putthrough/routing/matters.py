"""Whether a message is about two matters of two teams, by the directory's words in its parts. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from putthrough.routing.areas import answering
from putthrough.routing.known import Known, KnownService

_PLAIN = 0.94
"""How plainly a part has to say its service: an offer that is wrong costs a look, but a habit of them costs trust."""
_MOST_PARTS = 12
_SHORTEST = 15  # characters that say anything
_LONGEST_PART = 300
_ENDS = re.compile(r"(?<=[.!?])\s+|\n+|;\s+|\s(?=(?:[Aa]lso|[Aa]nd another thing|[Aa]nother matter|[Ss]econdly)\b)")


@dataclass(frozen=True, slots=True)
class Matter:
    """What a part of the message (``said``, as it was written) is plainly about."""

    service: KnownService
    said: str
    confidence: float


def parts(text: str) -> Sequence[str]:
    """Its sentences and lines, as far as they say anything, at most a dozen."""
    found = (" ".join(part.split()) for part in _ENDS.split(text))
    return [part[:_LONGEST_PART] for part in found if len(part) >= _SHORTEST][:_MOST_PARTS]


def matters(text: str, known: Known) -> list[Matter]:
    """The plainest part for each team that some part is plainly about, in the order of the message."""
    best: dict[int, Matter] = {}
    for part in parts(text):
        matter = _matter(part, known)
        if matter is not None:
            team = matter.service.team_id
            if team not in best or best[team].confidence < matter.confidence:
                best[team] = matter
    return list(best.values())


def second(text: str, known: Known, owner_id: int) -> Matter | None:
    """The matter that is another team's than the ``owner_id`` that has the message; in triage, the one that comes
    second. None when it is about one matter."""
    found = matters(text, known)
    if len(found) < 2:
        return None
    others = [matter for matter in found if matter.service.team_id != owner_id]
    return others[-1] if owner_id == known.triage_id else others[0]


def _matter(part: str, known: Known) -> Matter | None:
    guesses = known.index.match(part, limit=2).candidates
    if not guesses or guesses[0].confidence < _PLAIN:
        return None
    service = answering(known.services[guesses[0].key], known.places.find(part))
    return Matter(service, part, guesses[0].confidence)
