"""Mailing colleagues: once per recipient and event, and a crash between claim and outcome sends nothing twice."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import OperationalError
from django.db.models import F

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.actions import usable
from putthrough.channels.contract import ChannelError
from putthrough.channels.models import Account
from putthrough.channels.registry import channel
from putthrough.kit.secrets import Sealed
from putthrough.kit.time import now
from putthrough.plainmail import facts
from putthrough.plainmail.composing import outgoing, overtaken, sender
from putthrough.plainmail.models import Notice
from putthrough.plainmail.queries import policy

log = structlog.get_logger()

MOST_ATTEMPTS = 8
_State = Notice.State
_NO_ACCOUNT = "No email account is switched on to send it from. Add one in Set-up, Accounts."


def send_notice() -> int:
    """Send one mail that is due, or find that it is overtaken. Returns 1 if there was one."""
    due = Notice.objects.filter(state=_State.DUE, next_attempt_at__lte=now()).order_by("next_attempt_at")
    for pk in due.values_list("pk", flat=True)[:20]:
        if _deal_with(_loaded(pk)):
            return 1
    return 0


def _loaded(pk: int) -> Notice:
    of = "conversation"
    rows = Notice.objects.select_related("team", "person", f"{of}__account", f"{of}__owner", f"{of}__contact")
    return rows.get(pk=pk)


def _deal_with(notice: Notice) -> bool:
    """False where another worker was quicker."""
    if words := overtaken(notice):
        return _moves(notice, _State.DUE, state=_State.MOOT, words=words)
    claimed_at = now()
    if not _moves(notice, _State.DUE, state=_State.SENDING, claimed_at=claimed_at, attempts=F("attempts") + 1):
        return False
    notice.claimed_at, notice.attempts = claimed_at, notice.attempts + 1
    try:
        _send(notice)
    except ChannelError as error:
        _note_error(notice, error)
    except Sealed as error:
        _note_error(notice, ChannelError(str(error), permanent=True))
    except OperationalError:
        raise
    except Exception as error:  # a fault of ours with one conversation holds up no other mail
        log.error("a mail to a colleague could not be made", notice=notice.pk, kind=type(error).__name__)
        _note_error(notice, ChannelError(f"It could not be put together ({type(error).__name__}).", permanent=True))
    return True


def _send(notice: Notice) -> None:
    rules = policy()
    account: Account | None = sender(notice, rules)
    if account is None:
        raise ChannelError(_NO_ACCOUNT)
    leaving = outgoing(notice, account, rules)
    Notice.objects.filter(pk=notice.pk).update(message_id=leaving.message_id[:255])
    channel(account.channel).send(usable(account), leaving)
    with writing():
        sent = _moves(notice, _State.SENDING, state=_State.SENT, words="")
        if sent and notice.kind == Notice.Kind.PUT:
            record(facts.MAILED, thing(notice.conversation), to=notice.recipient)


def _note_error(notice: Notice, error: ChannelError) -> None:
    words = str(error)[:400]
    if error.uncertain:
        _end(notice, _State.UNSURE, words)
    elif error.permanent or notice.attempts >= MOST_ATTEMPTS:
        _end(notice, _State.FAILED, words)
    else:
        wait = timedelta(seconds=error.retry_after or 30 * 2**notice.attempts)
        _moves(notice, _State.SENDING, state=_State.DUE, next_attempt_at=now() + wait, words=words)


def _end(notice: Notice, state: Notice.State, words: str) -> None:
    fact = facts.PERHAPS_MAILED if state == _State.UNSURE else facts.NOT_MAILED
    with writing():
        if _moves(notice, _State.SENDING, state=state, words=words):
            record(fact, thing(notice.conversation), to=notice.recipient, words=words[:300])


def _moves(notice: Notice, was: Notice.State, **values: object) -> bool:
    """Write the outcome unless somebody else has: of what stands so, by this claim, exactly one moves it."""
    mine = Notice.objects.filter(pk=notice.pk, state=was)
    claimed = mine.filter(claimed_at=notice.claimed_at) if was == _State.SENDING else mine
    return bool(claimed.update(**values))
