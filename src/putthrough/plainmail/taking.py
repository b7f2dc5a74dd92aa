"""Colleagues' mails as they come in: known by their token while a batch is filed, dealt with each by itself.

Whatever becomes of one stands on its ``Answer``. Nothing is lost: what is not sent is kept with the conversation, and
what may be a stranger's stands in triage with its original.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from hashlib import sha256

import structlog
from django.db import OperationalError

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.contract import Unreadable
from putthrough.channels.models import Account
from putthrough.conversations.colleagues import MARK
from putthrough.conversations.threads import Letter
from putthrough.intake import envelope
from putthrough.intake.actions import note_answer, note_echo, set_aside
from putthrough.jobs.steps import later
from putthrough.kit.time import now
from putthrough.plainmail import facts
from putthrough.plainmail.deciding import Outcome, decide
from putthrough.plainmail.models import Answer, Notice
from putthrough.plainmail.telling import tell_back
from putthrough.plainmail.tokens import notice_of, of_message_id

log = structlog.get_logger()

ANSWERS = "answers"
_OURS = "Our own mail to a colleague, coming back."
_TWICE = "A colleague's answer that is here already, handed over once more."
_BROKEN = "It is addressed as an answer of a colleague, with a token that is none of ours or of a mail long gone."


def take(account: Account, letters: Sequence[Letter]) -> Set[int]:
    """Those of these letters (each names something like a token) that are colleagues' answers, or our own mail coming
    back. Called while a batch is filed, in its transaction."""
    read = [letter for letter in letters if not envelope.is_envelope(bytes(letter.arrival.raw))]
    asked = {pk for letter in read for pk in _named(letter)}
    notices = Notice.objects.in_bulk(list(asked)) if asked else {}
    taken = {letter.arrival.pk for letter in read if _take(letter, notices)}
    if taken:
        later(ANSWERS)
    return taken


def _named(letter: Letter) -> list[int]:
    """The notices that a letter names by tokens that we signed: by the address it was sent to, then by what it refers
    to, nearest first."""
    one = letter.incoming
    found = [notice_of(one.thread), *(of_message_id(public_id) for public_id in one.refers_to)]
    return [pk for pk in found if pk is not None]


def _take(letter: Letter, notices: dict[int, Notice]) -> bool:
    one, arrival = letter.incoming, letter.arrival
    if of_message_id(one.message_id) is not None:
        note_echo(arrival, _OURS)
        return True
    notice = next((notices[pk] for pk in _named(letter) if pk in notices), None)
    if notice is None:
        if one.thread.startswith(MARK):
            set_aside(arrival.pk, _BROKEN)
        return one.thread.startswith(MARK)
    _keep(letter, notice)
    return True


def _keep(letter: Letter, notice: Notice) -> None:
    """Its row, the one that it had before, or none where the same mail came in by another account."""
    key = _key(letter)
    before = Answer.objects.filter(arrival=letter.arrival).first()
    if before is None and Answer.objects.filter(notice=notice, key=key).exists():
        note_echo(letter.arrival, _TWICE)
        return
    note_answer(letter.arrival)
    if before is None:
        Answer.objects.create(arrival=letter.arrival, notice=notice, key=key, writer=letter.incoming.handle, at=now())
    elif before.state == Answer.State.ASIDE:
        Answer.objects.filter(pk=before.pk).update(state=Answer.State.NEW)


def _key(letter: Letter) -> str:
    """What makes two hand-overs one mail: its own id with its writer, so that nobody takes the place of another."""
    one = letter.incoming
    identity = one.message_id or letter.arrival.external_id
    return sha256(f"{one.handle}\n{identity}".encode("utf-8", "surrogatepass")).hexdigest()


def take_answers() -> int:
    """Deal with one batch of colleagues' mails. Returns how many."""
    waiting = list(Answer.objects.filter(state=Answer.State.NEW).order_by("pk").values_list("pk", flat=True)[:20])
    for pk in waiting:
        try:
            _deal_with(pk)
        except OperationalError:
            raise
        except Exception as error:
            log.error("a colleague's mail was set aside", answer=pk, kind=type(error).__name__)
            _deal_with(pk, broken=f"It could not be dealt with ({type(error).__name__}).")
    return len(waiting)


def _deal_with(pk: int, *, broken: str = "") -> None:
    """All of it in one transaction: what it does, that it was done, and the mail back. Exactly one worker wins."""
    with writing():
        if not Answer.objects.filter(pk=pk, state=Answer.State.NEW).update(state=Answer.State.KEPT, at=now()):
            return
        of = "notice__conversation"
        rows = Answer.objects.select_related(
            "arrival__account", "notice__team", "notice__person", f"{of}__account", f"{of}__owner", f"{of}__contact"
        )
        answer = rows.get(pk=pk)
        outcome = Outcome(Answer.State.ASIDE, broken) if broken else _decided(answer)
        _write(answer, outcome)
        tell_back(answer, outcome)


def _decided(answer: Answer) -> Outcome:
    try:
        return decide(answer)
    except Unreadable as error:
        return Outcome(Answer.State.ASIDE, str(error))


def _text(outcome: Outcome) -> str:
    found = outcome.found
    if found is None or outcome.state == Answer.State.NOTHING:
        return ""
    return found.failed or found.text


def _write(answer: Answer, outcome: Outcome) -> None:
    answer.state, answer.words, answer.reply = outcome.state, outcome.words[:400], outcome.reply
    answer.text = _text(outcome)
    answer.save(update_fields=["state", "words", "reply", "text"])
    what, by = thing(answer.notice.conversation), outcome.by or answer.writer
    if outcome.state == Answer.State.SENT:
        record(facts.ANSWERED, what, by=by)
    elif outcome.state == Answer.State.KEPT:
        record(facts.KEPT, what, by=by, words=outcome.words[:300])
    elif outcome.state == Answer.State.NOTHING:
        record(facts.NOTHING, what, by=by)
    elif outcome.state == Answer.State.AUTOMATIC:
        record(facts.AUTOMATIC, what, to=answer.notice.recipient, kind=outcome.words[:100])
    elif outcome.state == Answer.State.ASIDE:
        set_aside(answer.arrival_id, f"An email to colleagues was answered, and that was not sent: {outcome.words}")
        record(facts.ASIDE, what, to=answer.notice.recipient, words=outcome.words[:300])
