"""Between the SMTP receiver and what is kept: which account an address is, and keeping all that waits at once."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.db import DatabaseError, close_old_connections

from putthrough.audit.actions import writing
from putthrough.channels.actions import brought
from putthrough.channels.contract import Arrived
from putthrough.channels.email.identity import external_id
from putthrough.channels.email.receiver import Kept, Outcome, Received
from putthrough.channels.queries import account_by_address
from putthrough.intake.actions import keep

log = structlog.get_logger()

BUSY = "Putthrough cannot store mail at the moment (its disk may be full or its database locked). Please send it again."


def recognise(address: str) -> int | None:
    """The account that receives mail for an address, None when it is not one of ours."""
    close_old_connections()
    found = account_by_address("email", address)
    return found.pk if found else None


def keep_received(mails: Sequence[Received]) -> Sequence[Kept]:
    """Keep all the mails in one transaction; when that fails, each alone, so that one cannot hold back the rest."""
    close_old_connections()
    try:
        _keep(mails)
    except DatabaseError:
        return [_keep_alone(mail) for mail in mails]
    return [Kept() for _ in mails]


def _keep_alone(mail: Received) -> Kept:
    try:
        _keep([mail])
    except DatabaseError as error:
        log.error("mail refused for now", kind=type(error).__name__, size=len(mail.raw))
        return Kept(Outcome.LATER, BUSY)
    return Kept()


def _keep(mails: Sequence[Received]) -> None:
    with writing():
        keep([(account, _arrived(mail)) for mail in mails for account in mail.account_ids])
        brought(account for mail in mails for account in mail.account_ids)


def _arrived(mail: Received) -> Arrived:
    return Arrived(external_id(mail.raw), mail.raw)
