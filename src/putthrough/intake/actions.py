"""Keeping what arrives, before anything is understood of it."""

from __future__ import annotations

from collections.abc import Sequence

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.actions import keep_cursor, usable, went_well, went_wrong
from putthrough.channels.contract import Arrived, Batch, ChannelError
from putthrough.channels.models import Account
from putthrough.channels.registry import channel
from putthrough.intake import facts
from putthrough.intake.models import Arrival
from putthrough.jobs.steps import later
from putthrough.kit.secrets import Sealed
from putthrough.kit.time import now

FILE = "file"


def keep(arrived: Sequence[tuple[int, Arrived]], *, history: bool = False) -> None:
    """Keep what arrived for accounts (by id), all or nothing, and nudge the next stage.

    What was kept before is left alone: the database's unique (account, external id) decides, not a look-up.
    """
    moment = now()
    rows = [
        Arrival(
            account_id=account,
            external_id=one.external_id[:255],
            raw=one.raw,
            size=len(one.raw),
            received_at=one.received_at or moment,
            history=history,
        )
        for account, one in arrived
    ]
    with writing():
        Arrival.objects.bulk_create(rows, ignore_conflicts=True, batch_size=100)
        later(FILE)


def take(account: Account) -> int:
    """Ask an account's network for what is new and keep it, the cursor in the same transaction as the rows.

    Returns how many were handed over. Trouble turns into the account's health, never into an exception.
    """
    taken = 0
    try:
        for batch in channel(account.channel).receive(usable(account), account.cursor):
            _keep_batch(account, batch)
            taken += len(batch.arrived)
    except Sealed as error:
        went_wrong(account, ChannelError(str(error), permanent=True))
    except ChannelError as error:
        went_wrong(account, error)
    else:
        went_well(account, again_in=float(account.settings.get("poll_seconds", 60)))
    return taken


def _keep_batch(account: Account, batch: Batch) -> None:
    with writing():
        if batch.arrived:
            keep([(account.pk, one) for one in batch.arrived])
        keep_cursor(account, batch.cursor)


def set_aside(pk: int, reason: str) -> None:
    """An arrival could not be read or filed: it stays raw, with the reason, in triage's list."""
    with writing():
        waiting = Arrival.objects.filter(pk=pk, state=Arrival.State.NEW)
        if waiting.update(state=Arrival.State.ASIDE, reason=reason[:400]):
            record(facts.SET_ASIDE, f"arrival:{pk}", reason=reason[:300])


def try_again(arrival: Arrival, *, by: str) -> None:
    """A person wants what was set aside to be read once more."""
    with writing():
        Arrival.objects.filter(pk=arrival.pk, state=Arrival.State.ASIDE).update(state=Arrival.State.NEW, reason="")
        record(facts.TRIED_AGAIN, thing(arrival), by=by)
        later(FILE)
