"""Who else has a conversation open, and who is writing in it: so that two people do not answer one resident.

It is a courtesy and no lock. Nothing of it is recorded, no word of a draft is in it, and it is forgotten as soon as it
is no longer true. Others are shown only to those who see the conversation, and only while they see it themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from django.db import OperationalError
from django.db.models import QuerySet

from putthrough.conversations.models import Conversation, Presence
from putthrough.conversations.visibility import who_still_see
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.time import now

GONE_AFTER = timedelta(minutes=1)
WRITES_FOR = timedelta(minutes=2)
"""How long after the last word that was kept somebody still counts as writing, while their page is open."""
NOTED_EVERY = timedelta(seconds=20)
_FORGOTTEN_AFTER = 5 * GONE_AFTER


def look(conversation: Conversation, *, by: User) -> list[Presence]:
    """Note that the viewer has it open, at most once in twenty seconds. Returns the others who have, by name."""
    here = list(_here(Presence.objects.filter(conversation=conversation)))
    own = next((one for one in here if one.user_id == by.pk), None)
    if (own is None or own.seen_at <= now() - NOTED_EVERY) and access.sees(by, conversation):
        _note(Presence(conversation=conversation, user=by, seen_at=now()), ["seen_at"])
    return [one for one in here if one.user_id != by.pk]


def write(conversation: Conversation, *, by: User) -> None:
    """Note that they keep writing here, at most once in twenty seconds. The caller has just kept their draft."""
    moment = now()
    own = Presence.objects.filter(conversation=conversation, user=by).first()
    if own is not None and own.wrote_at is not None and own.wrote_at > moment - NOTED_EVERY:
        return
    since = own.writing_since if own is not None and writes(own) else moment
    row = Presence(conversation=conversation, user=by, seen_at=moment, wrote_at=moment, writing_since=since)
    _note(row, ["seen_at", "wrote_at", "writing_since"])


def put_down(conversation: Conversation, *, by: User) -> None:
    """They have sent it, or taken out every word: they write no longer."""
    rows = Presence.objects.filter(conversation=conversation, user=by, writing_since__isnull=False)
    rows.update(writing_since=None, wrote_at=None)


def others(viewer: User, conversation: Conversation) -> list[Presence]:
    """Who else has it open, by name; nobody for a viewer who does not see it."""
    if not access.sees(viewer, conversation):
        return []
    return list(_here(Presence.objects.filter(conversation=conversation).exclude(user=viewer)))


def writers(viewer: User, rows: Sequence[Conversation]) -> dict[int, list[str]]:
    """Who else is writing in each of these conversations, which the viewer may see, by conversation id; one statement
    for any number."""
    lately = now() - WRITES_FOR
    writing = Presence.objects.filter(conversation__in=[row.pk for row in rows], wrote_at__gt=lately)
    found: dict[int, list[str]] = {}
    for one in _here(writing.exclude(user=viewer)):
        found.setdefault(one.conversation_id, []).append(one.user.name)
    return found


def writes(one: Presence) -> bool:
    return one.wrote_at is not None and one.wrote_at > now() - WRITES_FOR


def forget() -> int:
    """The sweep's: rows of people who have gone. Returns how many."""
    gone = Presence.objects.filter(seen_at__lt=now() - _FORGOTTEN_AFTER)
    chosen = list(gone.values_list("pk", flat=True)[:500])  # looked for first: deleting nothing would lock SQLite
    return gone.filter(pk__in=chosen).delete()[0] if chosen else 0


def _here(rows: QuerySet[Presence]) -> QuerySet[Presence]:
    lately = rows.filter(seen_at__gt=now() - GONE_AFTER).select_related("user")
    return who_still_see(lately).order_by("user__name", "pk")


def _note(row: Presence, fields: list[str]) -> None:
    """One row for each person and conversation, also when two of their windows come at once. Where the database is
    busy with something that counts, this is left out."""
    with suppress(OperationalError):
        Presence.objects.bulk_create(
            [row], update_conflicts=True, update_fields=fields, unique_fields=["user", "conversation"]
        )
