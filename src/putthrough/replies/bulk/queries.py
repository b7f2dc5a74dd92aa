"""How a bulk reply stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.incidents.models import Incident
from putthrough.replies.bulk.models import Bulk, Item
from putthrough.replies.bulk.planning import planned
from putthrough.replies.models import Reply

_State = Item.State
_NAMED: Mapping[str, str] = {
    Reply.State.SENT: "sent",
    Reply.State.FAILED: "failed",
    Reply.State.UNSURE: "unsure",
    Reply.State.SUBMITTED: "checking",
    Reply.State.RETURNED: "checking",
    Reply.State.PRACTISED: "sent",
    Reply.State.DRAFT: "back",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbers of conversations. ``checking`` waits for a colleague to look at it, or came back from one; ``unsure`` may
    have arrived, and a person looks before anybody sends again."""

    waiting: int = 0
    leaving: int = 0
    checking: int = 0
    sent: int = 0
    drafts: int = 0
    failed: int = 0
    unsure: int = 0
    left_out: int = 0
    back: int = 0

    @property
    def chosen(self) -> int:
        return self.waiting + self.leaving + self.checking + self.sent + self.drafts + self.failed + self.unsure


def latest(viewer: User, incident: Incident) -> Bulk | None:
    """The round that goes on, or the last one."""
    if not access.sees(viewer, incident):
        return None
    return Bulk.objects.filter(incident=incident).select_related("by", "incident").order_by("-pk").first()


def progress(viewer: User, bulk: Bulk) -> Progress:
    """Of what the viewer may see."""
    counts: Counter[str] = Counter()
    for state, reply in _seen(viewer, bulk).values_list("state", "reply__state"):
        counts[_stands(state, reply)] += 1
    return Progress(**counts)


def _stands(state: str, reply: str | None) -> str:
    if state == _State.WRITTEN:
        return _NAMED.get(str(reply), "leaving")
    if state == _State.DRAFT:
        return "sent" if reply == Reply.State.SENT else "drafts"
    return {_State.WAITING: "waiting", _State.FAILED: "failed", _State.BACK: "back"}.get(_State(state), "left_out")


def items(viewer: User, bulk: Bulk, *states: Item.State, limit: int = 100) -> list[Item]:
    """Those in these states whose conversation the viewer may see, oldest first."""
    return list(_seen(viewer, bulk).filter(state__in=states).order_by("pk")[:limit])


def lost(viewer: User, bulk: Bulk, *, limit: int = 100) -> list[Item]:
    """Those that did not arrive, or could not be written."""
    rows = _seen(viewer, bulk)
    failed = rows.filter(state=_State.FAILED) | rows.filter(reply__state__in=[Reply.State.FAILED, Reply.State.UNSURE])
    return list(failed.order_by("pk")[:limit])


def _seen(viewer: User, bulk: Bulk) -> QuerySet[Item]:
    theirs = access.visible(viewer, Conversation).filter(pk__in=bulk.items.values("conversation")).values("pk")
    full = bulk.items.filter(conversation__in=theirs)
    return full.select_related("conversation__contact", "conversation__owner", "reply")


def plan(viewer: User, incident: Incident, *, limit: int = 300) -> list[Item]:
    """Who of the newest would get the line if it were begun now, and who would not and why; nothing is stored."""
    return planned(incident, viewer, limit=limit) if access.sees(viewer, incident) else []
