"""What will leave, and how it will appear: the same values for the preview as for sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from putthrough.channels.contract import File, Outgoing, Preview, Standing
from putthrough.channels.models import Account
from putthrough.channels.queries import plain_view
from putthrough.channels.registry import channel
from putthrough.channels.spending import today
from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.standing import account_of, of_contact, private_standing_of, standing_of
from putthrough.conversations.threads import token
from putthrough.replies import enclosing
from putthrough.replies.models import Enclosure

_WHO_QUOTED = (
    "{handle} quoted a reference that everybody could read. Make sure that it is them before you say anything personal."
)


def outgoing(
    conversation: Conversation,
    text: str,
    *,
    message_id: str = "",
    attempt: int = 1,
    in_private: bool = False,
    files: Sequence[File] = (),
) -> Outgoing:
    """The reply to a conversation as its channel sends it: to its contact, under their latest message."""
    account = account_of(conversation, in_private=in_private)
    last = of_contact(conversation, in_private=in_private).first()
    answered = last.message_id if last else ""
    elsewhere = last if last and account.pk != conversation.account_id else None
    return Outgoing(
        to=last.handle if last else _address(conversation),
        to_name=elsewhere.name if elsewhere else conversation.contact.name,
        text=text,
        private=conversation.private or in_private,
        message_id=message_id,
        subject=elsewhere.subject if elsewhere else conversation.subject,
        in_reply_to=answered,
        references=_references(conversation, account, answered),
        thread=token(conversation.pk),
        from_name=account.name,
        attempt=max(attempt, 1),
        files=files,
    )


def _address(conversation: Conversation) -> str:
    """Where somebody is reached who has written nothing into this conversation themselves."""
    first = conversation.contact.handles.filter(channel=conversation.channel).order_by("pk").first()
    return first.address if first else ""


def _references(conversation: Conversation, account: Account, answered: str) -> list[str]:
    """The ten latest messages there, whoever wrote them, oldest first; at the end the one that is answered."""
    here = Message.objects.filter(conversation=conversation, account=account, direction="in")
    received = here.exclude(automatic="bounce")
    ids = received.exclude(message_id="").order_by("-received_at", "-pk").values_list("message_id", flat=True)[:10]
    return [*(one for one in reversed(ids) if one != answered), *([answered] if answered else [])]


def preview(
    conversation: Conversation, text: str, *, in_private: bool = False, enclosures: Sequence[Enclosure] = ()
) -> Preview:
    """How ``text`` will appear, to whom, with which files, and what would stop it."""
    account = account_of(conversation, in_private=in_private)
    shown = channel(account.channel).preview(plain_view(account), outgoing(conversation, text, in_private=in_private))
    problems, notes = _conditions(conversation, in_private=in_private)
    problems += enclosing.problems(conversation, enclosures, in_private=in_private)
    notes += [f"With it goes {one.name}" + (f", described as “{one.alt}”." if one.alt else ".") for one in enclosures]
    return replace(shown, problems=[*shown.problems, *problems], notes=[*shown.notes, *notes])


def _conditions(conversation: Conversation, *, in_private: bool) -> tuple[list[str], list[str]]:
    """What the network or the budget forbids whatever the text, and what of them is to be known before sending."""
    stands = _stands(conversation, in_private=in_private)
    spent = today(account_of(conversation, in_private=in_private))
    problems = [] if stands.can else [stands.words]
    notes = [stands.words] if stands.can and stands.words else []
    if in_private and conversation.private_account is not None:
        notes.append(_WHO_QUOTED.format(handle=conversation.private_handle))
    if spent is not None and spent.over:
        problems.append(f"Today's budget is used up ({spent.words}). Have it raised in Set-up, or answer there.")
    elif spent is not None and spent.near:
        notes.append(f"{spent.words}.")
    return problems, notes


def _stands(conversation: Conversation, *, in_private: bool) -> Standing:
    if not in_private or conversation.private:
        return standing_of(conversation)
    return private_standing_of(conversation) or Standing(
        False, "It cannot be answered in private: the network has no such thing, or it was done before. Untick it."
    )
