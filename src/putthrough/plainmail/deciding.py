"""What becomes of a colleague's mail. Who writes is settled first, then what they say; only then is anything done, and
only through the same verbs as on the screens, as that person."""

from __future__ import annotations

from dataclasses import dataclass, replace

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.contract import Automatic
from putthrough.channels.email.answer import Answered, read_answer, vouched
from putthrough.channels.email.reading import read
from putthrough.conversations.actions import CannotBeDone, close
from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.standing import goes_on_in_private
from putthrough.directory.access import NotAllowed
from putthrough.directory.models import User
from putthrough.handover.actions import decline, decline_by_address
from putthrough.handover.models import Handover
from putthrough.kit.text import shorten
from putthrough.kit.time import now
from putthrough.plainmail import facts
from putthrough.plainmail.models import Answer, Notice, Policy
from putthrough.plainmail.queries import policy
from putthrough.plainmail.said import Meaning, Said, understand
from putthrough.plainmail.tokens import notice_of, of_message_id
from putthrough.replies.actions import save_draft, send
from putthrough.replies.models import Reply
from putthrough.replies.queries import enclosures, own_words

_S = Answer.State
NO_REASON = "They said by email that it is not theirs, and gave no reason."
_STRANGER = "its writer is not the one whom the email was for"
_UNPROVED = "our mail server does not vouch that it is from whom it says"
_LATE = "the email that it answers was too old to be answered"
_MIXED = "it answers two emails at once, about different conversations"
_NOBODY = "it came from the team's address, which does not say who wrote it"
_THANKS = "a word of thanks is no answer to a resident"
_FILES = "files came with it, and they cannot go out with an answer by email"
_BEGUN = "an answer with files was begun in Putthrough, and it would have gone along"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``words`` say what happened to colleagues, and why; ``by`` is who wrote it where that is known, else empty."""

    state: Answer.State
    words: str = ""
    by: str = ""
    reply: Reply | None = None
    found: Answered | None = None


@dataclass(frozen=True, slots=True)
class _Writer:
    """A colleague: ``person`` is None for a team's own address."""

    name: str
    person: User | None


def decide(answer: Answer) -> Outcome:
    """Do what the mail asks for. Called inside ``writing``. Raises Unreadable where there is no email."""
    raw, rules = bytes(answer.arrival.raw), policy()
    found = read_answer(raw, address=answer.arrival.account.address)
    if found.automatic is not None:
        return _by_machine(answer, found)
    writer = _writer(answer.notice, found)
    if writer is None:
        return Outcome(_S.ASIDE, _STRANGER, found=found)
    if not _proved(raw, found, rules):
        return Outcome(_S.ASIDE, _UNPROVED, found=found)
    said = _understood(answer.notice.conversation, found)
    outcome = _refused(answer, found, said, writer) or _done(answer, said, writer)
    return replace(outcome, by=writer.name, found=found)


def _by_machine(answer: Answer, found: Answered) -> Outcome:
    """An answer of absence changes nothing. A notice that our mail came back says that they have not got it."""
    notice, row = answer.notice, answer.notice.conversation
    if found.failed:
        went = Notice.objects.filter(pk=notice.pk, state__in=[Notice.State.SENT, Notice.State.UNSURE])
        if went.update(state=Notice.State.FAILED, words=found.failed[:400]):
            record(facts.CAME_BACK, thing(row), to=notice.recipient)
    kind = "it came back" if found.automatic == Automatic.BOUNCE else "an automatic answer"
    return Outcome(_S.AUTOMATIC, kind, found=found)


def _writer(notice: Notice, found: Answered) -> _Writer | None:
    """The one whom the mail was for, by the only address in its From; None for anybody else."""
    address = found.writers[0] if len(found.writers) == 1 else ""
    person, team = notice.person, notice.team
    if person is not None and address in (person.email.lower(), notice.recipient) and person.is_active:
        return _Writer(person.name, person)
    if team is None or not address:
        return None
    member = team.people.filter(email__iexact=address, is_active=True).first()
    if member is not None:
        return _Writer(member.name, member)
    return _Writer(team.name, None) if address in (team.email.lower(), notice.recipient) else None


def _proved(raw: bytes, found: Answered, rules: Policy) -> bool:
    if rules.identity == Policy.Identity.TOKEN:
        return True
    return vouched(raw, host=rules.host, address=found.writers[0])


def _understood(row: Conversation, found: Answered) -> Said:
    said = Message.objects.filter(conversation=row).values_list("direction", "text")
    theirs = "\n".join(text for direction, text in said if direction == Message.Direction.IN)
    notes = [text for direction, text in said if direction == Message.Direction.NOTE]
    notes += Handover.objects.filter(conversation=row).exclude(note="").values_list("note", flat=True)
    return understand(found.text, theirs=theirs, ours=notes)


def _refused(answer: Answer, found: Answered, said: Said, writer: _Writer) -> Outcome | None:
    """Why nothing of it can be done whatever it asks for; None where it can."""
    notice = answer.notice
    if found.unread:
        return Outcome(_S.KEPT, found.unread)
    if said.meaning == Meaning.NOTHING:
        return Outcome(_S.NOTHING, _FILES if found.files else "there was nothing in it but the email that it answers")
    if notice.expires_at < now():
        return Outcome(_S.KEPT, _LATE)
    if _names_another(answer):
        return Outcome(_S.KEPT, _MIXED)
    if said.meaning in (Meaning.UNCLEAR, Meaning.THANKS):
        return Outcome(_S.KEPT, said.why or _THANKS)
    if writer.person is None and said.meaning != Meaning.DECLINE:
        return Outcome(_S.KEPT, _NOBODY)
    return None if said.meaning != Meaning.ANSWER else _unsendable(notice, found, writer)


def _unsendable(notice: Notice, found: Answered, writer: _Writer) -> Outcome | None:
    if found.files:
        return Outcome(_S.KEPT, _FILES)
    other = _answered_since(notice, writer)
    if other is not None:
        return Outcome(_S.KEPT, f"{other.author.name} has answered since the email was sent")
    return None


def _names_another(answer: Answer) -> bool:
    """Whether the address that it was sent to and the mail that it says it answers are of different conversations."""
    one = read(bytes(answer.arrival.raw), address=answer.arrival.account.address)
    named = {notice_of(one.thread), *map(of_message_id, one.refers_to)} - {None}
    rows = Notice.objects.filter(pk__in=[pk for pk in named if pk is not None])
    return rows.exclude(conversation=answer.notice.conversation_id).exists()


_UNSAID = (Reply.State.DRAFT, Reply.State.RETURNED, Reply.State.PRACTISED, Reply.State.FAILED)


def _answered_since(notice: Notice, writer: _Writer) -> Reply | None:
    """Somebody else's answer that this one's writer cannot have known of."""
    rows = Reply.objects.filter(conversation=notice.conversation, saved_at__gte=notice.made_at)
    others = rows.exclude(state__in=_UNSAID).exclude(author=writer.person)
    return others.select_related("author").first()


def _done(answer: Answer, said: Said, writer: _Writer) -> Outcome:
    """What was asked for, or why it cannot be done as things stand: then nothing is changed and the words are kept."""
    row = answer.notice.conversation
    try:
        with writing():
            return _do(row, answer.notice, said, writer.person)
    except (CannotBeDone, NotAllowed) as error:
        return Outcome(_S.KEPT, str(error))


def _do(row: Conversation, notice: Notice, said: Said, person: User | None) -> Outcome:
    if said.meaning == Meaning.DECLINE:
        give_back(row, notice, person, said.text)
        return Outcome(_S.DECLINED, "it went back")
    if person is None:
        raise CannotBeDone(_NOBODY)
    if said.meaning == Meaning.DONE:
        close(row, by=person)
        return Outcome(_S.DONE, "it was closed")
    return _answer(row, said.text, person)


def give_back(row: Conversation, notice: Notice, person: User | None, reason: str) -> None:
    """Not theirs: by the person whose mail it is, or by the team of which only the address is known. Raises
    CannotBeDone and access.NotAllowed."""
    words = shorten(reason, 300) or NO_REASON
    if person is not None:
        decline(row, by=person, reason=words)
    elif notice.team is not None:
        decline_by_address(row, notice.team, reason=words)


def _answer(row: Conversation, text: str, person: User) -> Outcome:
    """Through the one door that every answer takes. What the person had begun on the screen stays begun."""
    begun = own_words(person, row)
    if enclosures(begun):
        raise CannotBeDone(_BEGUN)
    before, privately = (begun.text, begun.in_private) if begun is not None else ("", False)
    reply = send(row, text, by=person, in_private=goes_on_in_private(row))
    if before.strip() and before != text:
        save_draft(row, before, by=person, in_private=privately)
    return Outcome(_S.SENT, "it became an answer", reply=reply)
