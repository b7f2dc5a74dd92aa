"""A demo that learns while it is killed: it is taught, its learner is killed once more, and then one version is in use.

The directory's phrases are being encoded from the first second on, so the storm itself kills the encoder.
"""

from __future__ import annotations

import hashlib
import json
import time
from itertools import chain
from typing import TYPE_CHECKING

from putthrough.directory.servicefile import starter
from putthrough.routing.meant import phrases
from tests.journey.demo import until

if TYPE_CHECKING:
    from tests.journey.chaos import Chaos

_PATIENCE = 900.0  # seconds: an encoder and a learner on a busy machine
_EACH = 2  # messages of each service
_SETTLED = 20.0  # seconds in which nothing more is begun


def teach(chaos: Chaos) -> None:
    file = chaos.folder / "sorted.jsonl"
    rows = [
        {"text": f"I write about {phrase}, number {number}.", "service": service.key}
        for service in starter()
        for number, phrase in enumerate(phrases(service)[:_EACH])
    ]
    file.write_text("\n".join(map(json.dumps, rows)))
    ended = chaos.said("learn", str(file))
    assert ended.returncode == 0, ended.stderr


def calm(chaos: Chaos) -> None:
    """The learner is killed while it is at it; the next comes to an end."""

    def are(state: str) -> int:
        return len(chaos.rows("SELECT 1 FROM routing_version WHERE state = ?", state))

    assert until(lambda: are("learning"), patience=_PATIENCE), "nothing was begun to be learnt"
    chaos.kill()
    assert until(lambda: are("in use"), patience=_PATIENCE), "no version came into use"
    time.sleep(_SETTLED)
    assert until(lambda: not are("learning"), patience=_PATIENCE), "a version never came to an end"


def check(chaos: Chaos) -> None:
    used = chaos.rows("SELECT content, sha256 FROM routing_version WHERE state = 'in use'")
    assert len(used) == 1, f"{len(used)} versions are in use"
    content, sha256 = used[0]
    assert isinstance(content, bytes)
    assert hashlib.sha256(content).hexdigest() == sha256, "what was learnt does not fit its hash"
    ended = "SELECT count(*), count(DISTINCT taught_until) FROM routing_version WHERE state IN ('in use', 'ready')"
    learnt, of_others = chaos.rows(ended)[0]
    assert learnt == of_others, "something was learnt twice"
    kept = {row[0] for row in chaos.rows("SELECT text_hash FROM routing_point")}
    said = chain.from_iterable(phrases(service) for service in starter())
    assert {hashlib.sha256(phrase.encode()).hexdigest() for phrase in said} <= kept, "a phrase was not encoded"
