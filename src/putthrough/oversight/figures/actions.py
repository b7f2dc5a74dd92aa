"""Keeping the days' numbers up with what happened: entry after entry, in the order of their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields

from django.db.models import F

from putthrough.audit.actions import writing
from putthrough.audit.models import Entry
from putthrough.audit.queries import after
from putthrough.conversations import facts as conversation
from putthrough.directory.models import Team
from putthrough.oversight.figures.folding import COUNTED, Happened, Key, Progress, begun, gone_on, numbers, split_from
from putthrough.oversight.figures.models import Course, Reached, Tally

_BATCH = 500
_FIELDS = [one.name for one in fields(Progress)]
_NAMES = ("to", "owner")


def roll_up() -> int:
    """The next entries. Returns how many; what they change and how far it came are committed together."""
    with writing():
        Reached.objects.get_or_create(pk=1)
        reached = Reached.objects.select_for_update().get(pk=1)
        entries = after(reached.number, limit=_BATCH)
        if not entries:
            return 0
        _take_in(list(_counted(entries)))
        Reached.objects.filter(pk=1).update(number=entries[-1].number)
    return len(entries)


def rebuild() -> int:
    """All of it anew from the first entry: the same rows come of it. Returns the number of entries."""
    with writing():
        Reached.objects.get_or_create(pk=1)
        Reached.objects.select_for_update().get(pk=1)
        Course.objects.all().delete()
        Tally.objects.all().delete()
        Reached.objects.filter(pk=1).update(number=0)
        done = 0
        while moved := roll_up():
            done += moved
    return done


def _counted(entries: Iterable[Entry]) -> Iterable[Happened]:
    """Old messages that were brought in belong to no day's work and are left out."""
    names = dict(Team.objects.order_by("-pk").values_list("name", "pk"))
    for entry in entries:
        kind, _, pk = entry.thing.partition(":")
        if kind == "conversation" and entry.verb in COUNTED:
            data = entry.facts()
            named = next((names.get(data[key], 0) for key in _NAMES if key in data), 0)
            if not data.get("history"):
                yield Happened(int(pk), entry.verb, entry.at, data.get("team", named), data)


def _take_in(happened: Sequence[Happened]) -> None:
    ids = {pk for one in happened for pk in (one.conversation, one.data.get("other")) if pk}
    rows = Course.objects.filter(pk__in=ids).values(*_FIELDS)
    before = {row["conversation"]: Progress(**row) for row in rows}
    courses = dict(before)
    for one in happened:
        course = _next(courses, one)
        if course is not None:
            courses[one.conversation] = course
    changed = {pk: course for pk, course in courses.items() if course != before.get(pk)}
    Course.objects.bulk_create(
        [Course(**asdict(course)) for course in changed.values()],
        update_conflicts=True,
        unique_fields=["conversation"],
        update_fields=_FIELDS[1:],
    )
    difference: Counter[Key] = Counter()
    for pk, course in changed.items():
        difference.update(numbers(course))
        difference.subtract(numbers(before.get(pk)))
    _add(difference)


def _next(courses: dict[int, Progress], one: Happened) -> Progress | None:
    """None for a conversation of which the beginning was not counted."""
    there = courses.get(one.conversation)
    if one.verb == conversation.OPENED.verb:
        return begun(one)
    if one.verb == conversation.SPLIT_FROM.verb:
        whole = courses.get(one.data["other"])
        return split_from(one, whole) if whole else None
    return gone_on(there, one) if there else None


def _add(difference: Counter[Key]) -> None:
    """Nothing is left of what came to nothing, so that counting anew gives the same rows."""
    for (day, team, channel, figure, word), number in difference.items():
        if not number:
            continue
        where = {"day": day, "team": team, "channel": channel, "figure": figure, "word": word}
        if not Tally.objects.filter(**where).update(number=F("number") + number):
            Tally.objects.create(**where, number=number)
    Tally.objects.filter(day__in={key[0] for key in difference}, number=0).delete()
