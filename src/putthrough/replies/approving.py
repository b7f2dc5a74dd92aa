"""Looking at somebody else's answer before it goes: approve it, change it with a reason, or return it."""

from __future__ import annotations

from collections.abc import Mapping

from putthrough.audit.actions import record, thing, writing
from putthrough.audit.facts import Fact
from putthrough.conversations.actions import CannotBeDone
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.kit.time import now
from putthrough.replies import clearing, facts, trusting
from putthrough.replies.checks.catalogue import Level
from putthrough.replies.findings import concerns
from putthrough.replies.models import Reply, Review
from putthrough.replies.preview import preview
from putthrough.replies.queries import enclosures

Verdict = Review.Verdict


def version(reply: Reply) -> str:
    """Names exactly what a reviewer saw: they approve that and nothing else."""
    return clearing.fingerprint(reply.pk, reply.practice, *clearing.said(reply))[:16]


def approve(reply: Reply, *, by: User, seen: str, text: str | None = None, reason: str = "") -> Reply:
    """Let it go, as it is or with other words and a reason. Practice goes nowhere and counts all the same.

    ``seen`` is the ``version`` that they looked at. Raises CannotBeDone when it is another one by now, when words are
    changed without a reason, and when the new words cannot leave.
    """
    with writing():
        current = _locked(reply, by, seen)
        before, changed = current.text, text is not None and text.strip() != current.text.strip()
        if changed:
            current.text = str(text)
            _check_change(current, reason, by)
        verdict = Verdict.CHANGED if changed else Verdict.APPROVED
        after = current.text if changed else ""
        _note(current, by, verdict, reason, before=before if changed else "", after=after)
        trusting.approved(current.author, current.conversation.channel, clean=not changed)
        if current.practice:
            clearing.move(current, Reply.State.PRACTISED, text=current.text)
            record(facts.PRACTISED, thing(current.conversation), by=by.name, author=current.author.name)
        else:
            clearing.let_go(current, by=by)
            _record_gone(current, facts.CHANGED if changed else facts.APPROVED, by)
    current.refresh_from_db()
    return current


def _record_gone(reply: Reply, fact: Fact, by: User) -> None:
    seconds, row = organisation().undo_seconds, thing(reply.conversation)
    record(fact, row, by=by.name, author=reply.author.name, seconds=seconds, reply=reply.pk)


def _check_change(reply: Reply, reason: str, by: User) -> None:
    """The reviewer is the second pair of eyes, so only what cannot leave at all stops their words."""
    row = reply.conversation
    if not reply.text.strip():
        raise CannotBeDone("There is nothing left of it. Return it instead, with a reason.")
    if not reason.strip():
        raise CannotBeDone("Say why you changed it: its writer learns from that.")
    problems = list(preview(row, reply.text, in_private=reply.in_private, enclosures=enclosures(reply)).problems)
    found = concerns(row, reply.text, by=by, in_private=reply.in_private, draft=reply)
    problems += [one.why for one in found if one.level == Level.BLOCK]
    if problems:
        raise CannotBeDone(" ".join(problems))


def give_back(reply: Reply, *, by: User, reason: str) -> Reply:
    """Return it to its writer, who changes it and sends it again. Raises CannotBeDone without a reason."""
    if not reason.strip():
        raise CannotBeDone("Say what to change: without a reason its writer cannot mend it.")
    with writing():
        current = _locked(reply, by, None)
        _note(current, by, Verdict.RETURNED, reason, before=current.text)
        trusting.approved(current.author, current.conversation.channel, clean=False)
        clearing.move(current, Reply.State.RETURNED)
        record(facts.RETURNED, thing(current.conversation), by=by.name, author=current.author.name, reply=current.pk)
    current.refresh_from_db()
    return current


def approve_many(seen: Mapping[int, str], *, by: User) -> tuple[list[Reply], list[str]]:
    """Each by itself, as it was seen: those that went, and in words those that did not. Answers about which a check
    found something, or with which files go, are looked at one by one."""
    done, not_done = [], []
    for reply in Reply.objects.filter(pk__in=seen).select_related("author", "conversation").order_by("pk"):
        try:
            if reply.findings:
                raise CannotBeDone("A check found something in it: open it and look at it by itself.")
            if enclosures(reply):
                raise CannotBeDone("Files go with it: open it and look at them.")
            done.append(approve(reply, by=by, seen=seen[reply.pk]))
        except (CannotBeDone, access.NotAllowed) as error:
            not_done.append(f"{reply.author.name}, to {reply.conversation.contact}: {error}")
    return done, not_done


def _locked(reply: Reply, by: User, seen: str | None) -> Reply:
    rows = Reply.objects.select_for_update(of=("self",)).select_related(
        "author", "conversation__account", "conversation__contact"
    )
    current = rows.get(pk=reply.pk)
    if current.state != Reply.State.SUBMITTED:
        raise CannotBeDone(f"It does not wait any more ({current.get_state_display().lower()}). Nothing was changed.")
    if not access.may(by, "approve", current):
        raise access.NotAllowed(
            "You cannot look at this answer: that is for somebody else than its writer who is trusted to answer there, "
            "in the team that has it, as its writer's buddy, or as comms lead."
        )
    if seen is not None and seen != version(current):
        raise CannotBeDone("It was changed since you looked. Read it once more, then decide.")
    return current


def _note(reply: Reply, by: User, verdict: Verdict, reason: str, *, before: str = "", after: str = "") -> Review:
    return Review.objects.create(
        reply=reply, by=by, verdict=verdict, reason=reason.strip(), before=before, after=after, at=now()
    )
