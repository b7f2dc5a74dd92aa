"""What networks bring by themselves: verified by the channel, kept raw, answered at once. Meaning comes later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from putthrough.channels.abilities import AcceptsWebhooks, Challenges
from putthrough.channels.actions import brought, heard_lately
from putthrough.channels.contract import Arrived
from putthrough.channels.models import Account
from putthrough.channels.queries import by_addresses, hooked, view
from putthrough.channels.registry import UnknownChannel, channel
from putthrough.intake.actions import keep


class NoSuchHook(LookupError):
    """No account of ours takes webhooks at that address; ``str(error)`` says what to look at."""


def bring(key: str, account_id: int, headers: Mapping[str, str], body: bytes) -> int:
    """Keep what a webhook brought. Returns how many things it held for accounts of ours.

    ``headers`` have lower-case names; ``body`` is as it came, for the signature is over its bytes. Raises NoSuchHook,
    ChannelError when it is forged or cannot be read, Sealed when the account's secrets cannot be opened.
    """
    row = _account(key, account_id)
    network = channel(key)
    if not isinstance(network, AcceptsWebhooks):
        raise NoSuchHook(f"{network.name} does not come by webhook.")
    arrived = _addressed(row, network.accept(view(row), headers, body))
    if arrived:
        keep(arrived)
        if not heard_lately(row):
            brought(pk for pk, _ in arrived)
    return len(arrived)


def challenge(key: str, account_id: int, query: Mapping[str, str]) -> str:
    """The answer by which the network learns that the address is ours. Raises as ``bring`` does."""
    row, network = _account(key, account_id), channel(key)
    if not isinstance(network, Challenges):
        raise NoSuchHook(f"{network.name} asks nothing before it uses a webhook.")
    return network.challenge(view(row), query)


def _account(key: str, account_id: int) -> Account:
    row = hooked(key, account_id)
    try:
        channel(key)
    except UnknownChannel as error:
        raise NoSuchHook(str(error)) from None
    if row is None:
        raise NoSuchHook("There is no such account, or it is switched off. Copy the address from Set-up, Accounts.")
    return row


def _addressed(row: Account, arrived: Sequence[Arrived]) -> list[tuple[int, Arrived]]:
    """Each with the account it is for. What is for an account that is not ours is nobody's business here."""
    others = {one.to for one in arrived if one.to not in ("", row.address)}
    ids = {row.address: row.pk, "": row.pk, **(by_addresses(row.channel, others) if others else {})}
    return [(ids[one.to], one) for one in arrived if one.to in ids]
