"""Hiding somebody's public words under a post of ours, where the network lets us, and showing them again."""

from __future__ import annotations

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.abilities import Hides
from putthrough.channels.actions import usable
from putthrough.channels.contract import ChannelError
from putthrough.channels.registry import UnknownChannel, channel
from putthrough.conversations import facts
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation, Message
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.secrets import Sealed
from putthrough.kit.time import now


def can_be_hidden(message: Message, row: Conversation) -> bool:
    """Public words of somebody else's on a network that hides."""
    public = message.direction == Message.Direction.IN and not message.private and message.message_id != ""
    return public and message.withdrawn_at is None and _network(row) is not None


def hide(message: Message, *, hidden: bool, by: User) -> Message:
    """Ask the network, then keep that it did. Raises CannotBeDone in plain words."""
    row = message.conversation
    access.require(by, "reply", row)
    network = _network(row)
    if network is None or not can_be_hidden(message, row):
        raise CannotBeDone("This cannot be hidden from here. Hide it on the network itself.")
    try:
        network.hide(usable(row.account), message.message_id, hidden=hidden)
    except (ChannelError, Sealed) as error:
        raise CannotBeDone(str(error)) from error
    with writing():
        Message.objects.filter(pk=message.pk).update(hidden_at=now() if hidden else None)
        record(facts.HIDDEN if hidden else facts.SHOWN, thing(row), by=by.name)
    return message


def _network(row: Conversation) -> Hides | None:
    try:
        network = channel(row.channel)
    except UnknownChannel:
        return None
    return network if isinstance(network, Hides) else None
