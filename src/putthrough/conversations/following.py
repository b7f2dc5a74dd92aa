"""Asking networks what became of the messages that still wait for us: who was edited, who was deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import structlog

from putthrough.channels.abilities import Charges, Follows
from putthrough.channels.actions import claim_follow, usable
from putthrough.channels.contract import ChannelError
from putthrough.channels.models import Account
from putthrough.channels.queries import to_follow
from putthrough.channels.registry import UnknownChannel, channel
from putthrough.conversations.models import Conversation, Message
from putthrough.intake.actions import keep
from putthrough.kit.secrets import Sealed
from putthrough.kit.time import now

log = structlog.get_logger()

_EVERY = timedelta(minutes=10)
_EVERY_WHERE_IT_COSTS = timedelta(days=1)
_FOR = timedelta(days=14)
_MOST = 200


def follow() -> int:
    """Ask the networks that can be asked and are due. Returns how many accounts were asked."""
    return sum(_follow(row) for row, network in _followed() if claim_follow(row, every=_every(network)))


def _followed() -> Iterator[tuple[Account, Follows]]:
    for row in to_follow():
        try:
            network = channel(row.channel)
        except UnknownChannel:
            continue
        if isinstance(network, Follows):
            yield row, network


def _every(network: Follows) -> timedelta:
    return _EVERY_WHERE_IT_COSTS if isinstance(network, Charges) else _EVERY


def _follow(row: Account) -> int:
    network, ids = channel(row.channel), _still_waiting(row)
    if not ids or not isinstance(network, Follows):
        return 0
    try:
        changed = network.follow(usable(row), ids)
    except (ChannelError, Sealed) as error:  # reading the account meets the same trouble and shows it
        log.warning("messages could not be followed", account=row.pk, words=str(error))
        return 0
    keep([(row.pk, one) for one in changed])
    return 1


def _still_waiting(row: Account) -> list[str]:
    """Public ids of the newest messages in conversations that are not closed."""
    asked = Message.objects.filter(
        account=row, direction=Message.Direction.IN, withdrawn_at=None, received_at__gt=now() - _FOR
    )
    waits = asked.exclude(message_id="").exclude(conversation__state=Conversation.State.CLOSED)
    return list(waits.order_by("-pk").values_list("message_id", flat=True)[:_MOST])
