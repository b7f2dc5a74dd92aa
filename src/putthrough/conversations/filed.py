"""One letter as it is filed: what becomes of it, and the rows and the line of history that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from putthrough.audit.actions import record, thing
from putthrough.channels.contract import Automatic, Incoming
from putthrough.channels.models import Account
from putthrough.channels.registry import channel, how
from putthrough.conversations import facts
from putthrough.conversations.models import Attachment, Conversation, Message
from putthrough.conversations.placing import Matter, Place
from putthrough.conversations.threads import Letter


@dataclass(slots=True)
class Filed:
    """What becomes of one letter. ``opens`` is set on the first letter of a new conversation."""

    letter: Letter
    conversation: Conversation
    opens: Matter | None = None
    reopens: bool = False


def record_one(filed: Filed, place: Place | None) -> None:
    one, row, what = filed.letter.incoming, filed.conversation, thing(filed.conversation)
    if place is not None:
        via, owner = how(row.channel), place.owner_name
        said: dict[str, Any] = {"team": row.owner_id}
        if filed.letter.arrival.history:
            said["history"] = True
        record(facts.OPENED, what, channel=row.channel, via=via, owner=owner, how=place.how, **said)
    elif one.automatic == Automatic.BOUNCE:
        record(facts.BOUNCED, what)
    elif one.automatic:
        record(facts.AUTOMATIC, what, kind=str(one.automatic).replace("_", " "))
    elif one.own:
        record(facts.OWN, what)
    else:
        fact = facts.REOPENED if filed.reopens else facts.RECEIVED
        record(fact, what, channel=row.channel, via=how(row.channel), owner=row.owner.name)


def is_said(filed: Filed, message: Message) -> bool:
    """Whether a resident says it now: not what is long past, not our own words, nor a network's word of failure."""
    old = filed.letter.arrival.history or message.direction != Message.Direction.IN
    return not (old or filed.letter.incoming.automatic == Automatic.BOUNCE)


def wrote_it(account: Account, one: Incoming) -> bool:
    return one.own and channel(account.channel).vouches


def message_of(account: Account, filed: Filed) -> Message:
    one, arrival = filed.letter.incoming, filed.letter.arrival
    return Message(
        conversation=filed.conversation,
        account=account,
        arrival=arrival,
        direction=Message.Direction.OUT if wrote_it(account, one) else Message.Direction.IN,
        message_id=one.message_id[:255],
        in_reply_to=one.refers_to[0][:255] if one.refers_to else "",
        name=one.name[:200],
        handle=one.handle[:254],
        subject=one.subject[:998],
        text=one.text,
        html=one.html,
        folded=one.folded,
        private=one.private,
        automatic=str(one.automatic or ""),
        language=filed.letter.language,
        url=one.url[:500],
        sent_at=one.sent_at,
        received_at=arrival.received_at,
    )


def attachments_of(filed: Sequence[Filed], messages: Sequence[Message]) -> Iterator[Attachment]:
    for each, message in zip(filed, messages, strict=True):
        for info in each.letter.incoming.attachments:
            yield Attachment(
                message=message,
                part=info.part,
                name=info.name[:255],
                media_type=info.media_type[:120],
                size=info.size,
                refused=info.refused[:200],
                alt=info.alt[:1500],
            )
