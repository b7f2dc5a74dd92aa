"""What waits too long to be looked at, and what was withdrawn: found by the sweep."""

from __future__ import annotations

from datetime import timedelta

from putthrough.audit.actions import record, thing, writing
from putthrough.kit.time import now
from putthrough.replies import escalating, facts, trusting
from putthrough.replies.hours import Hours, open_minutes
from putthrough.replies.models import Policy, Reply
from putthrough.replies.policy import hours, policy

_LEAST = timedelta(minutes=5)


def remind() -> int:
    """Remind those who may look, once, and later ask the comms lead, once. Returns how many were."""
    waiting = Reply.objects.filter(
        state=Reply.State.SUBMITTED, submitted_at__lte=now() - _LEAST, escalated_at=None
    ).select_related("author", "conversation")
    rows = list(waiting.order_by("submitted_at")[:200])
    if not rows:
        return 0
    settings = policy()
    open_hours = hours(settings)
    return sum(_remind(row, settings, open_hours) for row in rows)


def _remind(reply: Reply, settings: Policy, open_hours: Hours) -> bool:
    minutes = open_minutes(open_hours, reply.submitted_at or now(), now())
    if minutes >= settings.escalate_minutes and not reply.practice:
        return _escalate(reply, minutes)
    if minutes < settings.remind_minutes or reply.reminded_at is not None:
        return False
    with writing():
        rows = Reply.objects.filter(pk=reply.pk, state=Reply.State.SUBMITTED, reminded_at=None)
        if not rows.update(reminded_at=now()):
            return False
        record(facts.REMINDED, thing(reply.conversation), author=reply.author.name, minutes=minutes)
    return True


def _escalate(reply: Reply, minutes: int) -> bool:
    """The comms lead sees what is escalated, private ones too, and so can look at it."""
    with writing():
        rows = Reply.objects.filter(pk=reply.pk, state=Reply.State.SUBMITTED, escalated_at=None)
        if not rows.update(escalated_at=now()):
            return False
        escalating.show_to_lead(reply.conversation)
        record(facts.ESCALATED, thing(reply.conversation), author=reply.author.name, minutes=minutes)
    return True


def fall_back() -> int:
    """Whoever's answer was deleted on the network has somebody looking first again. Returns how many were found."""
    gone = Reply.objects.filter(state=Reply.State.SENT, fell_for_it=False, message__withdrawn_at__isnull=False)
    rows = list(gone.select_related("author", "conversation").order_by("pk")[:50])
    for reply in rows:
        with writing():
            if Reply.objects.filter(pk=reply.pk, fell_for_it=False).update(fell_for_it=True):
                trusting.fall(reply.author, reply.conversation.channel)
    return len(rows)
