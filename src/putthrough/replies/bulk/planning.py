"""Who of an incident gets the line, worked out from the rows as they are now."""

from __future__ import annotations

from collections.abc import Sequence

from putthrough.conversations.models import Conversation, Message
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import team_ids
from putthrough.handover.incidents.humans import DANGER
from putthrough.handover.incidents.models import Incident, Membership
from putthrough.handover.incidents.queries import needing
from putthrough.replies.bulk.models import Bulk, Item
from putthrough.replies.bulk.rules import Candidate, sorted_out
from putthrough.replies.models import Reply

_ON_ITS_WAY = (Item.State.WAITING, Item.State.WRITTEN, Item.State.DRAFT, Item.State.FAILED)
_TOLD = (Reply.State.SUBMITTED, Reply.State.HELD, Reply.State.LEAVING, Reply.State.SENT, Reply.State.UNSURE)
_AT_ONCE = 500


def members(incident: Incident, by: User, *, limit: int | None = None) -> list[Membership]:
    """What belongs to it and ``by`` may see, the newest conversation first."""
    rows = Membership.objects.filter(incident=incident).exclude(how=Membership.How.REMOVED)
    seen = access.visible(by, Conversation).filter(memberships__in=rows).values("pk")
    full = rows.filter(conversation__in=seen).select_related("conversation__owner", "conversation__contact")
    return list(full.order_by("-conversation")[:limit])


def planned(
    incident: Incident,
    by: User,
    *,
    besides: Sequence[int] = (),
    bulk: Bulk | None = None,
    limit: int | None = None,
) -> list[Item]:
    """An item, not yet stored, for each conversation but ``besides``: *left out* with the reason, or *waiting*."""
    everybody, known = members(incident, by, limit=limit), set(besides)
    rows = [row for row in everybody if row.conversation_id not in known]
    contacts = {row.conversation.contact_id for row in rows}
    theirs = [row for row in everybody if row.conversation.contact_id in contacts]  # also what was decided before
    candidates = [one for at in range(0, len(theirs), _AT_ONCE) for one in _candidates(theirs[at : at + _AT_ONCE], by)]
    had = set(_had(incident, bulk.wordings if bulk else incident.wordings))
    if bulk is not None:
        had |= set(bulk.items.filter(state__in=_ON_ITS_WAY).values_list("contact", flat=True))
    why = sorted_out(candidates, had)
    return [_item(row, why[row.conversation_id]) for row in rows]


def _item(row: Membership, why: str) -> Item:
    state = Item.State.LEFT_OUT if why else Item.State.WAITING
    return Item(conversation=row.conversation, contact_id=row.conversation.contact_id, state=state, why=why)


def _had(incident: Incident, wordings: Sequence[str]) -> set[int]:
    """Who had this very line in an earlier round, or may have had it."""
    earlier = [bulk.pk for bulk in incident.bulks.all() if bulk.wordings == wordings]
    return set(Item.objects.filter(bulk__in=earlier, reply__state__in=_TOLD).values_list("contact", flat=True))


def _candidates(rows: Sequence[Membership], by: User) -> list[Candidate]:
    ids = [row.conversation_id for row in rows]
    needs, own = needing([row.conversation for row in rows]), set(team_ids(by))
    ours = Message.objects.filter(conversation__in=ids, direction=Message.Direction.OUT)
    answered = set(ours.exclude(reply__state=Reply.State.FAILED).values_list("conversation", flat=True))
    theirs = Reply.objects.filter(conversation__in=ids, author=by, state__in=(Reply.State.DRAFT, Reply.State.RETURNED))
    begun = set(theirs.exclude(text="", enclosures=None).values_list("conversation", flat=True))
    found = []
    for row in rows:
        one = row.conversation
        found.append(
            Candidate(
                conversation=one.pk,
                contact=one.contact_id,
                needs=_worse(needs.get(one.pk, ""), row.why),
                owner=one.owner.name,
                mine=one.owner_id in own,
                closed=one.state == Conversation.State.CLOSED,
                answered=not one.unanswered,
                wrote_back=one.pk in answered and one.unanswered,
                draft=one.pk in begun,
            )
        )
    return found


def _worse(now: str, gathered: str) -> str:
    return now if now == DANGER else gathered or now


def still_fit(item: Item, by: User) -> str:
    """Why the line does not fit any more, now that its turn has come; empty where it does. What the same person wrote
    elsewhere in the incident counts too."""
    rows = Membership.objects.filter(incident=item.bulk.incident_id, conversation__contact=item.contact_id)
    theirs = list(rows.exclude(how=Membership.How.REMOVED).select_related("conversation__owner"))
    theirs.sort(key=lambda row: row.conversation_id != item.conversation_id)  # this one first: it is its turn
    if not theirs or theirs[0].conversation_id != item.conversation_id:
        return "taken out of the incident"
    return sorted_out(_candidates(theirs, by))[item.conversation_id]
