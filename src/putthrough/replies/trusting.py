"""On which step of trust somebody answers, and the only ways from one to another.

*Rehearsal*: answers go nowhere. *Checked*: somebody else approves each public answer. *Trusted*: answers go, unless a
check asks for a second pair of eyes. Nobody rises without the yes of a named person, who is not themselves.
"""

from __future__ import annotations

from datetime import date

from django.db.models import F

from putthrough.audit.actions import SYSTEM, record, thing, writing
from putthrough.channels.registry import how
from putthrough.conversations.actions import CannotBeDone
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.replies import facts
from putthrough.replies.models import Away, Trust
from putthrough.replies.policy import policy
from putthrough.replies.states import STEPS, UP

Step = Trust.Step


def row_for(user: User, channel: str) -> Trust | None:
    """The row that counts: that of the channel before that of every channel."""
    rows = {row.channel: row for row in Trust.objects.filter(user=user, channel__in=[channel, ""])}
    return rows.get(channel) or rows.get("")


def step_of(user: User, channel: str) -> str:
    """Whoever has no row is checked."""
    row = row_for(user, channel)
    return row.step if row else Step.CHECKED


def begin(user: User, step: str, *, channel: str = "", by: str = SYSTEM) -> Trust:
    """Where a person starts who has no step yet; one that they have stays."""
    with writing():
        row, made = Trust.objects.get_or_create(user=user, channel=channel, defaults={"step": step})
        if made:
            _note(row, by, "where they start")
    return row


def may_rise(row: Trust) -> bool:
    """Whether the next step may be offered: enough of their answers were approved as they were."""
    return row.step in UP and row.in_a_row >= policy().rise_after


def set_step(user: User, channel: str, step: str, *, by: User, reason: str) -> Trust:
    """Put somebody on another step. Raises CannotBeDone for oneself, without a reason, and for a leap."""
    may_set(by, user)
    if not reason.strip():
        raise CannotBeDone("Say why: the person and whoever decides next read it.")
    with writing():
        row = _exact(user, channel)
        if step == row.step:
            return row
        if step not in STEPS[row.step]:
            raise CannotBeDone("One step at a time: from rehearsal to checked, and from there to trusted.")
        row.step, row.in_a_row = step, 0
        row.save(update_fields=["step", "in_a_row"])
        _note(row, by.name, reason.strip()[:200])
    return row


def rise(row: Trust, *, by: User) -> Trust:
    """Say yes to the step that is offered. Raises CannotBeDone where none is."""
    may_set(by, row.user, buddy=row.buddy)
    with writing():
        current = Trust.objects.select_for_update().get(pk=row.pk)
        if not may_rise(current):
            raise CannotBeDone("There is no step to offer any more. Nothing was changed.")
        current.step, current.in_a_row = UP[current.step], 0
        current.save(update_fields=["step", "in_a_row"])
        _note(current, by.name, "enough of their answers were approved as they were")
    return current


def may_set(by: User, whom: User, *, buddy: User | None = None) -> None:
    """Raises NotAllowed or CannotBeDone. Their buddy, where one is named, may say yes to the step that is offered."""
    if by.pk == whom.pk:
        raise CannotBeDone("Nobody decides on their own step. Ask the comms lead or an administrator.")
    if buddy is None or buddy.pk != by.pk or not by.is_active:
        access.require(by, "set_up_trust")


def approved(user: User, channel: str, *, clean: bool) -> None:
    """Count an approval; one that had to be changed or came back begins the count anew."""
    row = _counted(user, channel)
    Trust.objects.filter(pk=row.pk).update(in_a_row=F("in_a_row") + 1 if clean else 0)


def not_counted(user: User, channel: str) -> None:
    """Whoever approved took it back before it left: it will be counted when it is decided again."""
    row = _counted(user, channel)
    Trust.objects.filter(pk=row.pk, in_a_row__gt=0).update(in_a_row=F("in_a_row") - 1)


def fall(user: User, channel: str) -> None:
    """An answer of theirs was withdrawn: trusted becomes checked, and the count begins anew."""
    row = _counted(user, channel)
    fell = row.step == Step.TRUSTED
    if fell:
        row = _exact(user, channel)
        row.step = Step.CHECKED
        record(facts.FELL, thing(user), who=user.name, channel=_where(channel))
    row.in_a_row = 0
    row.save(update_fields=["step", "in_a_row"])


def set_buddy(user: User, channel: str, buddy: User | None, *, by: User) -> Trust:
    access.require(by, "set_up_trust")
    if buddy is not None and buddy.pk == user.pk:
        raise CannotBeDone("Nobody is their own buddy. Choose somebody else.")
    with writing():
        row = _exact(user, channel)
        if row.buddy_id != (buddy.pk if buddy else None):
            row.buddy = buddy
            row.save(update_fields=["buddy"])
            name = buddy.name if buddy else "anybody trusted in the team"
            record(facts.BUDDY, thing(user), by=by.name, who=user.name, channel=_where(channel), buddy=name)
    return row


def set_away(user: User, until: date, deputy: User, *, by: User) -> Away:
    """Somebody else looks at answers for them until then."""
    if by.pk != user.pk:
        access.require(by, "set_up_trust")
    if deputy.pk == user.pk:
        raise CannotBeDone("Choose somebody else: nobody is their own deputy.")
    with writing():
        row, _ = Away.objects.update_or_create(user=user, defaults={"until": until, "deputy": deputy})
        record(facts.AWAY, thing(user), by=by.name, who=user.name, deputy=deputy.name, until=until.isoformat())
    return row


def set_back(user: User, *, by: User) -> None:
    """They look at answers themselves again."""
    if by.pk != user.pk:
        access.require(by, "set_up_trust")
    with writing():
        if Away.objects.filter(user=user).delete()[0]:
            record(facts.BACK, thing(user), by=by.name, who=user.name)


def _counted(user: User, channel: str) -> Trust:
    row = row_for(user, channel)
    if row is None:
        row, _ = Trust.objects.get_or_create(user=user, channel=channel)
    return Trust.objects.select_for_update().select_related("user").get(pk=row.pk)


def _exact(user: User, channel: str) -> Trust:
    """The row of just that channel, begun from what counted until now: what changes on one says nothing of others."""
    row, counted = Trust.objects.filter(user=user, channel=channel).first(), row_for(user, channel)
    if row is None:
        step, buddy = (counted.step, counted.buddy) if counted else (Step.CHECKED, None)
        row, _ = Trust.objects.get_or_create(user=user, channel=channel, defaults={"step": step, "buddy": buddy})
    return Trust.objects.select_for_update().select_related("user").get(pk=row.pk)


def _note(row: Trust, by: str, reason: str) -> None:
    step = Step(row.step).label.partition(":")[0].lower()
    record(facts.STEP, thing(row.user), by=by, who=row.user.name, step=step, channel=_where(row.channel), reason=reason)


def _where(channel: str) -> str:
    return how(channel) if channel else "on every network"
