"""One telling leaves: by email through the first email account in use, by text message through GOV.UK Notify."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models import Q

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.abilities import ChoosesIds
from putthrough.channels.actions import usable
from putthrough.channels.contract import ChannelError, Outgoing
from putthrough.channels.queries import of_channel
from putthrough.channels.registry import channel
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.handover.alerts import facts, wording
from putthrough.handover.alerts.models import Alert, Telling
from putthrough.handover.alerts.queries import policy
from putthrough.handover.alerts.tokens import token
from putthrough.kit.secrets import Sealed
from putthrough.kit.time import now

log = structlog.get_logger()

MOST_ATTEMPTS = 5
_LOST_AFTER = timedelta(minutes=2)
_State, _Way = Telling.State, Telling.Way


def ways(user: User, phone: str) -> Iterator[tuple[str, str]]:
    """How somebody can be told, and at which address: always by email, by text message where there is a number."""
    yield _Way.EMAIL, user.email
    if phone:
        yield _Way.SMS, phone


def send_one() -> int:
    """Send one that is due. Returns 1 if there was one."""
    found = _claim()
    if found is None:
        return 0
    try:
        _send(found)
    except (ChannelError, Sealed) as error:
        _failed(found, str(error))
    else:
        with writing():
            Telling.objects.filter(pk=found.pk).update(state=_State.SENT, told_at=now(), words="")
            what, way = thing(found.alert.conversation), found.get_way_display()
            record(facts.TOLD, what, who=found.user.name, way=way)
    return 1


def _claim() -> Telling | None:
    due = Telling.objects.filter(state__in=(_State.DUE, _State.SENDING), next_attempt_at__lte=now())
    for pk, attempts in due.order_by("next_attempt_at", "pk").values_list("pk", "attempts")[:20]:
        mine = Telling.objects.filter(pk=pk, attempts=attempts, state__in=(_State.DUE, _State.SENDING))
        if mine.update(state=_State.SENDING, attempts=attempts + 1, next_attempt_at=now() + _LOST_AFTER):
            return Telling.objects.select_related("alert__conversation__owner", "user").get(pk=pk)
    return None


def _send(found: Telling) -> None:
    base, row = settings.PUBLIC_URL.rstrip("/"), found.alert.conversation
    link, url = f"{base}/alerts/{token(found.pk)}", f"{base}/conversations/{row.pk}"
    if found.way == _Way.SMS:
        text = wording.text_message(row.owner.name, row.last_at, link)
    else:
        text = wording.email(row.owner.name, row.last_at, link, url, policy().minutes)
    leave(found.way, found.address, found.user.name, wording.SUBJECT, text, f"alert-{found.pk}")


def leave(way: str, address: str, name: str, subject: str, text: str, reference: str) -> None:
    """Raises ChannelError in plain words, Sealed."""
    accounts = of_channel(way)
    if not accounts:
        kind = "email account" if way == _Way.EMAIL else "account for text messages"
        raise ChannelError(f"No {kind} is in use. Add one in Set-up, Accounts.", permanent=True)
    network, account = channel(way), usable(accounts[0])
    if way == _Way.EMAIL and isinstance(network, ChoosesIds):
        reference = network.message_id(account)
    outgoing = Outgoing(
        to=address,
        to_name=name,
        subject=subject if way == _Way.EMAIL else "",
        text=text,
        private=True,
        from_name=organisation().name,
        message_id=reference,
    )
    network.send(account, outgoing)


def _failed(found: Telling, words: str) -> None:
    """It is tried again; and where nothing else has reached this person, the next one is told at once."""
    over = found.attempts >= MOST_ATTEMPTS
    wait = timedelta(seconds=15 * 2**found.attempts)
    log.warning("an alert could not be sent", telling=found.pk, way=found.way, over=over)
    with writing():
        state = _State.FAILED if over else _State.DUE
        Telling.objects.filter(pk=found.pk).update(state=state, next_attempt_at=now() + wait, words=words[:400])
        if found.attempts == 1:
            _hurry(found)
            what, way = thing(found.alert.conversation), found.get_way_display()
            record(facts.NOT_TOLD, what, who=found.user.name, way=way, why=words)


def _hurry(found: Telling) -> None:
    """Once down the list at most: then nothing can be sent at all, and hurrying would help nobody."""
    if found.round > 1:
        return
    hopeful = Q(state__in=(_State.SENT, _State.SENDING)) | Q(state=_State.DUE, attempts=0)
    others = Telling.objects.filter(hopeful, alert=found.alert_id, round=found.round)
    if not others.exclude(pk=found.pk).exists():
        Alert.objects.filter(pk=found.alert_id, state=Alert.State.OPEN).update(next_at=now())
