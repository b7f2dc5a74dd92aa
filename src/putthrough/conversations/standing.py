"""Whether a network lets us answer, and until when: Messenger shuts after a day, X takes no answer to some posts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, QuerySet

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


def of_contact(conversation: Conversation, *, in_private: bool = False) -> QuerySet[Message]:
    """What the one whom the conversation is with wrote, newest first: of a public one in public, or else in private if
    they have written so. Others may have joined in: an answer is not to them, and what the network allows is not asked
    of their words."""
    theirs = Message.objects.filter(conversation=conversation, direction=Message.Direction.IN)
    theirs = theirs.exclude(automatic=Automatic.BOUNCE).order_by("-received_at", "-pk")
    if _goes_on(conversation, in_private):
        return theirs.filter(private=True, handle=conversation.private_handle)
    handles = Handle.objects.filter(contact=conversation.contact_id, channel=conversation.channel)
    theirs = theirs.filter(handle__in=handles.values("address"))
    return theirs if conversation.private else theirs.filter(private=False)


def _goes_on(conversation: Conversation, in_private: bool) -> bool:
    return in_private and not conversation.private and conversation.private_handle != ""


def account_of(conversation: Conversation, *, in_private: bool = False) -> Account:
    """The account by which an answer goes: where they wrote to in private, if it is to be that."""
    elsewhere = conversation.private_account if _goes_on(conversation, in_private) else None
    return elsewhere or conversation.account


def standing_of(conversation: Conversation) -> Standing:
    """How an answer to the contact's latest message stands."""
    last = _latest(conversation) if isinstance(_network(conversation.account), Stands) else None
    return standing(conversation.account, last) if last else ALWAYS


def private_standing_of(conversation: Conversation) -> Standing | None:
    """How a private answer in a public conversation stands; None where there is no such thing, or it was given."""
    if conversation.private:
        return None
    if conversation.private_handle:
        account = account_of(conversation, in_private=True)
        last = _latest(conversation, in_private=True) if isinstance(_network(account), Stands) else None
        return standing(account, last) if last else ALWAYS
    network, last = _network(conversation.account), _latest(conversation)
    if last is None or not isinstance(network, AnswersPrivately):
        return None
    stands = network.private_standing(plain_view(conversation.account), bytes(last.raw), last.received_at)
    return stands if stands.again or not _given(conversation) else None


def _given(conversation: Conversation) -> bool:
    ours = Message.objects.filter(conversation=conversation, direction=Message.Direction.OUT, private=True)
    return ours.exclude(reply__state="failed").exists()


def asked_at(conversation: Conversation) -> datetime:
    """When what waits for an answer was received: the first message since our last one, or else their last."""
    said = Message.objects.filter(conversation=conversation)
    answered = said.filter(direction=Message.Direction.OUT).aggregate(last=Max("received_at"))["last"]
    theirs = said.filter(direction=Message.Direction.IN, automatic="").order_by("received_at", "pk")
    since = theirs.filter(received_at__gt=answered).first() if answered else theirs.first()
    found = since or theirs.last()
    return found.received_at if found else conversation.opened_at


def goes_on_in_private(conversation: Conversation) -> bool:
    """Whether an answer is a private one unless its writer says otherwise."""
    if conversation.private or conversation.taken_private_at is None:
        return False
    stands = private_standing_of(conversation)
    return stands is not None and stands.can


def _network(account: Account) -> Channel | None:
    try:
        return channel(account.channel)
    except UnknownChannel:
        return None


def _latest(conversation: Conversation, *, in_private: bool = False) -> Arrival | None:
    theirs = of_contact(conversation, in_private=in_private).exclude(arrival=None)
    last = theirs.select_related("arrival").first()
    return last.arrival if last else None
