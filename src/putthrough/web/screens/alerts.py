"""A life may be at risk: who has it, who was told and saw it, and the words that hold until help comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from putthrough.conversations.models import Conversation
from putthrough.conversations.standing import goes_on_in_private
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.alerts.actions import saw
from putthrough.handover.alerts.models import Alert, Telling
from putthrough.handover.alerts.queries import alert_of, policy
from putthrough.kit.time import local, local_day, now
from putthrough.replies import actions as replies
from putthrough.replies.findings import concerns
from putthrough.replies.models import Reply
from putthrough.replies.preview import preview
from putthrough.web.doors import body, viewer
from putthrough.web.screens.answering import Look

_STATE = {Telling.State.SENT: "told", Telling.State.FAILED: "could not be told"}


def looked(row: Conversation, user: User) -> None:
    """Somebody opened the conversation: noted while nobody has its alert."""
    found = alert_of(user, row)
    if found is not None:
        saw(found, by=user)


def alert(request: HttpRequest, row: Conversation) -> dict[str, Any] | None:
    """The context of ``components/alert.html``; None where there is no alert."""
    user = viewer(request)
    found = alert_of(user, row)
    if found is None:
        return None
    return {
        "words": _words(found, user),
        "have_url": reverse("web:act", args=[row.pk, "have-it"]) if found.state == Alert.State.OPEN else "",
        "lines": [
            *map(_told, found.tellings.all()),
            *({"who": one.user.name, "what": f"opened it at {_time(one.at)}"} for one in found.seen.all()),
        ],
        "hold": _hold(request, row),
    }


def _words(found: Alert, user: User) -> str:
    if found.state == Alert.State.TAKEN and found.taken_at is not None:
        who = "You have" if found.taken_by_id == user.pk else f"{found.taken_by or 'Somebody'} has"
        return f"{who} had it since {_time(found.taken_at)}."
    if found.next_at is None or found.next_at <= now():
        return "Nobody has said that they have it. The next person is being told now."
    return f"Nobody has said that they have it. The next person is told at {_time(found.next_at)}."


def _told(one: Telling) -> dict[str, str]:
    how = _STATE.get(Telling.State(one.state), one.get_state_display().lower())
    at = f" at {_time(one.told_at)}" if one.told_at else ""
    return {"who": one.user.name, "what": f"{how} by {one.get_way_display()}{at}", "problem": one.words}


def _time(moment: datetime) -> str:
    here = local(moment)
    return f"{here:%H:%M}" if here.date() == local_day(now()) else f"{here:%H:%M} on {here.day} {here:%B}"


def _hold(request: HttpRequest, row: Conversation) -> dict[str, str] | None:
    user, words = viewer(request), policy().holding
    if not access.may(user, "reply", row):
        return None
    privately = goes_on_in_private(row)
    shown = preview(row, words, in_private=privately)
    look = Look(user, row, shown, concerns(row, words, by=user, in_private=privately), in_private=privately)
    return {
        "words": words,
        "url": reverse("web:act", args=[row.pk, "hold"]),
        "label": look.label,
        "will_happen": look.words(body(request).undo_seconds),
    }


def hold(row: Conversation, *, by: User) -> Reply:
    """Send the body's holding words by the door of every answer. Raises as ``replies.actions.send`` does."""
    return replies.send_beside_draft(row, policy().holding, by=by, in_private=goes_on_in_private(row))
