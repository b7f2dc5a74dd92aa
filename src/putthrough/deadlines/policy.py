"""What an organisation says of its own: days off, office hours, and limits stricter than the law's.

A change counts for clocks that start after it. Clocks that run keep what they were started with.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from putthrough.audit.actions import SYSTEM, record, thing, writing
from putthrough.deadlines import facts, hours
from putthrough.deadlines.models import Holiday, Named, Policy, Stricter
from putthrough.deadlines.queries import policy
from putthrough.deadlines.regimes import Span
from putthrough.deadlines.table import REGIMES
from putthrough.directory.actions import CannotBeSaved, changed, name_of
from putthrough.directory.models import Team, User
from putthrough.kit.time import in_words

VERB = "set_up_clocks"


def save_holiday(row: Holiday, *, by: User | str = SYSTEM) -> Holiday:
    """A proclaimed bank holiday or a closure of our own. Raises CannotBeSaved where the day stands there already."""
    who = name_of(by, VERB)
    row.nation = "" if row.closure else row.nation
    with writing():
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise CannotBeSaved(f"{in_words(row.day)} stands there already. Change that entry.") from None
        changed()
        record(facts.DAY_SAVED, thing(row), by=who, day=row.day.isoformat(), name=row.name)
    return row


def delete_holiday(row: Holiday, *, by: User | str = SYSTEM) -> None:
    """It was entered by mistake."""
    who = name_of(by, VERB)
    with writing():
        record(facts.DAY_DELETED, thing(row), by=who, day=row.day.isoformat(), name=row.name)
        Holiday.objects.filter(pk=row.pk).delete()
        changed()


def save_policy(*, body: str, office_hours: str, patience: int = 4, by: User | str = SYSTEM) -> Policy:
    """What kind of body it is, when somebody is there, and how long a named person waits for the one before. Raises
    CannotBeSaved for hours that cannot be read."""
    who = name_of(by, VERB)
    try:
        written = hours.written(hours.parsed(office_hours))
    except ValueError as error:
        raise CannotBeSaved(str(error)) from None
    with writing():
        row = policy()
        row.body, row.hours, row.patience = body, written, patience
        row.save()
        record(facts.POLICY_SAVED, thing(row), by=who)
    return row


def save_limit(regime: str, step: str, number: int | None, *, by: User | str = SYSTEM) -> None:
    """Our own shorter span for a step; None or the law's own number takes it away.

    Raises CannotBeSaved for a longer one, for no policy is looser than its regime.
    """
    who, found = name_of(by, VERB), REGIMES[regime].versions[-1].step(step)
    span = found.span if number is None else Span(number, found.span.unit)
    if not 1 <= span.number <= found.span.number:
        raise CannotBeSaved(f"{found.label}: choose 1 to {found.span}. A policy may be stricter, never looser.")
    with writing():
        ours = Stricter.objects.filter(regime=regime, step=step)
        before = ours.values_list("number", flat=True).first() or found.span.number
        if before == span.number:
            return
        ours.delete()
        if span.number < found.span.number:
            Stricter.objects.create(regime=regime, step=step, number=span.number)
        clock = f"{REGIMES[regime].name}, {found.label.lower()}"
        record(facts.STRICTER_SAVED, f"regime:{regime}", by=who, clock=clock, span=str(span))


def save_named(team: Team, people: Sequence[User], *, by: User | str = SYSTEM) -> Team:
    """Whom to tell, in this order, when nobody in the team acts on a clock of law."""
    who, in_order = name_of(by, VERB), list(dict.fromkeys(people))
    with writing():
        Named.objects.filter(team=team).delete()
        Named.objects.bulk_create(
            [Named(team=team, user=user, position=number) for number, user in enumerate(in_order, 1)]
        )
        names = ", ".join(user.name for user in in_order) or "nobody"
        record(facts.NAMED_SAVED, thing(team), by=who, team=team.name, people=names[:300])
    return team
