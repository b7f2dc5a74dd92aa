"""Finding out what the directory's phrases mean, in the background: a step of the journey on the learning lane."""

from __future__ import annotations

from itertools import islice

from putthrough.audit.actions import writing
from putthrough.directory.actions import changed
from putthrough.routing import learned
from putthrough.routing.known import Known, known
from putthrough.routing.meant import phrases
from putthrough.routing.points import Remembered

_AT_ONCE = 200


def encode_directory() -> int:
    """Encode some phrases of which it is not known yet what they mean. Returns how many; 0 when all are known, or none
    can be."""
    now_known = known() if learned.encoder_name() else None
    means = learned.encoder() if now_known and now_known.services and now_known.meant is None else None
    if now_known is None or means is None:
        return 0
    left, done = _encode(now_known, Remembered(means, means.name))
    if not left:
        with writing():
            changed()  # every process is to read them
    return done


def _encode(now_known: Known, means: Remembered) -> tuple[int, int]:
    """How many are left, and how many it encoded."""
    said = [phrase for service in now_known.services.values() for phrase in phrases(service)]
    before = means.known(said)
    new = [phrase for phrase in dict.fromkeys(said) if phrase not in before]
    now = list(islice(new, _AT_ONCE))
    means.encode(now)
    return len(new) - len(now), len(now)


def encoded(what: Known) -> Known:
    """The same with what its phrases mean, found out now if need be; the starter directory alone goes by its words."""
    if what.version == 0:
        return what
    while encode_directory():
        pass
    return known()
