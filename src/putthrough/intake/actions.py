"""Keeping what arrives, before anything is understood of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

import structlog
from django.db import DatabaseError

from putthrough.audit.actions import record, thing, writing
from putthrough.channels import spending
from putthrough.channels.actions import keep_cursor, usable, went_well, went_wrong
from putthrough.channels.contract import Arrived, Batch, ChannelError
from putthrough.channels.models import Account
from putthrough.channels.registry import channel
from putthrough.intake import facts
from putthrough.intake.models import Arrival
from putthrough.jobs.steps import later
from putthrough.kit.secrets import Sealed
from putthrough.kit.time import now

log = structlog.get_logger()

FILE = "file"
_LONGEST_ID = 255


def keep(arrived: Sequence[tuple[int, Arrived]], *, history: bool = False) -> None:
    """Keep what arrived for accounts (by id), all or nothing, and nudge the next stage.

    What was kept before is left alone: the database's unique (account, external id) decides, not a look-up.
    """
    moment = now()
    rows = [
        Arrival(
            account_id=account,
            external_id=_storable_id(one.external_id),
            raw=one.raw,
            size=len(one.raw),
            received_at=_received(one.received_at, moment),
            history=history,
        )
        for account, one in arrived
    ]
    with writing():
        Arrival.objects.bulk_create(rows, ignore_conflicts=True, batch_size=100)
        later(FILE)


def _storable_id(external_id: str) -> str:
    """Every id as it came; one that no column holds (too long, or signs that are none) as its hash, never cut short:
    two messages of which only the end of the id differs are two."""
    if len(external_id) <= _LONGEST_ID and external_id.isprintable():
        return external_id
    return f"sha256:{sha256(external_id.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _received(said: datetime | None, moment: datetime) -> datetime:
    """When a network says it got it; nothing is received in the future, whatever a sender's clock says."""
    try:
        return min(said.astimezone(UTC), moment) if said else moment
    except (OverflowError, ValueError):
        return moment


def take(account: Account) -> int:
    """Ask an account's network for what is new and keep it, the cursor in the same transaction as the rows.

    Returns how many were handed over. Trouble turns into the account's health, never into an exception.
    """
    taken = 0
    try:
        spending.check(account)
        for batch in channel(account.channel).receive(usable(account), account.cursor):
            _keep_batch(account, batch)
            taken += len(batch.arrived)
            spending.check(account)
    except Sealed as error:
        went_wrong(account, ChannelError(str(error), permanent=True))
    except ChannelError as error:
        went_wrong(account, error)
    except DatabaseError:
        raise  # locked or full: the account's messages wait where they are
    except Exception as error:  # a fault of ours in one channel: people see which, and the other accounts go on
        log.error("receiving broke off", account=account.pk, kind=type(error).__name__)
        words = f"Receiving broke off ({type(error).__name__}). It is tried again; tell whoever looks after Putthrough."
        went_wrong(account, ChannelError(words))
    else:
        went_well(account, again_in=float(account.settings.get("poll_seconds", 60)))
    return taken


def _keep_batch(account: Account, batch: Batch) -> None:
    with writing():
        if batch.arrived:
            keep([(account.pk, one) for one in batch.arrived])
        keep_cursor(account, batch.cursor)
        spending.charge(account, batch.cost)


def set_aside(pk: int, reason: str) -> None:
    """An arrival could not be read or filed: it stays raw, with the reason, in triage's list."""
    with writing():
        waiting = Arrival.objects.filter(pk=pk, state__in=[Arrival.State.NEW, Arrival.State.ANSWER])
        words = _storable(reason)
        if waiting.update(state=Arrival.State.ASIDE, reason=words[:400]):
            record(facts.SET_ASIDE, f"arrival:{pk}", reason=words[:300])


def wait_for_message(arrival: Arrival, message_id: str) -> None:
    """It tells of a change to a message that has not come yet. Call it in the transaction that read it."""
    Arrival.objects.filter(pk=arrival.pk).update(state=Arrival.State.EARLY, about=message_id[:255])


def note_answer(arrival: Arrival) -> None:
    """It is a colleague's answer and no resident's message. Call it in the transaction that read it."""
    Arrival.objects.filter(pk=arrival.pk).update(state=Arrival.State.ANSWER, reason="")


def note_echo(arrival: Arrival, reason: str) -> None:
    """It is our own words coming back, or the same once more. Call it in the transaction that read it."""
    Arrival.objects.filter(pk=arrival.pk).update(state=Arrival.State.ECHO, reason=reason[:400])


def _storable(words: str) -> str:
    """A reason may quote what broke; signs that no database takes must not break the setting aside as well."""
    return words.encode("utf-8", "backslashreplace").decode().replace("\0", "")


def try_again(arrival: Arrival, *, by: str) -> None:
    """A person wants what was set aside to be read once more."""
    with writing():
        Arrival.objects.filter(pk=arrival.pk, state=Arrival.State.ASIDE).update(state=Arrival.State.NEW, reason="")
        record(facts.TRIED_AGAIN, thing(arrival), by=by)
        later(FILE)
