"""Letting us in at a network in the browser: sent there, back with permission, the secrets sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from putthrough.audit.actions import record, thing, writing
from putthrough.channels import facts
from putthrough.channels.abilities import SignsIn
from putthrough.channels.actions import save_account
from putthrough.channels.contract import ChannelError, SignedIn
from putthrough.channels.models import Account
from putthrough.channels.queries import view
from putthrough.channels.registry import channel
from putthrough.directory.actions import name_of
from putthrough.directory.models import User
from putthrough.kit.http import host_of
from putthrough.kit.secrets import Sealed, seal, unseal
from putthrough.kit.time import now


@dataclass(frozen=True, slots=True)
class Door:
    """Where a person allows us in, and what their browser has to bring back, sealed."""

    url: str
    host: str
    sealed: str


def begin(account: Account, back: str, *, by: User) -> Door:
    """Ask the network where to send the person. Raises ChannelError in plain words."""
    name_of(by, "set_up_accounts")
    url, remembered = _network(account).sign_in(view(account), back)
    sealed = seal({**remembered, "began": now().isoformat()}, keys=settings.CREDENTIAL_KEYS)
    return Door(url, host_of(url), sealed)


def finish(account: Account, back: str, sealed: str, query: Mapping[str, str], *, by: User) -> Account:
    """They are back: keep the permission. Raises ChannelError when it was refused or is another account's."""
    who = name_of(by, "set_up_accounts")
    try:
        remembered = unseal(sealed, keys=settings.CREDENTIAL_KEYS)
    except Sealed:
        remembered = {}
    if not remembered.pop("began", ""):
        raise ChannelError("This sign-in was not begun here, or too long ago. Begin it again.", permanent=True)
    signed = _network(account).signed_in(view(account), back, remembered, query)
    _check_whose(account, signed)
    account.settings = {**account.settings, **signed.settings}
    account.address = signed.address or account.address
    with writing():
        save_account(account, by=by, credentials=signed.credentials)
        record(facts.SIGNED_IN, thing(account), by=who, name=account.name)
    return account


def _network(account: Account) -> SignsIn:
    network = channel(account.channel)
    if not isinstance(network, SignsIn):
        raise ChannelError(f"{network.name} needs no signing in: fill in the form and save it.", permanent=True)
    return network


def _check_whose(account: Account, signed: SignedIn) -> None:
    if account.address and signed.address and signed.address.lower() != account.address:
        raise ChannelError(
            f"You signed in there as {signed.address}, but this account is {account.address}. Sign out there and in "
            f"again as {account.address}, or add {signed.address} as an account of its own.",
            permanent=True,
        )
