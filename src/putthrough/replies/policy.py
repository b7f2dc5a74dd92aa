"""How strictly this body checks, when somebody looks, and from when to when an election forbids what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from putthrough.audit.actions import record, thing, writing
from putthrough.deadlines.calendar import is_bank_holiday, is_working_day
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.kit.time import local_day, now
from putthrough.replies import facts
from putthrough.replies.checks.catalogue import BY_KEY, Level
from putthrough.replies.hours import Hours
from putthrough.replies.models import Policy


def policy() -> Policy:
    return Policy.objects.filter(pk=1).first() or Policy(pk=1)


def level_of(key: str, row: Policy) -> Level:
    """What a finding of that check does here; a level that is none is the default."""
    chosen = row.levels.get(key)
    return Level(chosen) if chosen in set(Level) else BY_KEY[key].level


def election_is_on(row: Policy, day: date | None = None) -> bool:
    day = day or local_day(now())
    return bool(row.election_from and row.election_to and row.election_from <= day <= row.election_to)


def hours(row: Policy) -> Hours:
    is_holiday = is_bank_holiday(organisation().nation)
    return Hours(row.opens, row.shuts, lambda day: is_working_day(day, is_holiday))


def save_policy(settings: Mapping[str, Any], *, by: User) -> Policy:
    """Settings by the names of the columns; what is not named stays."""
    access.require(by, "set_up_checks")
    with writing():
        row = policy()
        changed = [name for name, value in settings.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, settings[name])
        row.save()
        if changed:
            record(facts.POLICY, thing(row), by=by.name, changes=", ".join(changed))
    return row
