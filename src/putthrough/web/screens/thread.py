"""What was said in a conversation, in the order in which it was said: messages, notes, handovers, held answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from putthrough.conversations.models import Attachment, Conversation, Message, Version
from putthrough.conversations.moderating import can_be_hidden
from putthrough.delivery.models import Delivery
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.models import Handover
from putthrough.kit.text import size_words
from putthrough.kit.time import local
from putthrough.replies.models import Reply
from putthrough.replies.queries import who_looks
from putthrough.web.screens.enclosures import enclosure
from putthrough.web.screens.words import when_words

_KINDS = {"in": "incoming", "out": "outgoing", "note": "note"}
_D = Delivery.State


def thread(
    user: User,
    row: Conversation,
    messages: Sequence[Message],
    handovers: Sequence[Handover],
    replies: Sequence[Reply],
    deliveries: Sequence[Delivery],
    *,
    may_reply: bool,
) -> list[dict[str, Any]]:
    """Everything as ``components/message.html`` shows it, oldest first."""
    by_message = {delivery.reply.message_id: delivery for delivery in deliveries}
    unprepared = {delivery.reply_id: delivery for delivery in deliveries if delivery.reply.message_id is None}
    mixed = len({message.private for message in messages if message.direction != "note"}) > 1
    said = [_message(message, by_message.get(message.pk), mixed=mixed, may_reply=may_reply) for message in messages]
    for shown, message in zip(said, messages, strict=True):
        shown["hide"] = _hide(message) if may_reply and can_be_hidden(message, row) else None
    said += [_note_of(given) for given in handovers if given.note and given.state != Handover.State.UNDONE]
    said += [_pending(reply, user) for reply in replies if reply.message_id is None and reply.pk not in unprepared]
    said += [_unprepared(delivery, may_reply=may_reply) for delivery in unprepared.values()]
    return sorted(said, key=lambda one: one["when"])


def _message(message: Message, delivery: Delivery | None, *, mixed: bool, may_reply: bool) -> dict[str, Any]:
    return {
        "id": message.pk,
        "kind": _KINDS[message.direction],
        "who": message.name or message.handle or "Somebody without a name",
        "when": message.received_at,
        "when_words": when_words(message.received_at),
        "when_iso": message.received_at.isoformat(),
        "visibility": ("Not public" if message.private else "Public") if mixed else "",
        "text": message.text,
        "language": message.language,
        "folded": message.folded,
        "automatic": message.automatic,
        **_since(message),
        "files": [_file(row) for row in message.attachments.all()] + (_enclosed(delivery.reply) if delivery else []),
        "original_url": reverse("web:original", args=[message.pk]) if message.html else "",
        **(_delivery(delivery, may_reply=may_reply) if delivery else {}),
    }


def _since(message: Message) -> dict[str, Any]:
    """What became of it on the network after it was written."""
    ours = message.direction == Message.Direction.OUT
    gone = message.withdrawn_at
    return {
        "withdrawn": f"Deleted {'on the network' if ours else 'by its author'}, {when_words(gone)}" if gone else "",
        "versions": [{"until_words": when_words(old.until), "text": old.text} for old in _versions(message)],
        "counts": ", ".join(_counted(message.likes, "like") + _counted(message.shares, "share")),
        "hidden": f"Hidden on the network, {when_words(message.hidden_at)}" if message.hidden_at else "",
        "network_url": message.url if message.url.startswith(("https://", "http://")) else "",
    }


def _versions(message: Message) -> list[Version]:
    return list(message.versions.all()) if message.edited_at else []


def _hide(message: Message) -> dict[str, str]:
    """The button that hides it on the network, or shows it there again."""
    hidden = message.hidden_at is not None
    label = "Show it there again" if hidden else "Hide it on the network"
    return {"url": reverse("web:hide", args=[message.pk]), "to": "shown" if hidden else "hidden", "label": label}


def _counted(number: int, word: str) -> list[str]:
    return [f"{number} {word}{'' if number == 1 else 's'}"] if number else []


def _file(row: Attachment) -> dict[str, str]:
    url = reverse("web:attachment", args=[row.pk])
    words = size_words(row.size) if row.size else "on the network"
    return {"url": url, "name": row.name, "size_words": words, "refused": row.refused, "alt": row.alt}


def _delivery(delivery: Delivery, *, may_reply: bool) -> dict[str, Any]:
    """How the sending stands, and where it went wrong what can be done."""
    if delivery.state in (_D.FAILED, _D.UNCERTAIN):
        return {"failure": _failure(delivery, may_reply=may_reply)}
    if delivery.state == _D.SENT:
        return {"delivery_words": f"Sent to {delivery.recipient}" + (f": {delivery.words}" if delivery.words else "")}
    if delivery.attempts and delivery.words:
        again = f"{local(delivery.next_attempt_at):%H:%M}"
        return {"delivery_words": f"Not sent yet: {delivery.words} It is tried again at {again}."}
    return {"delivery_words": "Being sent"}


def _failure(delivery: Delivery, *, may_reply: bool) -> dict[str, Any]:
    uncertain = delivery.state == _D.UNCERTAIN
    actions = [("arrived", "It arrived"), ("again", "Send it again")] if uncertain else [("again", "Send it again")]
    return {
        "title": "Perhaps sent" if uncertain else "Not sent",
        "words": delivery.words or "The network gave no reason.",
        "url": reverse("web:settle", args=[delivery.pk]),
        "actions": [{"value": value, "label": label} for value, label in actions] if may_reply else [],
    }


def _note_of(given: Handover) -> dict[str, Any]:
    return {
        "id": f"handover-{given.pk}",
        "kind": "note",
        "who": f"{given.by.name}, passing it from {given.origin} to {given.to}",
        "when": given.at,
        "when_words": when_words(given.at),
        "when_iso": given.at.isoformat(),
        "text": given.note,
    }


def _enclosed(reply: Reply) -> list[dict[str, str]]:
    return [enclosure(one) for one in reply.enclosures.all()]


def _answer(reply: Reply) -> dict[str, Any]:
    leaves = reply.send_at or reply.saved_at
    return {
        "id": f"reply-{reply.pk}",
        "kind": "outgoing",
        "who": reply.author.name,
        "when": leaves,
        "when_words": when_words(leaves),
        "when_iso": leaves.isoformat(),
        "text": reply.text,
        "files": _enclosed(reply),
    }


def _unprepared(delivery: Delivery, *, may_reply: bool) -> dict[str, Any]:
    """An answer that never became a message: it is shown all the same, with what can be done."""
    return _answer(delivery.reply) | _delivery(delivery, may_reply=may_reply)


def _pending(reply: Reply, user: User) -> dict[str, Any]:
    return _answer(reply) | _how_it_stands(reply, user)


def _how_it_stands(reply: Reply, user: User) -> dict[str, Any]:
    """In words for its writer and for others, with what each may do now."""
    back, own = reverse("web:take-back", args=[reply.pk]), reply.author_id == user.pk
    if reply.state == Reply.State.HELD:
        words = f"Leaves at {local(reply.send_at or reply.saved_at):%H:%M:%S}"
        return {"delivery_words": words, "take_back_url": back if own or reply.cleared_by_id == user.pk else ""}
    if reply.state == Reply.State.SUBMITTED:
        return _waits(reply, user, back)
    if reply.state == Reply.State.PRACTISED:
        return {"standing": {"text": "Practice", "kind": "quiet"}, "delivery_words": "It was sent nowhere"}
    if reply.state == Reply.State.RETURNED:
        words = "It came back to you and was not sent. Change it below, or copy from it."
        return {"standing": {"text": "Came back", "kind": "warning"}, "delivery_words": words}
    return {"delivery_words": "Being sent"}


def _waits(reply: Reply, user: User, back: str) -> dict[str, Any]:
    own, who = reply.author_id == user.pk, who_looks(reply)
    may = not own and access.may(user, "approve", reply)
    if reply.practice:
        words = f"{who} will read it. It is practice and is sent nowhere."
    else:
        words = f"{who} will look at this before it goes. It has not been sent."
    return {
        "standing": {"text": "Waits to be checked", "kind": "warning"},
        "delivery_words": words,
        "take_back_url": back if own else "",
        "take_back_label": "Take it back to change it",
        "look_url": reverse("web:look", args=[reply.pk]) if may else "",
    }


def options(messages: Sequence[Message]) -> list[tuple[str, str]]:
    """The messages that can be split off, as things to tick."""
    return [
        (str(message.pk), f"{message.name or message.handle}, {when_words(message.received_at)}: {message.text[:80]}")
        for message in messages
        if message.direction != Message.Direction.NOTE
    ]


def joinable(row: Conversation, others: Sequence[Conversation]) -> list[Conversation]:
    """Those of the contact's other conversations that could be one with this one."""
    return [other for other in others if other.account_id == row.account_id]
