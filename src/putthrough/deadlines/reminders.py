"""Reminders: who is told by email that a clock ends soon or is late, and who next when nobody says that they have it.

A step of the sweep. What is to be told stands in rows, so that a killed process forgets nothing. No resident's words
are in it: an email leaves the house.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import F, Q, QuerySet

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.actions import usable
from putthrough.channels.contract import ChannelError, Outgoing
from putthrough.channels.queries import of_channel
from putthrough.channels.registry import channel
from putthrough.conversations.models import Conversation
from putthrough.deadlines import facts
from putthrough.deadlines.calendar import Calendar
from putthrough.deadlines.models import TARGET, Deadline, Named, Reminder
from putthrough.deadlines.queries import policy, service_calendar
from putthrough.deadlines.regimes import Unit
from putthrough.deadlines.wording import name, sentence
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.kit.secrets import Sealed
from putthrough.kit.time import end_of, local_day, now

log = structlog.get_logger()

MOST_ATTEMPTS = 6
LOST_AFTER = timedelta(minutes=5)
_AHEAD = timedelta(days=14)  # two working days may be this many, over Christmas
_LOOKED_BACK = timedelta(days=7)  # for whom to tell next: longer than any outage, shorter than a chain that has ended
_BATCH = 100
_Kind, _State = Reminder.Kind, Reminder.State


def remind() -> int:
    """One batch: note what is to be told, then send one of it. Returns how many rows it moved."""
    return _note() + _send_one()


def _note() -> int:
    """Clocks that have come near or run late since, and reminders that nobody has seen."""
    moment, on = now(), service_calendar(organisation().nation)
    told = Reminder.objects.filter(due_at=F("deadline__due_at"))
    late = _of_law().filter(due_at__lt=moment).exclude(pk__in=told.filter(kind=_Kind.LATE).values("deadline"))
    near = _of_law().filter(due_at__gte=moment, due_at__lte=moment + _AHEAD)
    near = near.exclude(pk__in=told.filter(kind=_Kind.SOON).values("deadline"))
    soon = [clock for clock in near[:_BATCH] if moment >= _soon(clock, on)]
    rows = [row for clock in soon for row in _reminders(clock, _Kind.SOON, _answerable(clock))]
    rows += [row for clock in late[:_BATCH] for row in _reminders(clock, _Kind.LATE, _answerable(clock))]
    rows += list(_to_named(moment))
    return _keep(rows)


def _of_law() -> QuerySet[Deadline]:
    """The service target is a promise of ours that the inbox shows; people are woken for the law's clocks alone."""
    running = Deadline.objects.filter(stopped_at=None, paused_at=None).exclude(regime=TARGET)
    return running.select_related("conversation__owner", "conversation__holder").order_by("due_at", "pk")


def _soon(clock: Deadline, on: Calendar) -> datetime:
    """From when on it is near: the last quarter of what counts hours, else from two working days before its day."""
    if clock.unit == Unit.HOURS:
        return clock.due_at - (clock.due_at - clock.started_at) / 4
    day, left = local_day(clock.due_at), 2
    while left:
        day -= timedelta(days=1)
        left -= on.is_working_day(day)
    return end_of(day - timedelta(days=1))


def _answerable(clock: Deadline) -> Sequence[User]:
    """Who has it in hand; without them all in the team who may see it; in an empty team the first named person, and
    without one those who oversee."""
    row = clock.conversation
    if row.holder is not None and row.holder.is_active:
        return [row.holder]
    team = [person for person in row.owner.people.filter(is_active=True) if access.sees(person, row)]
    return team or [link.user for link in _named(clock)[:1]] or _overseeing(row)


def _overseeing(row: Conversation) -> list[User]:
    roles = (User.Role.INFORMATION_GOVERNANCE, User.Role.COMMS_LEAD)
    people = User.objects.filter(role__in=roles, is_active=True).order_by("pk")
    return [person for person in people[:_BATCH] if access.sees(person, row)]


def _named(clock: Deadline) -> list[Named]:
    """The people named for the team who may see the conversation, in their order."""
    links = Named.objects.filter(team=clock.conversation.owner_id, user__is_active=True).select_related("user")
    return [link for link in links.order_by("position") if access.sees(link.user, clock.conversation)]


def _to_named(moment: datetime) -> Iterable[Reminder]:
    """The next named person, when the latest reminder of a late clock was sent, or given up, long enough ago and nobody
    has it."""
    waited = moment - timedelta(hours=policy().patience)
    over = Q(state=_State.SENT) | Q(state=_State.FAILED)
    sent = Reminder.objects.filter(over, kind__in=(_Kind.LATE, _Kind.NAMED), due_at=F("deadline__due_at"))
    answered = sent.filter(Q(seen_at__isnull=False) | Q(sent_at__gt=waited))
    lately = sent.filter(sent_at__lte=waited, sent_at__gt=waited - _LOOKED_BACK)
    quiet = _of_law().filter(pk__in=lately.values("deadline")).exclude(pk__in=answered.values("deadline"))
    for clock in quiet[:_BATCH]:
        told = set(sent.filter(deadline=clock).values_list("user", flat=True))
        following = next((link.user for link in _named(clock) if link.user_id not in told), None)
        yield from _reminders(clock, _Kind.NAMED, [following] if following else [])


def _reminders(clock: Deadline, kind: Reminder.Kind, people: Sequence[User]) -> Iterable[Reminder]:
    for person in people:
        yield Reminder(deadline=clock, user=person, kind=kind, due_at=clock.due_at, next_attempt_at=now())


def _keep(rows: Sequence[Reminder]) -> int:
    if not rows:
        return 0
    with writing():
        before = Reminder.objects.count()
        Reminder.objects.bulk_create(rows, ignore_conflicts=True)
        return Reminder.objects.count() - before


def tell_of_extension(clock: Deadline) -> None:
    """Those who answer for it learn of its new end. Call it inside ``writing``."""
    Reminder.objects.bulk_create(_reminders(clock, _Kind.EXTENDED, _answerable(clock)), ignore_conflicts=True)


def _send_one() -> int:
    """Send one that is due. Returns 1 if there was one."""
    found = _claim()
    if found is None:
        return 0
    try:
        _email(found)
    except (ChannelError, Sealed) as error:
        _failed(found, error)
    else:
        with writing():
            Reminder.objects.filter(pk=found.pk).update(state=_State.SENT, sent_at=now(), words="")
            what, kind = thing(found.deadline.conversation), found.get_kind_display().lower()
            record(facts.REMINDED, what, who=found.user.name, clock=name(found.deadline), kind=kind)
    return 1


def _claim() -> Reminder | None:
    lost = Q(state=_State.SENDING, next_attempt_at__lte=now())
    due = Reminder.objects.filter(Q(state=_State.DUE, next_attempt_at__lte=now()) | lost).order_by("next_attempt_at")
    for pk, attempts in due.values_list("pk", "attempts")[:20]:
        mine = Reminder.objects.filter(pk=pk, attempts=attempts, state__in=(_State.DUE, _State.SENDING))
        if mine.update(state=_State.SENDING, attempts=attempts + 1, next_attempt_at=now() + LOST_AFTER):
            return Reminder.objects.select_related("deadline__conversation__owner", "user").get(pk=pk)
    return None


def _email(found: Reminder) -> None:
    """Through the first email account that is in use. Raises ChannelError, Sealed."""
    accounts = of_channel("email")
    if not accounts:
        raise ChannelError("No email account is in use, so reminders cannot be sent. Add one in Set-up, Accounts.")
    clock, account = found.deadline, accounts[0]
    outgoing = Outgoing(
        to=found.user.email,
        to_name=found.user.name,
        subject=f"{found.get_kind_display()}: {name(clock)}",
        text=_text(found, clock),
        private=True,
        from_name=organisation().name,
    )
    channel(account.channel).send(usable(account), outgoing)


def _text(found: Reminder, clock: Deadline) -> str:
    row, base = clock.conversation, settings.PUBLIC_URL.rstrip("/")
    return (
        f"{sentence(clock, now())}.\n\n{row.owner} has the conversation: {base}/conversations/{row.pk}\n\n"
        f"Say that you have seen this, or the next person is told: {base}/reminders/{found.pk}\n"
    )


def _failed(found: Reminder, error: Exception) -> None:
    over = found.attempts >= MOST_ATTEMPTS
    wait = timedelta(seconds=min(3600, 30 * 2**found.attempts))
    state = _State.FAILED if over else _State.DUE
    log.warning("a reminder could not be sent", reminder=found.pk, over=over, kind=type(error).__name__)
    changes = {"state": state, "next_attempt_at": now() + wait, "words": str(error)[:400]}
    Reminder.objects.filter(pk=found.pk).update(**changes, **({"sent_at": now()} if over else {}))


def reminder(viewer: User, pk: int) -> Reminder:
    """One of the viewer's own. Raises access.NotVisible."""
    rows = Reminder.objects.select_related("deadline__conversation__owner", "user")
    found = rows.filter(pk=pk, user=viewer).first()
    if found is None:
        raise access.NotVisible("There is no such reminder of yours.")
    return found


def seen(pk: int, *, by: User) -> Reminder:
    """They have it: nobody else is told because of this one. Raises access.NotVisible for somebody else's."""
    found = reminder(by, pk)
    with writing():
        if Reminder.objects.filter(pk=pk, seen_at=None).update(seen_at=now()):
            record(facts.SEEN, thing(found.deadline.conversation), by=by.name, clock=name(found.deadline))
    return found
