"""Reading accounts. Their credentials leave this module only inside an ``AccountView``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from putthrough.channels.abilities import Expires
from putthrough.channels.contract import AccountView
from putthrough.channels.models import Account
from putthrough.channels.registry import UnknownChannel, channel
from putthrough.kit.secrets import Sealed, unseal
from putthrough.kit.time import now

_LARGEST_ID = 2**63 - 1
_HOOKED = "SELECT * FROM channels_account WHERE id = %s AND channel = %s AND enabled"


def view(account: Account) -> AccountView:
    """An account as its channel may know it. Raises ``Sealed`` when no key opens its credentials."""
    return AccountView(
        id=account.pk,
        channel=account.channel,
        address=account.address,
        name=account.name,
        settings=account.settings,
        credentials=unseal(account.sealed, keys=settings.CREDENTIAL_KEYS),
    )


def plain_view(account: Account) -> AccountView:
    """The same without credentials, for reading and previewing."""
    return AccountView(account.pk, account.channel, account.address, account.name, account.settings)


def best_view(account: Account) -> AccountView:
    """With its credentials where a key opens them, for what can mostly do without."""
    try:
        return view(account)
    except Sealed:
        return plain_view(account)


def accounts() -> list[Account]:
    return list(Account.objects.select_related("team"))


def account(pk: int) -> Account | None:
    return Account.objects.select_related("team").filter(pk=pk).first()


def to_poll() -> list[Account]:
    """Enabled accounts that are read by asking, are not stopped, and of which the next attempt is due."""
    due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now())
    return list(Account.objects.filter(due, enabled=True).exclude(health=Account.Health.STOPPED).order_by("pk"))


def to_follow() -> list[Account]:
    """Enabled accounts that work."""
    return list(Account.objects.filter(enabled=True, health=Account.Health.GOOD).order_by("pk"))


def account_by_address(channel: str, address: str) -> Account | None:
    """The enabled account with that address; ``local+token@domain`` is ``local@domain``."""
    local, _, domain = address.lower().rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}" if local else address.lower()
    return Account.objects.filter(channel=channel, address=plain, enabled=True).first()


def in_trouble() -> Sequence[Account]:
    return list(Account.objects.filter(health__in=[Account.Health.FAILING, Account.Health.STOPPED], enabled=True))


def stored_credentials(account: Account) -> frozenset[str]:
    """Which credentials are stored, by name; none of those that cannot be opened any more."""
    try:
        return frozenset(unseal(account.sealed, keys=settings.CREDENTIAL_KEYS))
    except Sealed:
        return frozenset()


def address_taken(channel: str, address: str, *, besides: int | None) -> bool:
    """Whether another account of the channel has that address."""
    same = Account.objects.filter(channel=channel, address=address.strip().lower())
    return (same.exclude(pk=besides) if besides else same).exists()


def of_channel(key: str) -> list[Account]:
    """The enabled accounts of a channel, by name."""
    return list(Account.objects.filter(channel=key, enabled=True))


def expires_at(account: Account) -> datetime | None:
    """When a person has to sign in at its network again; None when never, or nobody knows."""
    try:
        network = channel(account.channel)
    except UnknownChannel:
        return None
    return network.expires_at(plain_view(account)) if isinstance(network, Expires) else None


def hooked(key: str, pk: int) -> Account | None:
    """The enabled account that a webhook's address names. By SQL as it stands: at this door the building of a
    statement costs more than its answer."""
    return next(iter(Account.objects.raw(_HOOKED, [min(pk, _LARGEST_ID), key])), None)


def by_addresses(key: str, addresses: Collection[str]) -> dict[str, int]:
    """The enabled accounts of a channel among these addresses: their ids."""
    rows = Account.objects.filter(channel=key, address__in=addresses, enabled=True)
    return dict(rows.values_list("address", "pk"))
