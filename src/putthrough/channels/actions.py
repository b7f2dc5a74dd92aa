"""Changing accounts and their health."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from putthrough.audit.actions import SYSTEM, record, thing, writing
from putthrough.channels import facts
from putthrough.channels.contract import AccountView, ChannelError, Refreshes
from putthrough.channels.models import Account
from putthrough.channels.queries import view
from putthrough.channels.registry import channel
from putthrough.kit.secrets import seal, unseal
from putthrough.kit.time import now

LONGEST_WAIT = 15 * 60
_LEASE = 60


def save_account(account: Account, *, by: str = SYSTEM, credentials: Mapping[str, str] | None = None) -> Account:
    """Save an account; given credentials replace those of the same name, the others stay. It is tried afresh."""
    account.address = account.address.strip().lower()
    if credentials:
        kept = unseal(account.sealed, keys=settings.CREDENTIAL_KEYS) if account.sealed else {}
        account.sealed = seal({**kept, **credentials}, keys=settings.CREDENTIAL_KEYS)
    account.health, account.trouble, account.failures = Account.Health.NEW, "", 0
    account.next_attempt_at = None
    with writing():
        account.save()
        record(facts.SAVED, thing(account), by=by, name=account.name)
    return account


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


def usable(account: Account) -> AccountView:
    """The account as its channel needs it, with credentials renewed and stored where they were about to expire.

    Raises ChannelError, or Sealed when no key opens them.
    """
    network = channel(account.channel)
    if isinstance(network, Refreshes) and (fresh := network.refresh(view(account))):
        keep_credentials(account, fresh)
    return view(account)


def keep_cursor(account: Account, cursor: Mapping[str, Any]) -> None:
    """Remember where to go on reading. Call it in the transaction that keeps what was read."""
    account.cursor = dict(cursor)
    Account.objects.filter(pk=account.pk).update(cursor=account.cursor)


def claim_poll(account: Account) -> bool:
    """Whether it is this worker that asks the network now: exactly one wins. A lost claim lapses in a minute."""
    due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now())
    lease = now() + timedelta(seconds=_LEASE)
    return bool(Account.objects.filter(due, pk=account.pk, enabled=True).update(next_attempt_at=lease))


def due_now(account: Account) -> None:
    """It is to be read at once."""
    Account.objects.filter(pk=account.pk).update(next_attempt_at=None)


def went_well(account: Account, *, again_in: float) -> None:
    """It answered: green, and due again in so many seconds."""
    recovered = account.health in (Account.Health.FAILING, Account.Health.STOPPED)
    account.health, account.trouble, account.failures = Account.Health.GOOD, "", 0
    account.last_good_at, account.next_attempt_at = now(), now() + timedelta(seconds=again_in)
    with writing():
        account.save(update_fields=["health", "trouble", "failures", "last_good_at", "next_attempt_at"])
        if recovered:
            record(facts.RECOVERED, thing(account), name=account.name)


def went_wrong(account: Account, error: ChannelError) -> None:
    """It did not: red with what to do. A permanent error stops it until somebody saves the account again."""
    before = account.health
    account.health = Account.Health.STOPPED if error.permanent else Account.Health.FAILING
    account.trouble, account.failures = str(error)[:400], account.failures + 1
    wait = error.retry_after or min(LONGEST_WAIT, 5 * 2 ** min(account.failures, 10))
    account.next_attempt_at = now() + timedelta(seconds=wait)
    with writing():
        account.save(update_fields=["health", "trouble", "failures", "next_attempt_at"])
        if before != account.health:
            fact = facts.STOPPED if error.permanent else facts.FAILED
            record(fact, thing(account), name=account.name, words=account.trouble)
