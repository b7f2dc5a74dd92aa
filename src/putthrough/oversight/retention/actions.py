"""Saying how long conversations are kept, and ordering that some are kept whatever their age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.conversations.search import terms
from putthrough.directory import access
from putthrough.directory.actions import CannotBeSaved
from putthrough.directory.models import User
from putthrough.kit.time import now
from putthrough.oversight.retention import facts
from putthrough.oversight.retention.groups import GROUPS, NEVER
from putthrough.oversight.retention.models import Held, Hold, Policy
from putthrough.oversight.retention.queries import hold as hold_of

VERB = "set_up_retention"
LONGEST = 1200


def save_policy(months: Mapping[str, int], *, on: bool, by: User) -> Policy:
    """Raises CannotBeSaved for a number that is none of months."""
    access.require(by, VERB)
    if any(not 0 <= months[group.key] <= LONGEST for group in GROUPS):
        raise CannotBeSaved(f"Give months from 1 to {LONGEST}, or 0 for what is never deleted.")
    row = Policy(pk=1, on=on, months=dict(months), saved_by=by.name, saved_at=now())
    with writing():
        row.save()
        record(facts.SAVED, thing(row), by=by.name, words=in_words(row))
    return row


def in_words(row: Policy) -> str:
    parts = [f"{group.label.lower()} {_kept(row.months[group.key])}" for group in GROUPS]
    return f"{'; '.join(parts)}; {'deletes each day' if row.on else 'deletes nothing yet'}"


def _kept(months: int) -> str:
    return "for ever" if months == NEVER else f"{months} months"


def hold(numbers: Sequence[int], *, words: str, reason: str, by: User) -> Hold:
    """Keep these conversations, and all that hold every one of the words. Raises CannotBeSaved with what to mend."""
    access.require(by, VERB)
    if not reason.strip():
        raise CannotBeSaved("Say why they are to be kept: whoever lifts the order must know.")
    if not numbers and not terms(words):
        raise CannotBeSaved("Give numbers of conversations, or words that those to be kept have in common.")
    found = Conversation.objects.filter(pk__in=numbers).values_list("pk", flat=True)
    if missing := sorted(set(numbers) - set(found)):
        raise CannotBeSaved(f"There is no conversation {missing[0]}. Look at the number in its address.")
    with writing():
        row = Hold.objects.create(reason=reason.strip()[:200], words=words.strip()[:200], by=by.name, at=now())
        Held.objects.bulk_create([Held(hold=row, conversation_id=pk) for pk in numbers], ignore_conflicts=True)
        record(facts.HELD, thing(row), by=by.name, which=what_words(row, len(numbers)), reason=row.reason)
    return row


def release(pk: int, *, by: User) -> Hold:
    """What it held goes by its age again. Raises CannotBeDone when somebody else was quicker."""
    row = hold_of(by, pk)
    with writing():
        ending = Hold.objects.filter(pk=pk, released_at=None)
        if not ending.update(released_at=now(), released_by=by.name):
            raise CannotBeDone("Somebody has just lifted it. Nothing was changed.")
        count = Held.objects.filter(hold=row).delete()[0]
        record(facts.RELEASED, thing(row), by=by.name, which=what_words(row, count), reason=row.reason)
    return row


def what_words(row: Hold, count: int) -> str:
    found = [f"{count} conversation{'' if count == 1 else 's'}"] if count else []
    return " and ".join([*found, *(["all that hold certain words"] if row.words else [])])
