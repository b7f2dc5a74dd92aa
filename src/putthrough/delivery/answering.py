"""Who answers a post of ours comes into its incident: found by the public id that the answer names.

Asked as a message is filed, in the same transaction; and once more when the network tells the post's id, for an answer
may be quicker than the network's word to us.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from putthrough.audit.actions import record, thing
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation, Message
from putthrough.handover.incidents.actions import take_in
from putthrough.replies.posts import facts
from putthrough.replies.posts.models import Appearance, Publication

Said = Sequence[tuple[Conversation, Message]]


def hear(said: Said) -> None:
    """Residents said this, and it is stored: what answers a post of ours belongs to its incident. Registered in
    ``journey.py``."""
    named = {message.in_reply_to for _, message in said if message.in_reply_to and not message.private}
    if not named:
        return
    shown = Appearance.objects.filter(public_id__in=named, publication__post__incident__isnull=False)
    of = {(one.public_id, one.account_id): one for one in shown.select_related("publication__post__incident")}
    for conversation, message in said:
        found = of.get((message.in_reply_to, message.account_id))
        if found is not None:
            _take_in(found.publication, [conversation])


def appeared(publication: Publication, ids: Collection[str]) -> None:
    """The network shows it under these ids. Call it inside ``writing``.

    Filing holds the account's row while it looks for what an answer names. So with that row held here, an answer finds
    the ids, or is found by them.
    """
    list(Account.objects.select_for_update(no_key=True).filter(pk=publication.account_id))
    shown = [one for one in dict.fromkeys(ids) if one and len(one) <= 255]
    rows = [Appearance(publication=publication, account_id=publication.account_id, public_id=one) for one in shown]
    Appearance.objects.bulk_create(rows, ignore_conflicts=True)
    since = Message.objects.filter(pk__gt=publication.heard_from, direction=Message.Direction.IN, private=False)
    early = since.filter(account=publication.account_id, in_reply_to__in=shown).select_related("conversation__owner")
    _take_in(publication, [one.conversation for one in early])


def _take_in(publication: Publication, rows: Sequence[Conversation]) -> None:
    incident = publication.post.incident
    if incident is None:
        return
    for row in take_in(incident, rows):
        record(facts.ANSWERED, thing(row), incident=incident.pk)
