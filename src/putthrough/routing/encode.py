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
    """Encode some phrases of which it is not known yet what they mean. Returns how many; 0 when all are known."""
    now_known = known() if learned.encoder_name() else None
    if now_known is None or now_known.meant is not None or not now_known.services:
        return 0
    done = _encode(now_known)
    if done < _AT_ONCE:
        with writing():
            changed()  # every process is to read them
    return done


def _encode(now_known: Known) -> int:
    means = learned.encoder()
    if means is None:
        return 0
    remembered = Remembered(means, means.name)
    said = [phrase for service in now_known.services.values() for phrase in phrases(service)]
    before = remembered.known(said)
    new = list(islice((phrase for phrase in dict.fromkeys(said) if phrase not in before), _AT_ONCE))
    remembered.encode(new)
    return len(new)


def encoded(what: Known) -> Known:
    """The same with what its phrases mean, found out now if need be; the starter directory alone goes by its words."""
    if what.version == 0:
        return what
    while encode_directory():
        pass
    return known()
