"""What the demo's people have done before somebody looks: some answered, some taken in hand, one passed on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import structlog
import yaml

from putthrough.conversations import actions as conversations
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import search
from putthrough.demo import body
from putthrough.directory.access import NotAllowed
from putthrough.directory.models import User
from putthrough.directory.queries import team_with_key, user_by_email
from putthrough.handover import actions as handover
from putthrough.jobs.steps import sweep
from putthrough.replies import actions as replies

log = structlog.get_logger()

Row = Mapping[str, Any]
Verb = Callable[[Conversation, User, Row], object]


def _pass_on(found: Conversation, by: User, row: Row) -> object:
    return handover.pass_on(found, team_with_key(row["to"]), by=by, note=row["text"])


_VERBS: Mapping[str, Verb] = {
    "claim": lambda found, by, row: handover.claim(found, by=by),
    "answer": lambda found, by, row: replies.send(found, row["text"], by=by),
    "note": lambda found, by, row: conversations.add_note(found, row["text"], by=by),
    "wait": lambda found, by, row: conversations.wait_for_resident(found, by=by),
    "pass_on": _pass_on,
}


def morning() -> None:
    """File what has arrived, and let everybody do their part of ``morning.yaml``."""
    sweep()
    for row in yaml.safe_load(files("putthrough.demo").joinpath("morning.yaml").read_text("utf-8")):
        by = _person(row["who"])
        found = search(by, row["word"]) if by else []
        if by and found:
            _do(found[-1].conversation, by, row)


def _do(found: Conversation, by: User, row: Row) -> None:
    try:
        _VERBS[row["verb"]](found, by, row)
    except (CannotBeDone, NotAllowed) as error:
        log.warning("a part of the demo's morning was left out", verb=row["verb"], why=str(error))


def _person(first_name: str) -> User | None:
    found = next((one for one in body.PEOPLE if one.name.lower().startswith(first_name)), None)
    return user_by_email(found.email) if found else None
