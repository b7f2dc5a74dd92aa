"""What people do about an alert: say that they have it. That they looked is noted by itself."""

from __future__ import annotations

from datetime import timedelta

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.alerts import facts
from putthrough.handover.alerts.models import Alert, Seen, Telling
from putthrough.handover.alerts.queries import was_told
from putthrough.handover.alerts.tokens import telling_of
from putthrough.kit.time import now

LINK_LASTS = timedelta(days=3)
_State = Alert.State


def linked(token: str) -> Telling:
    """The telling in whose message the link stood. Raises access.NotVisible for a forged, and CannotBeDone for an old
    one."""
    pk = telling_of(token)
    found = was_told(pk) if pk is not None else None
    if found is None or not found.user.is_active:
        raise access.NotVisible("There is no such link.")
    if now() - found.alert.raised_at > LINK_LASTS or found.alert.state == _State.OVER:
        raise CannotBeDone("This alert is over. Sign in to see how it stands.")
    return found


def take(conversation: Conversation, *, by: User) -> Alert:
    """They have it: nobody else is told. Raises CannotBeDone where there is no alert any more."""
    if not access.sees(by, conversation):
        raise access.NotVisible("There is no such conversation.")
    row = Alert.objects.filter(conversation=conversation).exclude(state=_State.OVER).first()
    if row is None:
        raise CannotBeDone("There is no alert here any more. Look what has happened since.")
    return _taken(row, by)


def take_by_link(token: str) -> Alert:
    """The same by whoever was told, without signing in. Raises as ``linked`` does."""
    found = linked(token)
    return _taken(found.alert, found.user)


def _taken(row: Alert, by: User) -> Alert:
    with writing():
        mine = Alert.objects.filter(pk=row.pk, state=_State.OPEN)
        if mine.update(state=_State.TAKEN, taken_by=by, taken_at=now(), next_at=None):
            record(facts.ACKNOWLEDGED, thing(row.conversation), by=by.name)
            Telling.objects.filter(alert=row, state=Telling.State.DUE).update(state=Telling.State.DROPPED)
    return Alert.objects.select_related("taken_by", "conversation").get(pk=row.pk)


def saw(alert: Alert, *, by: User) -> None:
    """They opened the conversation: noted once, while nobody has it."""
    if alert.state != _State.OPEN or any(one.user_id == by.pk for one in alert.seen.all()):
        return
    with writing():
        _, new = Seen.objects.get_or_create(alert=alert, user=by, defaults={"at": now()})
        if new:
            record(facts.SAW, thing(alert.conversation), by=by.name)
