"""Whether a network lets us answer, and until when: Messenger shuts after a day, X takes no answer to some posts."""

from __future__ import annotations

from putthrough.channels.abilities import Stands
from putthrough.channels.contract import Standing
from putthrough.channels.models import Account
from putthrough.channels.queries import plain_view
from putthrough.channels.registry import UnknownChannel, channel
from putthrough.conversations.models import Conversation, Message
from putthrough.intake import envelope
from putthrough.intake.models import Arrival

ALWAYS = Standing()


def standing(account: Account, arrival: Arrival) -> Standing:
    """How an answer to what arrived stands. Where the network sets no conditions it can always be given."""
    try:
        network = channel(account.channel)
    except UnknownChannel:
        return ALWAYS
    raw = bytes(arrival.raw)
    if not isinstance(network, Stands) or envelope.is_envelope(raw):
        return ALWAYS
    return network.standing(plain_view(account), raw, arrival.received_at)


def standing_of(conversation: Conversation) -> Standing:
    """How an answer to the contact's latest message stands."""
    try:
        if not isinstance(channel(conversation.channel), Stands):
            return ALWAYS
    except UnknownChannel:
        return ALWAYS
    theirs = Message.objects.filter(conversation=conversation, direction=Message.Direction.IN).exclude(arrival=None)
    last = theirs.select_related("arrival").order_by("-received_at", "-pk").first()
    return standing(conversation.account, last.arrival) if last and last.arrival else ALWAYS
