"""Set-up: who is told that a life may be at risk, in which order, and with which words a person holds."""

from __future__ import annotations

import re
from datetime import date

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.contract import ChannelError
from putthrough.channels.sms.numbers import normal
from putthrough.directory import access
from putthrough.directory.actions import CannotBeSaved
from putthrough.directory.models import User
from putthrough.handover.alerts import facts, wording
from putthrough.handover.alerts.models import OnCall, Policy, Telling
from putthrough.handover.alerts.queries import policy
from putthrough.handover.alerts.sending import leave, ways
from putthrough.kit.secrets import Sealed

_VERB = "set_up_alerts"
_PHONE = re.compile(r"\+\d{8,15}")


def save_policy(row: Policy, *, by: User) -> Policy:
    """Raises CannotBeSaved without words to hold with."""
    access.require(by, _VERB)
    if not row.holding.strip():
        raise CannotBeSaved("Write what a person may send at one press while help is on its way.")
    with writing():
        row.pk = 1
        row.save()
        record(facts.SETTINGS_SAVED, thing(row), by=by.name)
    return row


def save_on_call(row: OnCall, *, by: User) -> OnCall:
    """Raises CannotBeSaved in plain words for somebody who is not of the team, is on call there already, or whose
    number is none."""
    access.require(by, _VERB)
    row.phone = _number(row.phone)
    if not row.user.teams.filter(pk=row.team_id).exists():
        raise CannotBeSaved(f"{row.user.name} is not in {row.team}. Add them to the team first (Set-up, People).")
    if OnCall.objects.filter(team=row.team, user=row.user).exclude(pk=row.pk).exists():
        raise CannotBeSaved(f"{row.user.name} is on call for {row.team} already. Change that entry.")
    if not _are_days(row.first_from, row.first_until):
        raise CannotBeSaved("Give both days, the earlier one first, or neither.")
    with writing():
        row.save()
        record(facts.ON_CALL_SAVED, thing(row.team), by=by.name, who=row.user.name, team=row.team.name)
    return row


def _are_days(first: date | None, last: date | None) -> bool:
    return first <= last if first and last else first is last


def _number(text: str) -> str:
    if not text.strip():
        return ""
    number = normal(text)
    if not _PHONE.fullmatch(number):
        raise CannotBeSaved(
            f"“{text.strip()[:30]}” is no telephone number. Write it as 07700 900123 or +44 7700 900123."
        )
    return number


def delete_on_call(row: OnCall, *, by: User) -> None:
    access.require(by, _VERB)
    with writing():
        record(facts.ON_CALL_DELETED, thing(row.team), by=by.name, who=row.user.name, team=row.team.name)
        OnCall.objects.filter(pk=row.pk).delete()


def try_out(*, by: User) -> list[tuple[str, str]]:
    """Send the person a test in every way that they can be told. Returns each way with what is wrong, or ""."""
    access.require(by, _VERB)
    phone = OnCall.objects.filter(user=by).exclude(phone="").values_list("phone", flat=True).first() or ""
    found = [(str(Telling.Way(way).label), _tried(way, address, by)) for way, address in ways(by, phone)]
    with writing():
        record(facts.TESTED, thing(policy()), by=by.name)
    return found


def _tried(way: str, address: str, by: User) -> str:
    try:
        leave(way, address, by.name, wording.TEST_SUBJECT, wording.TEST, f"alert-test-{by.pk}")
    except (ChannelError, Sealed) as error:
        return str(error)
    return ""
