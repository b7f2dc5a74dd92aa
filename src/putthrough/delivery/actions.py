"""Sending once and proving it.

Three short transactions with the network between them: prepare (the message is stored under its id before anybody
outside can see it), claim (a conditional update that exactly one worker wins), and note the outcome. A crash between
claim and outcome leaves *sending*; the sweep turns that into *uncertain*, never into a second sending.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, connection
from django.db.models import F

from putthrough.audit.actions import record, thing, writing
from putthrough.channels import spending
from putthrough.channels.abilities import ChoosesIds, ReadsBack
from putthrough.channels.actions import usable
from putthrough.channels.contract import ChannelError, Outgoing, Receipt
from putthrough.channels.models import Account
from putthrough.channels.queries import best_view
from putthrough.channels.registry import channel
from putthrough.conversations.actions import (
    CannotBeDone,
    add_sent,
    answered,
    asked_in_private,
    came_back,
    in_parts,
    lock,
    named,
)
from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.standing import account_of
from putthrough.delivery import facts
from putthrough.delivery.models import Delivery
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.secrets import Sealed
from putthrough.kit.time import now
from putthrough.replies.clearing import may_leave, move, stop
from putthrough.replies.enclosing import files_of
from putthrough.replies.models import Reply
from putthrough.replies.preview import outgoing
from putthrough.replies.taking_private import arrived
from putthrough.routing.teaching import confirmed

log = structlog.get_logger()

MOST_ATTEMPTS = 8
LOST_AFTER = timedelta(minutes=3)
SHOWN_AFTER = timedelta(minutes=1)
"""A network may take this long to show what it took; before that it is no proof that an answer is not there."""
_State = Delivery.State


def prepare() -> int:
    """Held replies of which the undo time is over become messages with a delivery. Returns how many."""
    with writing():
        due = Reply.objects.filter(state=Reply.State.HELD, send_at__lte=now()).order_by("send_at")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        replies = list(due[:50])  # no joins: the index of held replies alone finds them
        for reply in replies:
            _prepare_alone(reply)
    return len(replies)


def _prepare_alone(reply: Reply) -> None:
    """One that cannot be made ready is not sent and says so; it holds up no other."""
    try:
        with writing():
            _prepare(reply)
    except OperationalError:
        raise
    except Exception as error:
        log.error("a reply could not be made ready", reply=reply.pk, kind=type(error).__name__)
        _unprepared(reply, f"It could not be prepared ({type(error).__name__}). Its text is kept: send it again.")


def _unprepared(reply: Reply, words: str) -> None:
    recipient = reply.conversation.contact.name[:254]
    with writing():
        Reply.objects.filter(pk=reply.pk).update(state=Reply.State.FAILED)
        Delivery.objects.create(
            reply=reply, recipient=recipient, state=_State.FAILED, next_attempt_at=now(), words=words
        )
        record(facts.FAILED, thing(reply.conversation), by=reply.author.name, words=words)


def _prepare(reply: Reply) -> None:
    if not may_leave(reply):
        stop(reply)
    elif move(reply, Reply.State.LEAVING):
        _begin(reply)


def _begin(reply: Reply) -> None:
    row = reply.conversation
    account = account_of(row, in_private=reply.in_private)
    network = channel(account.channel)
    chosen = network.message_id(best_view(account)) if isinstance(network, ChoosesIds) else ""
    leaving = outgoing(row, reply.text, message_id=chosen or f"reply-{reply.pk}", in_private=reply.in_private)
    moment = now()
    message = Message(
        conversation=row,
        account=account,
        direction=Message.Direction.OUT,
        message_id=chosen,
        in_reply_to=leaving.in_reply_to,
        name=reply.author.name,
        handle=account.address,
        subject=leaving.subject,
        text=reply.text,
        private=leaving.private,
        sent_at=moment,
        received_at=moment,
    )
    add_sent(message, by=reply.author.name)
    Reply.objects.filter(pk=reply.pk).update(message=message)
    Delivery.objects.create(reply=reply, recipient=leaving.to, next_attempt_at=moment, external_id=leaving.message_id)


def send_due() -> int:
    """Send one delivery that is due. Returns 1 if there was one."""
    delivery = _claim()
    if delivery is None:
        return 0
    try:
        receipt = _send(delivery)
    except ChannelError as error:
        _note_error(delivery, error)
    except Sealed as error:
        _note_error(delivery, ChannelError(str(error), permanent=True))
    else:
        _note_sent(delivery, receipt)
    return 1


def _claim() -> Delivery | None:
    due = Delivery.objects.filter(state=_State.DUE, next_attempt_at__lte=now()).order_by("next_attempt_at")
    for pk in due.values_list("pk", flat=True)[:20]:
        mine = Delivery.objects.filter(pk=pk, state=_State.DUE)
        if mine.update(state=_State.SENDING, claimed_at=now(), attempts=F("attempts") + 1):
            return _loaded(pk)
    return None


def _loaded(pk: int) -> Delivery:
    return Delivery.objects.select_related(
        "reply__author",
        "reply__message__account",
        "reply__conversation__account",
        "reply__conversation__private_account",
        "reply__conversation__contact",
    ).get(pk=pk)


def _account(delivery: Delivery) -> Account:
    """By which it was prepared to leave."""
    message = delivery.reply.message
    return message.account if message else delivery.reply.conversation.account


def _outgoing(delivery: Delivery) -> Outgoing:
    """As it was prepared: to whom and under what does not change when somebody writes before the next attempt."""
    reply, key = delivery.reply, delivery.external_id
    attempt, in_private = delivery.attempts, reply.in_private
    files = files_of(reply)
    leaving = outgoing(
        reply.conversation, reply.text, message_id=key, attempt=attempt, in_private=in_private, files=files
    )
    if reply.message is None:
        return replace(leaving, to=delivery.recipient)
    under, subject = reply.message.in_reply_to, reply.message.subject
    return replace(leaving, to=delivery.recipient, in_reply_to=under, subject=subject)


def _send(delivery: Delivery) -> Receipt:
    account = _account(delivery)
    if not may_leave(delivery.reply):
        words = "Nobody has cleared these words, or somebody looks at their writer's answers first by now."
        raise ChannelError(f"{words} Write the answer anew and send it.", permanent=True)
    try:
        return channel(account.channel).send(usable(account), _outgoing(delivery))
    except (ChannelError, Sealed):
        raise
    except Exception as error:  # a fault of ours half-way: whether it left is not known
        words = f"Sending broke off ({type(error).__name__}). Look on the network whether it arrived."
        raise ChannelError(words, uncertain=True) from error


def _note_sent(delivery: Delivery, receipt: Receipt) -> None:
    """Whatever others thought meanwhile of a slow one: the network has it, so it is not sent again."""
    with writing():
        states = (_State.SENDING, _State.UNCERTAIN, _State.DUE)
        if not _from(delivery, states, state=_State.SENT, words=receipt.words[:400]):
            return
        reply = delivery.reply
        Reply.objects.filter(pk=reply.pk).update(state=Reply.State.SENT)
        if reply.message is not None:
            named(reply.message, receipt.external_id)
            in_parts(reply.message, receipt.parts)
        spending.charge(_account(delivery), receipt.cost)
        if arrived(reply):
            asked_in_private(reply.conversation, reply.message)
        else:
            answered(reply.conversation, reply.message, by=reply.author.name)
        confirmed(lock(reply.conversation), by=reply.author.name)
        record(facts.SENT, thing(reply.conversation), by=reply.author.name, reply=reply.pk)


def _note_error(delivery: Delivery, error: ChannelError) -> None:
    if error.uncertain:
        return _end(delivery, _State.UNCERTAIN, Reply.State.UNSURE, str(error))
    if error.permanent or delivery.attempts >= MOST_ATTEMPTS:
        return _end(delivery, _State.FAILED, Reply.State.FAILED, str(error))
    wait = timedelta(seconds=error.retry_after or min(3600, 10 * 2**delivery.attempts))
    with writing():
        if _from(
            delivery,
            (_State.SENDING,),
            claim=delivery.claimed_at,
            state=_State.DUE,
            next_attempt_at=now() + wait,
            words=str(error)[:400],
        ):
            record(facts.RETRIED, thing(delivery.reply.conversation), words=str(error)[:300])
    return None


def _end(delivery: Delivery, state: Delivery.State, reply_state: Reply.State, words: str) -> None:
    fact = facts.UNCERTAIN if state == _State.UNCERTAIN else facts.FAILED
    reply = delivery.reply
    with writing():
        states = (_State.SENDING, _State.UNCERTAIN)
        if _from(delivery, states, claim=delivery.claimed_at, state=state, words=words[:400]):
            Reply.objects.filter(pk=reply.pk).update(state=reply_state)
            record(fact, thing(reply.conversation), by=reply.author.name, words=words[:300])


def _from(
    delivery: Delivery, states: tuple[Delivery.State, ...], *, claim: datetime | None = None, **values: object
) -> bool:
    """Write the outcome unless somebody else has: exactly one wins. With ``claim``, only if that claim still stands:
    a slow worker's failure says nothing of the sending that somebody else has begun since."""
    rows = Delivery.objects.filter(pk=delivery.pk, state__in=states)
    return bool((rows.filter(claimed_at=claim) if claim else rows).update(**values))


def reconcile() -> int:
    """What was claimed and never answered for is uncertain; what is uncertain is read back where that is possible."""
    lost = Delivery.objects.filter(state=_State.SENDING, claimed_at__lte=now() - LOST_AFTER)
    done = 0
    for pk in lost.values_list("pk", flat=True)[:20]:
        words = "The program stopped while this was being sent. Look on the network whether it arrived."
        _end(_loaded(pk), _State.UNCERTAIN, Reply.State.UNSURE, words)
        done += 1
    open_ones = Delivery.objects.filter(state=_State.UNCERTAIN, next_attempt_at__lte=now())
    for pk in open_ones.values_list("pk", flat=True)[:20]:
        done += _read_back(_loaded(pk))
    return done


def _read_back(delivery: Delivery) -> int:
    account = _account(delivery)
    network = channel(account.channel)
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=now() + timedelta(minutes=5))
    if receipt := _came_back(delivery):
        _note_sent(delivery, receipt)
        return 1
    if not isinstance(network, ReadsBack):
        return 0
    try:
        receipt = network.read_back(usable(account), _outgoing(delivery))
    except (ChannelError, Sealed):
        return 0
    if receipt is not None:
        _note_sent(delivery, receipt)
    elif delivery.claimed_at is None or delivery.claimed_at <= now() - SHOWN_AFTER:
        _again(delivery)
    else:
        Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=delivery.claimed_at + SHOWN_AFTER)
    return 1


def _came_back(delivery: Delivery) -> Receipt | None:
    """The network handed our words back under an id of its own: it has them."""
    message = delivery.reply.message
    known = message.message_id if message else ""
    return Receipt(known, "it came back to us from the network") if known not in ("", delivery.external_id) else None


def _again(delivery: Delivery) -> None:
    with writing():
        if delivery.reply.message_id is None:
            _hold_again(delivery)
        elif _from(delivery, (_State.UNCERTAIN, _State.FAILED), state=_State.DUE, next_attempt_at=now(), attempts=1):
            Reply.objects.filter(pk=delivery.reply_id).update(state=Reply.State.LEAVING)


def _hold_again(delivery: Delivery) -> None:
    """It was never prepared, so nothing left: it begins anew, as if it had just been held."""
    if Reply.objects.filter(pk=delivery.reply_id, state=Reply.State.FAILED).update(
        state=Reply.State.HELD, send_at=now()
    ):
        Delivery.objects.filter(pk=delivery.pk).delete()


def settle(delivery: Delivery, *, arrived: bool, by: User) -> None:
    """A person looked: it arrived after all, or it did not and is to be sent again. Raises CannotBeDone otherwise."""
    row: Conversation = delivery.reply.conversation
    access.require(by, "reply", row)
    with writing():
        current = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if current.state not in (_State.UNCERTAIN, _State.FAILED):
            raise CannotBeDone("There is nothing to decide about this answer any more.")
        if arrived and delivery.reply.message_id is None:
            raise CannotBeDone("It never left, so it cannot have arrived. Send it again.")
        outcome = "it arrived" if arrived else "it did not arrive; send it again"
        record(facts.SETTLED, thing(row), by=by.name, outcome=outcome)
        if arrived:
            Delivery.objects.filter(pk=delivery.pk, state=_State.FAILED).update(state=_State.UNCERTAIN)
            _note_sent(delivery, Receipt("", f"{by.name} saw that it arrived"))
        else:
            _again(delivery)


def note_bounces() -> int:
    """An answer of which a notice says that it could not be delivered is marked so. Returns how many."""
    back = Message.objects.filter(automatic="bounce", conversation__replies__state=Reply.State.SENT)
    done = 0
    for bounce in back.exclude(in_reply_to="").order_by("-pk")[:50]:
        sent = Delivery.objects.filter(external_id=bounce.in_reply_to, state=_State.SENT)
        hit = sent.filter(claimed_at__lt=bounce.received_at).first()  # not one that was sent again since
        if hit is not None:
            _bounce(_loaded(hit.pk))
            done += 1
    return done


def _bounce(delivery: Delivery) -> None:
    words = "It could not be delivered and came back. Check the address or number, or reach them another way."
    reply = delivery.reply
    with writing():
        if _from(delivery, (_State.SENT,), state=_State.FAILED, words=words):
            Reply.objects.filter(pk=reply.pk).update(state=Reply.State.FAILED)
            came_back(reply.conversation, by_another=_answered_otherwise(delivery))
            record(facts.BOUNCED, thing(reply.conversation), by=reply.author.name, words=words)


def _answered_otherwise(delivery: Delivery) -> bool:
    """Whether another answer to the same message arrived."""
    under = delivery.reply.message.in_reply_to if delivery.reply.message else ""
    others = Delivery.objects.filter(reply__conversation=delivery.reply.conversation_id, state=_State.SENT)
    return others.filter(reply__message__in_reply_to=under).exists()
