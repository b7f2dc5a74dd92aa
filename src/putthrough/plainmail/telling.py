"""Word back to whoever wrote a mail that was not sent: what became of it and what to do, where that cannot go round."""

from __future__ import annotations

from datetime import timedelta

from putthrough.channels.queries import account_by_address
from putthrough.directory.models import User
from putthrough.kit.text import one_line
from putthrough.kit.time import now
from putthrough.plainmail.deciding import Outcome
from putthrough.plainmail.models import Answer, Notice
from putthrough.plainmail.queries import policy

_TOLD = (Answer.State.KEPT, Answer.State.NOTHING, Answer.State.ASIDE)
_MOST_AN_HOUR = 5
_KEPT = (
    "Your email was not sent to {contact}: {words}.\n\n"
    "Nothing is lost: what you wrote is kept with the conversation, where your colleagues see it.\n\n"
    "To answer after all, reply to this email with what {contact} is to read and nothing else."
)
_NOTHING = (
    "Your email was not sent to {contact}: {words}.\n\nReply to this email with what {contact} is to read. "
    "If it is not for you, reply with the words: not mine."
)
_OWN_ADDRESS = "\n\nEach of you has to answer from your own address, so that it is known who answers."
_STRANGER = (
    "An email from your address answered one that was sent to somebody else, or it could not be confirmed that it came "
    "from you. So nothing was sent on. Its original is kept, and the people who sort messages have been told.\n\n"
    "If you wrote it, ask the colleague who got the email to answer it. Nobody needs to answer this one."
)


def tell_back(answer: Answer, outcome: Outcome) -> None:
    """Make the mail, in the transaction in which the outcome is written. Machines are told nothing, and nobody is told
    more than a few times an hour: so two programs that answer each other fall silent."""
    found, address = outcome.found, answer.writer.lower()
    if outcome.state not in _TOLD or found is None or not found.writers or address != found.writers[0]:
        return
    if account_by_address("email", address) is not None or _told_enough(address):
        return
    moment = now()
    notice = Notice(
        kind=Notice.Kind.BACK,
        conversation=answer.notice.conversation,
        recipient=address,
        event=f"answer:{answer.pk}",
        text=_words(answer, outcome),
        subject=one_line(found.subject, 200),
        in_reply_to=found.message_id,
        next_attempt_at=moment,
        made_at=moment,
        expires_at=moment + timedelta(days=policy().days),
    )
    if outcome.by:
        notice.team, notice.person = answer.notice.team, answer.notice.person or _member(answer.notice, address)
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def _member(notice: Notice, address: str) -> User | None:
    """Who of the team wrote: the mail back is for them alone."""
    return notice.team.people.filter(email__iexact=address).first() if notice.team else None


def _told_enough(address: str) -> bool:
    lately = Notice.objects.filter(kind=Notice.Kind.BACK, recipient=address, made_at__gte=now() - timedelta(hours=1))
    return lately.count() >= _MOST_AN_HOUR


def _words(answer: Answer, outcome: Outcome) -> str:
    if not outcome.by:
        return _STRANGER
    form = _NOTHING if outcome.state == Answer.State.NOTHING else _KEPT
    words = form.format(contact=answer.notice.conversation.contact, words=outcome.words.rstrip("."))
    theirs = answer.notice.team is not None and outcome.by == answer.notice.team.name
    return words + (_OWN_ADDRESS if theirs else "")
