"""A step of the sweep: what is old enough and held by nothing is deleted, a few conversations at a time.

With a conversation go its messages, answers, files, what was learnt from it, and the raw arrivals' contents; of each
arrival a line stays, so that a network that hands it over again is not believed. The audit chain keeps what happened,
which never held a resident's words, and a receipt. A contact of whom nothing is left goes too.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Max

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations import search
from putthrough.conversations.actions import lock
from putthrough.conversations.models import Contact, Conversation, Message
from putthrough.intake.models import Arrival
from putthrough.kit.time import local_day, now
from putthrough.oversight.retention import facts
from putthrough.oversight.retention.groups import GROUPS, Group
from putthrough.oversight.retention.models import Day, Held, Hold, Policy
from putthrough.oversight.retention.queries import due, policy
from putthrough.plainmail.models import Answer

_BATCH = 20
_FOUND_AT_ONCE = 500


def retain() -> int:
    """One batch. Returns how many rows it moved."""
    rules = policy()
    if not rules.on:
        return 0
    return _find_held() or sum(_delete(row, group, rules) for row, group in _due(rules))


def _due(rules: Policy) -> Iterator[tuple[Conversation, Group]]:
    for group in GROUPS:
        for row in due(group.key, rules, now())[:_BATCH]:
            yield row, group


def _find_held() -> int:
    """What came since the last look and holds an order's words is held by it. Before that nothing is deleted."""
    newest = Message.objects.aggregate(newest=Max("pk"))["newest"] or 0
    for row in Hold.objects.filter(released_at=None, searched_until__lt=newest).exclude(words="").order_by("pk"):
        for ids in _holding(row):
            _keep(row, ids)
        Hold.objects.filter(pk=row.pk).update(searched_until=newest)
        return 1
    return 0


def _holding(row: Hold) -> Iterator[list[int]]:
    """The messages that hold its words and were not looked at before, page by page."""
    before = None
    while ids := search.find(row.words, scopes=None, before=before, limit=_FOUND_AT_ONCE):
        yield [pk for pk in ids if pk > row.searched_until]
        before = ids[-1]
        if before <= row.searched_until:
            return


def _keep(row: Hold, ids: list[int]) -> None:
    found = Message.objects.filter(pk__in=ids).values_list("conversation", flat=True).distinct()
    with writing():
        if Hold.objects.select_for_update().filter(pk=row.pk, released_at=None).exists():
            Held.objects.bulk_create([Held(hold=row, conversation_id=pk) for pk in found], ignore_conflicts=True)


def _delete(found: Conversation, group: Group, rules: Policy) -> int:
    with writing():
        row = lock(found)
        if not due(group.key, rules, now()).filter(pk=row.pk).exists():
            return 0
        messages = list(Message.objects.filter(conversation=row))
        for message in messages:
            search.forget(message, row.scope)
        _empty_arrivals(row, messages)
        _receipt(row, group, len(messages))
        contact = row.contact_id
        row.delete()
        Contact.objects.filter(pk=contact, conversations=None).delete()
        day, _ = Day.objects.get_or_create(day=local_day(now()), group=group.key)
        Day.objects.filter(pk=day.pk).update(deleted=F("deleted") + 1)
    return 1


def _empty_arrivals(row: Conversation, messages: list[Message]) -> None:
    own = [message.arrival_id for message in messages if message.arrival_id]
    mails = Answer.objects.filter(notice__conversation=row).values_list("arrival", flat=True)
    gone = Arrival.objects.filter(pk__in=[*own, *mails])
    gone.update(raw=b"", size=0, state=Arrival.State.GONE, reason="Deleted when its time was over.")


def _receipt(row: Conversation, group: Group, messages: int) -> None:
    opened, last = (local_day(moment).isoformat() for moment in (row.opened_at, row.last_at))
    outcome = row.outcome or "not given"
    record(facts.DELETED, thing(row), group=group.label, opened=opened, last=last, messages=messages, outcome=outcome)
