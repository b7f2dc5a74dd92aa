"""Reading what arrived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from putthrough.channels.models import Account
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.intake.models import Arrival

_BATCH_ROWS = 100
_BATCH_BYTES = 16 * 1024 * 1024


def accounts_waiting() -> list[int]:
    """Accounts (ids) that have arrivals waiting to be read. One look, outside any transaction."""
    rows = Arrival.objects.filter(state=Arrival.State.NEW).order_by("account")
    return list(rows.values_list("account", flat=True).distinct()[:50])


def lock_account(among: Sequence[int]) -> Account | None:
    """One of these accounts, locked: its messages are filed in order, by one worker at a time.

    On PostgreSQL workers pass over accounts that another has; on SQLite the transaction is the only writer.
    """
    accounts = Account.objects.filter(pk__in=among).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        accounts = accounts.select_for_update(skip_locked=True, no_key=True)
    return accounts.first()


def waiting(account: Account) -> list[Arrival]:
    """The oldest arrivals of an account that wait to be read: at most a hundred, and 16 MB of raw bytes."""
    sizes = Arrival.objects.filter(account=account, state=Arrival.State.NEW).order_by("pk")
    chosen: list[int] = []
    total = 0
    for pk, size in sizes.values_list("pk", "size")[:_BATCH_ROWS]:
        total += size
        if chosen and total > _BATCH_BYTES:
            break
        chosen.append(pk)
    return list(Arrival.objects.filter(pk__in=chosen).order_by("pk"))


def still_waiting(pk: int) -> Arrival | None:
    return Arrival.objects.filter(pk=pk, state=Arrival.State.NEW).first()


def kept_already(keys: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these (account id, external id) have been kept before."""
    asked = set(keys)
    rows = Arrival.objects.filter(account__in={pk for pk, _ in asked}, external_id__in={key for _, key in asked})
    return asked & set(rows.values_list("account_id", "external_id"))


def set_aside(viewer: User, *, limit: int = 50) -> list[Arrival]:
    """What could not be filed, newest first, for those who triage."""
    return list(access.visible(viewer, Arrival).select_related("account").defer("raw").order_by("-pk")[:limit])


def arrival_set_aside(viewer: User, pk: int) -> Arrival:
    """One of them. Raises access.NotVisible."""
    return access.see(viewer, Arrival, pk)


def count_aside(*, most: int) -> int:
    """How many arrivals could not be filed; no more than ``most`` are counted."""
    return Arrival.objects.filter(state=Arrival.State.ASIDE)[:most].count()


def oldest_waiting() -> datetime | None:
    """When the arrival came that has waited longest to be read; None while none waits."""
    waits = Arrival.objects.filter(state=Arrival.State.NEW, history=False).order_by("pk")
    return waits.values_list("received_at", flat=True).first()
