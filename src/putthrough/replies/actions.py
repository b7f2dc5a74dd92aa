"""Writing an answer: one draft per person and conversation, somebody to look at it where that is due, and ten seconds
to think again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.actions import CannotBeDone, not_taken_private
from putthrough.conversations.models import Conversation
from putthrough.conversations.standing import account_of
from putthrough.directory import access
from putthrough.directory.models import Service, User
from putthrough.directory.queries import organisation
from putthrough.kit.time import now
from putthrough.replies import clearing, escalating, facts, links, trusting
from putthrough.replies.checks.catalogue import Level
from putthrough.replies.findings import Concern, concerns
from putthrough.replies.models import Enclosure, Reply, Review, TakenPrivate
from putthrough.replies.preview import preview
from putthrough.replies.queries import enclosures, own_words
from putthrough.replies.signposting import Post, stands_in


class Waiting(CannotBeDone):
    """Another answer waits to be checked here: only sent instead of it when the writer says so."""


def save_draft(
    conversation: Conversation, text: str, *, by: User, in_private: bool = False, about: Service | None = None
) -> Reply:
    """Keep what is written so far. Nobody else's action touches it; it survives a change of owner, and whoever still
    sees the conversation may go on writing it. What came back to them is taken up again by this. ``about`` is the
    service whose signpost they have just put in."""
    access.require(by, "reply")
    if not access.sees(by, conversation):
        access.require(by, "reply", conversation)
    values: dict[str, object] = {"text": text, "in_private": in_private, "clearance": "", "cleared_by": None}
    links.note(text)
    with writing():
        draft = own_words(by, conversation)
        if draft is not None and draft.state == Reply.State.RETURNED:
            clearing.move(draft, Reply.State.DRAFT)
        if draft is not None and draft.signposted is not None and not _still_shows(draft.signposted, text):
            values["signposted"] = None
        draft, _ = Reply.objects.update_or_create(
            conversation=conversation,
            author=by,
            state=Reply.State.DRAFT,
            defaults=values | ({"signposted": about} if about else {}),
        )
    return draft


def _still_shows(service: Service, text: str) -> bool:
    """Whether any signpost of the service is still in it: one that was taken out again is not counted."""
    return any(
        stands_in(Post(post.words, service.name, post.page, post.phone, post.hours), text)
        for post in service.signposts.all()
    )


def send(
    conversation: Conversation,
    text: str,
    *,
    by: User,
    in_private: bool = False,
    instead: bool = False,
    with_files: bool = False,
) -> Reply:
    """Send after the undo time, or have somebody look first: which of the two is the row's state.

    Raises CannotBeDone when it is empty, the network would not take it or a check forbids it; Waiting when another
    answer waits to be checked here and ``instead`` is false. ``in_private`` answers in private what was said in public.
    ``with_files`` says that the writer saw what goes with their draft: without it an answer takes no files along.
    """
    access.require(by, "reply", conversation)
    with writing():
        _refuse_doubles(conversation, text, by)
        settle_rivals(conversation, by=by, instead=instead)
        own = own_words(by, conversation)
        going = enclosures(own)
        if going and not with_files:
            raise CannotBeDone("Files go with the answer that you began here. Open the conversation and send it there.")
        refuse_what_cannot_leave(conversation, text, in_private=in_private, going=going)
        found = refuse_forbidden(conversation, text, by=by, in_private=in_private, draft=own)
        draft = save_draft(conversation, text, by=by, in_private=in_private)
        draft.findings = [one.kept() for one in found]
        why = _why_somebody_looks(draft, found)
        if why:
            _submit(draft, why)
        else:
            clearing.let_go(draft, by=by)
            seconds = organisation().undo_seconds
            record(facts.HELD, thing(conversation), by=by.name, seconds=seconds, reply=draft.pk)
    draft.refresh_from_db()
    return draft


def send_beside_draft(
    conversation: Conversation, text: str, *, by: User, in_private: bool = False, instead: bool = False
) -> Reply:
    """Send other words than those that they have begun, which stay their draft. Raises as ``send`` does."""
    with writing():
        kept = own_words(by, conversation)
        words, private = (kept.text, kept.in_private) if kept else ("", False)
        sent = send(conversation, text, by=by, in_private=in_private, instead=instead)
        if words.strip() and words.strip() != text.strip():
            save_draft(conversation, words, by=by, in_private=private)
    return sent


def refuse_forbidden(
    conversation: Conversation, text: str, *, by: User, in_private: bool, draft: Reply | None = None
) -> list[Concern]:
    """What the checks find. Raises CannotBeDone when one of them forbids it."""
    found = concerns(conversation, text, by=by, in_private=in_private, draft=draft)
    if stopped := [one for one in found if one.level == Level.BLOCK]:
        raise CannotBeDone(f"{stopped[0].why} {stopped[0].check.do}")
    return found


def refuse_what_cannot_leave(
    conversation: Conversation, text: str, *, in_private: bool, going: Sequence[Enclosure] = ()
) -> None:
    """Raises CannotBeDone when it is empty, or its account or network would not take it."""
    if not text.strip():
        raise CannotBeDone("Write the answer first: there is nothing in it.")
    account = account_of(conversation, in_private=in_private)
    if not account.enabled:
        raise CannotBeDone(f"The account {account} is switched off. Ask for it to be switched on in Set-up.")
    problems = preview(conversation, text, in_private=in_private, enclosures=going).problems
    if problems:
        raise CannotBeDone(" ".join(problems))


def _refuse_doubles(conversation: Conversation, text: str, by: User) -> None:
    """A form sent twice is one answer."""
    recent = Reply.objects.filter(
        conversation=conversation, author=by, text=text, saved_at__gte=now() - timedelta(minutes=2)
    )
    again = [Reply.State.DRAFT, Reply.State.FAILED, Reply.State.RETURNED]
    if recent.exclude(state__in=again).exists():
        raise CannotBeDone("You have just sent exactly this. It was not sent a second time.")


def settle_rivals(conversation: Conversation, *, by: User, instead: bool) -> None:
    """One answer at a time waits: a second asks first, and the other goes back to its writer with its words."""
    waiting = Reply.objects.select_for_update(of=("self",)).filter(
        conversation=conversation, state=Reply.State.SUBMITTED
    )
    for rival in waiting.select_related("author"):
        if not instead:
            whose = "Your own answer" if rival.author_id == by.pk else f"An answer by {rival.author.name}"
            raise Waiting(f"{whose} waits here to be checked. Send this one instead of it?")
        if rival.author_id == by.pk and rival.enclosures.exists():
            raise CannotBeDone("Files go with your answer that waits. Take that one back first, then send this.")
        clearing.move(rival, Reply.State.RETURNED)
        Review.objects.create(
            reply=rival,
            by=by,
            verdict=Review.Verdict.SUPERSEDED,
            reason="Another answer went instead.",
            before=rival.text,
            at=now(),
        )
        record(facts.SUPERSEDED, thing(conversation), by=by.name, author=rival.author.name, reply=rival.pk)


def _why_somebody_looks(draft: Reply, found: list[Concern]) -> str:
    if clearing.rehearses(draft.author, draft.conversation, in_private=draft.in_private):
        return "they rehearse, so it goes nowhere"
    if not clearing.answers_alone(draft.author, draft.conversation, in_private=draft.in_private):
        return "somebody looks at each of their public answers"
    asks = [one.check.name for one in found if one.level == Level.ASK]
    return f"a check asks for it ({', '.join(asks)})" if asks else ""


def _submit(draft: Reply, why: str) -> None:
    clearing.move(
        draft,
        Reply.State.SUBMITTED,
        findings=draft.findings,
        practice=clearing.rehearses(draft.author, draft.conversation, in_private=draft.in_private),
        submitted_at=now(),
        reminded_at=None,
        escalated_at=None,
    )
    record(facts.SUBMITTED, thing(draft.conversation), by=draft.author.name, why=why, reply=draft.pk)


def take_back(reply: Reply, *, by: User) -> Reply:
    """Undo: the held or waiting answer is a draft again; what somebody else approved waits to be checked again when
    they are the one who takes it back. Raises CannotBeDone when it has left already."""
    with writing():
        theirs = reply.cleared_by_id == by.pk and reply.author_id != by.pk
        if reply.author_id != by.pk and not theirs:
            raise access.NotAllowed("Only the person who pressed send can take it back.")
        to = Reply.State.SUBMITTED if theirs else _make_room(reply, by)
        held = [Reply.State.HELD] if theirs else [Reply.State.HELD, Reply.State.SUBMITTED]
        rows = Reply.objects.filter(pk=reply.pk, state__in=held)
        if not rows.update(state=to, send_at=None, clearance="", cleared_by=None, saved_at=now()):
            raise CannotBeDone("It is too late: the answer has left.")
        if theirs and reply.reviews.filter(verdict=Review.Verdict.APPROVED).exists():
            trusting.not_counted(reply.author, reply.conversation.channel)
        if reply.escalated_at is not None and not theirs:
            escalating.decided(reply)
        if not theirs:
            _not_taken_private(reply)
        record(facts.TAKEN_BACK, thing(reply.conversation), by=by.name, reply=reply.pk)
    reply.refresh_from_db()
    return reply


def _make_room(reply: Reply, by: User) -> Reply.State:
    """What it is again when it is taken back. Where taking it private had left a draft in peace, that stays so."""
    kept = Reply.objects.filter(conversation=reply.conversation_id, author=by, state=Reply.State.DRAFT).first()
    if kept is not None and (kept.text.strip() or kept.enclosures.exists()):
        if TakenPrivate.objects.filter(Q(first=reply) | Q(said=reply)).exists():
            return Reply.State.RETURNED
        raise CannotBeDone("You have begun another draft here. Send or empty it first.")
    if kept is not None:
        kept.delete()
    return Reply.State.DRAFT


def _not_taken_private(reply: Reply) -> None:
    """Taken back was its direct message, or its public line: where the direct message has gone, only that is so."""
    state, words = TakenPrivate.State, f"{reply.author.name} took it back."
    line = TakenPrivate.objects.filter(said=reply, state=state.SAYS)
    line.filter(first__isnull=False).update(state=state.UNSAID, words=words)
    gone = TakenPrivate.objects.filter(Q(first=reply, state=state.WAITS) | Q(said=reply, state=state.SAYS))
    if gone.update(state=state.DROPPED):
        not_private_after_all(reply.conversation)


def not_private_after_all(conversation: Conversation) -> None:
    """Unless it was taken private another time. Call it inside ``writing``."""
    state = TakenPrivate.State
    others = TakenPrivate.objects.filter(conversation=conversation).exclude(state__in=[state.FAILED, state.DROPPED])
    if not others.exists():
        not_taken_private(conversation)
