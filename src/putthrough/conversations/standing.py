"""Whether a network lets us answer, and until when: Messenger shuts after a day, X takes no answer to some posts."""

from __future__ import annotations

from django.db.models import QuerySet

from putthrough.channels.abilities import AnswersPrivately, Stands
from putthrough.channels.contract import Automatic, Channel, Standing
from putthrough.channels.models import Account
from putthrough.channels.queries import plain_view
from putthrough.channels.registry import UnknownChannel, channel
from putthrough.conversations.models import Conversation, Handle, Message
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


def of_contact(conversation: Conversation) -> QuerySet[Message]:
    """What the one whom the conversation is with wrote, newest first. Others may have joined in: an answer is not to
    them, and what the network allows is not asked of their words."""
    handles = Handle.objects.filter(contact=conversation.contact_id, channel=conversation.channel)
    theirs = Message.objects.filter(conversation=conversation, direction=Message.Direction.IN)
    theirs = theirs.filter(handle__in=handles.values("address")).exclude(automatic=Automatic.BOUNCE)
    return theirs.order_by("-received_at", "-pk")


def standing_of(conversation: Conversation) -> Standing:
    """How an answer to the contact's latest message stands."""
    last = _latest(conversation) if isinstance(_network(conversation), Stands) else None
    return standing(conversation.account, last) if last else ALWAYS


def private_standing_of(conversation: Conversation) -> Standing | None:
    """How a private answer to what was said in public stands; None where there is no such thing, or it was given."""
    network = _network(conversation)
    if conversation.private or not isinstance(network, AnswersPrivately):
        return None
    given = Message.objects.filter(conversation=conversation, direction=Message.Direction.OUT, private=True)
    last = _latest(conversation)
    if last is None or given.exists():
        return None
    return network.private_standing(plain_view(conversation.account), bytes(last.raw), last.received_at)


def _network(conversation: Conversation) -> Channel | None:
    try:
        return channel(conversation.channel)
    except UnknownChannel:
        return None


def _latest(conversation: Conversation) -> Arrival | None:
    last = of_contact(conversation).exclude(arrival=None).select_related("arrival").first()
    return last.arrival if last else None
