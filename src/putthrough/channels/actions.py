"""Changing accounts and their health."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from putthrough.audit.actions import SYSTEM, record, thing, writing
from putthrough.channels import facts
from putthrough.channels.abilities import Refreshes, Tests
from putthrough.channels.contract import AccountView, ChannelError, Checked
from putthrough.channels.models import Account
from putthrough.channels.queries import view
from putthrough.channels.registry import channel
from putthrough.directory.actions import name_of
from putthrough.directory.models import User
from putthrough.jobs.steps import later
from putthrough.kit.secrets import Sealed, seal, unseal
from putthrough.kit.time import now

LONGEST_WAIT = 15 * 60
POLL = "poll"
_LEASE = 60
_LATELY = timedelta(minutes=1)
_RENEWING: dict[int, threading.Lock] = {}
_MOMENTS = (0.0, 0.3, 0.7, 1.5)  # seconds


def save_account(account: Account, *, by: User | str = SYSTEM, credentials: Mapping[str, str] | None = None) -> Account:
    """Save an account; given credentials replace those of the same name, the others stay. It is tried afresh.

    Credentials that no key opens any more give way to the new ones.
    """
    who = name_of(by, "set_up_accounts")
    account.address = account.address.strip().lower()
    if credentials:
        account.sealed = seal({**_kept(account), **credentials}, keys=settings.CREDENTIAL_KEYS)
    account.health, account.trouble, account.failures = Account.Health.NEW, "", 0
    account.next_attempt_at = None
    account.revision += 1
    with writing():
        account.save()
        record(facts.SAVED, thing(account), by=who, name=account.name)
    return account


def _kept(account: Account) -> dict[str, str]:
    try:
        return unseal(account.sealed, keys=settings.CREDENTIAL_KEYS)
    except Sealed:
        return {}


def switch(account: Account, *, on: bool, by: User) -> Account:
    """Begin or stop reading and sending through it. What it brought stays."""
    who = name_of(by, "set_up_accounts")
    account.enabled = on
    account.next_attempt_at = None
    with writing():
        account.save(update_fields=["enabled", "next_attempt_at"])
        record(facts.SWITCHED_ON if on else facts.SWITCHED_OFF, thing(account), by=who, name=account.name)
        later(POLL)
    return account


def try_again(account: Account, *, by: User) -> Account:
    """Ask its network now, also when it had stopped: whatever was wrong there may have been mended."""
    who = name_of(by, "set_up_accounts")
    with writing():
        stopped = Account.objects.filter(pk=account.pk, health=Account.Health.STOPPED)
        stopped.update(health=Account.Health.FAILING)
        due_now(account)
        record(facts.TRIED, thing(account), by=who, name=account.name)
        later(POLL)
    account.refresh_from_db()
    return account


def check_account(account: Account, *, by: User) -> Sequence[Checked]:
    """Try everything that the account needs, line by line. Its health stays what reading and sending make of it."""
    name_of(by, "set_up_accounts")
    try:
        network = channel(account.channel)
        if not isinstance(network, Tests):
            return [Checked(network.name, True, "There is nothing that can be tried without sending.")]
        return network.test(view(account))
    except (ChannelError, Sealed) as error:
        return [Checked("The account's settings", False, str(error))]


def account_for_history(channel: str, address: str) -> Account:
    """The account that old messages belong to. One that is not there is added switched off: it only holds them."""
    row, _ = Account.objects.get_or_create(
        channel=channel[:20], address=address[:254], defaults={"name": address[:120] or channel, "enabled": False}
    )
    return row


def keep_credentials(account: Account, credentials: Mapping[str, str]) -> None:
    """Store what a channel refreshed; says nothing to anybody, for nothing has changed for them."""
    kept = unseal(account.sealed, keys=settings.CREDENTIAL_KEYS)
    account.sealed = seal({**kept, **credentials}, keys=settings.CREDENTIAL_KEYS)
    Account.objects.filter(pk=account.pk).update(sealed=account.sealed)


def seal_anew(keys: Sequence[str]) -> tuple[int, list[str]]:
    """Seal every account's credentials with the first of these keys. Returns how many, and the names of those that none
    of the keys opens: where there are any, nothing is changed."""
    with writing():
        rows = list(Account.objects.select_for_update().exclude(sealed="").order_by("pk"))
        opened = {row.pk: _opened(row, keys) for row in rows}
        closed = [row.name for row in rows if opened[row.pk] is None]
        if closed:
            return 0, closed
        for row in rows:
            row.sealed = seal(opened[row.pk] or {}, keys=keys)
        Account.objects.bulk_update(rows, ["sealed"])
        if rows:
            record(facts.SEALED_ANEW, "accounts", number=len(rows))
    return len(rows), []


def _opened(row: Account, keys: Sequence[str]) -> dict[str, str] | None:
    try:
        return unseal(row.sealed, keys=keys)
    except Sealed:
        return None


def usable(account: Account) -> AccountView:
    """The account as its channel needs it, with credentials renewed and stored where they were about to expire.

    Raises ChannelError, or Sealed when no key opens them.
    """
    network = channel(account.channel)
    if isinstance(network, Refreshes):
        with _renewing(account.pk):
            _renew(account, network)
    return view(account)


def _renewing(pk: int) -> threading.Lock:
    """One lock an account: a network that hangs while it renews holds up no other account."""
    return _RENEWING.setdefault(pk, threading.Lock())


def _renew(account: Account, network: Refreshes) -> None:
    """Some networks take each renewal once: of two who renew at a time the slower uses what the other got."""
    before = account.sealed
    account.refresh_from_db(fields=["sealed"])
    try:
        fresh = network.refresh(view(account))
    except ChannelError as error:
        if not (error.permanent and _renewed_by_another(account, before)):
            raise
    else:
        if fresh:
            keep_credentials(account, fresh)


def _renewed_by_another(account: Account, before: str) -> bool:
    """Whether another process has stored new credentials since, or does so within a moment."""
    for pause in _MOMENTS:
        time.sleep(pause)
        account.refresh_from_db(fields=["sealed"])
        if account.sealed != before:
            return True
    return False


def keep_cursor(account: Account, cursor: Mapping[str, Any]) -> None:
    """Remember where to go on reading. Call it in the transaction that keeps what was read."""
    account.cursor = dict(cursor)
    Account.objects.filter(pk=account.pk).update(cursor=account.cursor)


def claim_poll(account: Account) -> bool:
    """Whether it is this worker that asks the network now: exactly one wins. A lost claim lapses in a minute."""
    due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now())
    lease = now() + timedelta(seconds=_LEASE)
    return bool(Account.objects.filter(due, pk=account.pk, enabled=True).update(next_attempt_at=lease))


def claim_follow(account: Account, *, every: timedelta) -> bool:
    """Whether it is this worker that asks what became of the account's messages: one wins, once in ``every``."""
    due = Q(followed_at=None) | Q(followed_at__lte=now() - every)
    return bool(Account.objects.filter(due, pk=account.pk, enabled=True).update(followed_at=now()))


def due_now(account: Account) -> None:
    """It is to be read at once."""
    Account.objects.filter(pk=account.pk).update(next_attempt_at=None)


def went_well(account: Account, *, again_in: float) -> None:
    """It answered: green, and due again in so many seconds."""
    recovered = account.health in (Account.Health.FAILING, Account.Health.STOPPED)
    account.health, account.trouble, account.failures = Account.Health.GOOD, "", 0
    account.last_good_at, account.next_attempt_at = now(), now() + timedelta(seconds=again_in)
    with writing():
        if _still_so(account, "last_good_at") and recovered:
            record(facts.RECOVERED, thing(account), name=account.name)


def heard_lately(account: Account) -> bool:
    """Whether ``brought`` would change nothing for it."""
    return account.last_good_at is not None and account.last_good_at > now() - _LATELY


def brought(accounts: Iterable[int]) -> None:
    """Something came in by itself for these accounts (by id): they work. Written once a minute."""
    stale = Q(last_good_at=None) | Q(last_good_at__lt=now() - _LATELY)
    fine = Account.objects.filter(stale, pk__in=set(accounts), health__in=(Account.Health.NEW, Account.Health.GOOD))
    fine.update(health=Account.Health.GOOD, last_good_at=now())


def went_wrong(account: Account, error: ChannelError) -> None:
    """It did not: red with what to do. A permanent error stops it until somebody saves the account again."""
    before = account.health
    account.health = Account.Health.STOPPED if error.permanent else Account.Health.FAILING
    account.trouble, account.failures = str(error)[:400], account.failures + 1
    wait = error.retry_after or min(LONGEST_WAIT, 5 * 2 ** min(account.failures, 10))
    account.next_attempt_at = now() + timedelta(seconds=wait)
    with writing():
        if _still_so(account) and before != account.health:
            fact = facts.STOPPED if error.permanent else facts.FAILED
            record(fact, thing(account), name=account.name, words=account.trouble)


def _still_so(account: Account, *more: str) -> bool:
    """Write its health, unless a person has saved it since: what was found out is about settings of before."""
    names = ("health", "trouble", "failures", "next_attempt_at", *more)
    values = {name: getattr(account, name) for name in names}
    return bool(Account.objects.filter(pk=account.pk, revision=account.revision).update(**values))
