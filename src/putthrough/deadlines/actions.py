"""What people do with the clocks of law: start, record what was done, extend, pause, take back.

Each verb holds the conversation, so that its ``due_at`` says the nearest running clock in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from putthrough.audit.actions import SYSTEM, record, thing, writing
from putthrough.conversations.actions import CannotBeDone, lock
from putthrough.conversations.models import Conversation
from putthrough.deadlines import facts
from putthrough.deadlines.calendar import Calendar
from putthrough.deadlines.clocks import follow, listed
from putthrough.deadlines.counting import Moment, Reckoned, calendar_of, day_of, instant, reckon, start_of
from putthrough.deadlines.course import Course, Refused, extended, stood_still
from putthrough.deadlines.models import Deadline
from putthrough.deadlines.queries import days_off, own_steps, policy_hours, running_of
from putthrough.deadlines.regimes import ESCALATED, RECEIVED, Effect, Pause, Regime, Version
from putthrough.deadlines.reminders import tell_of_extension
from putthrough.deadlines.table import REGIMES
from putthrough.deadlines.wording import course_of, name
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.kit.time import end_of, in_words, local_day, now

VERB = "run_clocks"
_Ended = Deadline.Ended


def begin(conversation: Conversation, regime: str, *, received_at: datetime, by: User | str = SYSTEM) -> Deadline:
    """A message is one that a regime has clocks for: they count from its receipt, whenever that was noticed.

    Returns the clock that ends first. Where the regime runs already, that is all. Raises CannotBeDone for a regime that
    does not apply in this nation, and for a closed conversation.
    """
    who, rules = _who(by, conversation), REGIMES[regime]
    with writing():
        row = lock(conversation)
        ran = running_of(row).filter(regime=regime).first()
        if ran is not None:
            return ran
        if row.state == Conversation.State.CLOSED:
            raise CannotBeDone("This is closed. Open it again first, then start the clock.")
        started = _start(row, rules, _nation(rules), received_at, after=RECEIVED, by=who)
        _passed_to(conversation, follow(row))
    return min(started, key=lambda clock: clock.due_at)


def _who(by: User | str, conversation: Conversation) -> str:
    if isinstance(by, User):
        access.require(by, VERB, conversation)
        return by.name
    return by


def _nation(regime: Regime) -> str:
    nation = organisation().nation
    if nation not in regime.nations:
        raise CannotBeDone(f"{regime.name}: that does not apply in your nation. Choose another.")
    return nation


def _start(
    row: Conversation, regime: Regime, nation: str, moment: Moment, *, after: str, by: str, version: str = ""
) -> list[Deadline]:
    """The steps that count from what has just happened, each a row."""
    rules = regime.version(version) if version else regime.version_on(day_of(moment))
    on = calendar_of(regime, nation, days_off())
    steps = [step for step in own_steps(regime.key, rules.steps) if step.after == after]
    begins = start_of(regime, moment, on, policy_hours()) if after in (RECEIVED, ESCALATED) else moment
    return [_row(row, regime, rules.key, nation, reckon(step, begins, on), by=by) for step in steps]


def _row(row: Conversation, regime: Regime, version: str, nation: str, one: Reckoned, *, by: str) -> Deadline:
    clock = Deadline.objects.create(
        conversation=row,
        regime=regime.key,
        step=one.step.key,
        version=version,
        nation=nation,
        days=one.step.span.number,
        unit=one.step.span.unit.value,
        started_at=instant(one.start),
        due_at=one.due_at,
        latest=one.latest,
        skipped=listed(one.skipped),
    )
    record(facts.BEGUN, thing(row), by=by, clock=name(clock), due=_due(clock))
    return clock


def _due(clock: Deadline) -> str:
    return in_words(local_day(clock.due_at))


def _passed_to(conversation: Conversation, due_at: datetime | None) -> None:
    """The caller's own row says what the locked one says."""
    conversation.due_at = due_at


def drop(conversation: Conversation, regime: str, *, by: User | str, reason: str) -> Conversation:
    """A person says that it is none: the regime's clocks end. Raises CannotBeDone without a reason."""
    who = _who(by, conversation)
    if not reason.strip():
        raise CannotBeDone("Say in a few words why it is none: whoever looks at it later must understand.")
    with writing():
        row = lock(conversation)
        ending = running_of(row).filter(regime=regime)
        if ending.update(stopped_at=now(), ended=_Ended.DROPPED, outcome=reason.strip()[:200]):
            short = REGIMES[regime].name
            record(facts.DROPPED, thing(row), by=who, regime=short, reason=reason.strip()[:300])
            _passed_to(conversation, follow(row))
    return row


def acknowledged(conversation: Conversation, regime: str, *, by: User | str, on: Moment | None = None) -> Deadline:
    """They were told that it was received: what counts from the acknowledgement counts from that day.

    Raises CannotBeDone where nothing waits for an acknowledgement.
    """
    waits = running_of(conversation).filter(regime=regime, step__in=("acknowledge", "stage2_acknowledge")).first()
    if waits is None:
        raise CannotBeDone("Nothing here waits for an acknowledgement. Look at its clocks.")
    return met(waits, by=by, on=on)


def met(clock: Deadline, *, by: User | str, on: Moment | None = None) -> Deadline:
    """What a step asks for was done, on a day of the past or now; the steps that count from it start.

    Raises CannotBeDone for a clock that has ended, and for a day before its start or in the future.
    """
    who, moment = _who(by, clock.conversation), on or now()
    with writing():
        row, clock = _held(clock)
        if not local_day(clock.started_at) <= day_of(moment) <= local_day(now()):
            raise CannotBeDone(f"Choose a day from {in_words(local_day(clock.started_at))} to today.")
        outcome = "in time" if _in_time(clock, moment) else "late"
        ended = Deadline.objects.filter(pk=clock.pk)
        ended.update(stopped_at=now(), ended=_Ended.MET, outcome=outcome, paused_at=None)
        words = in_words(day_of(moment))
        record(facts.MET, thing(row), by=who, clock=name(clock), on=words, outcome=outcome)
        _start(row, REGIMES[clock.regime], clock.nation, moment, after=clock.step, by=who, version=clock.version)
        _passed_to(clock.conversation, follow(row))
    clock.refresh_from_db()
    return clock


def _in_time(clock: Deadline, moment: Moment) -> bool:
    if isinstance(moment, datetime):
        return moment <= clock.due_at or clock.paused_at is not None
    return moment <= local_day(clock.due_at)


def escalate(conversation: Conversation, regime: str, *, by: User | str, on: Moment | None = None) -> list[Deadline]:
    """They ask for stage 2: its clocks start, and one of stage 1 that still runs ends.

    Raises CannotBeDone where the regime has no stage 2, or it runs already.
    """
    who, rules, moment = _who(by, conversation), REGIMES[regime], on or now()
    version = rules.version_on(day_of(moment))
    second = [step.key for step in version.steps if step.after == ESCALATED]
    with writing():
        row = lock(conversation)
        if not second or row.state == Conversation.State.CLOSED:
            raise CannotBeDone("There is no stage 2 to start here. Open the conversation again if it is closed.")
        if running_of(row).filter(regime=regime, step__in=second).exists():
            raise CannotBeDone("Stage 2 runs already. Nothing was changed.")
        over = running_of(row).filter(regime=regime)
        over.update(stopped_at=now(), ended=_Ended.MET, outcome="went to stage 2")
        started = _start(row, rules, _nation(rules), moment, after=ESCALATED, by=who)
        _passed_to(conversation, follow(row))
    return started


def extend(clock: Deadline, *, to: Moment, reason: str, by: User | str) -> Deadline:
    """Ends later, within what the regime allows. Raises CannotBeDone beyond that, without a reason, and when it is
    over: an extension has to be told before the time is up."""
    who = _who(by, clock.conversation)
    if not reason.strip():
        raise CannotBeDone("Give the reason: they have to be told, and the ombudsman will ask.")

    def longer(clock: Deadline, course: Course) -> None:
        if now() > clock.due_at:
            raise CannotBeDone("It is late already: an extension has to be told before the time is up.")
        before = _due(clock)
        clock.reason = reason.strip()[:200]
        _write(clock, _allowed(lambda: extended(course, day_of(to), _calendar(clock))))
        what, words = thing(clock.conversation), clock.reason
        tell_of_extension(clock)
        record(facts.EXTENDED, what, by=who, clock=name(clock), before=before, due=_due(clock), reason=words)

    return _changed(clock, longer)


def pause(clock: Deadline, why: str, *, by: User | str) -> Deadline:
    """Stands still from today, for a reason that the regime knows (a key of its version's pauses).

    Raises CannotBeDone for any other, when it stands still already, and when it is late.
    """
    who = _who(by, clock.conversation)

    def still(clock: Deadline, _: Course) -> None:
        known = {pause.key: pause for pause in _rules(clock).pauses}
        if why not in known:
            raise CannotBeDone(f"{name(clock)} does not stand still for that. {_allows(known.values())}")
        if clock.paused_at is not None:
            raise CannotBeDone("It stands still already. Nothing was changed.")
        if now() > clock.due_at:
            raise CannotBeDone("It is late already: what should have been asked in time cannot stop it now.")
        clock.paused_at, clock.paused_for = now(), why
        clock.save(update_fields=["paused_at", "paused_for"])
        record(facts.PAUSED, thing(clock.conversation), by=who, clock=name(clock), reason=known[why].label)

    return _changed(clock, still)


def resume(clock: Deadline, *, by: User | str) -> Deadline:
    """What was waited for came today. The days of the pause do not count, or the time begins anew, as the regime says.

    Raises CannotBeDone when it does not stand still.
    """
    who = _who(by, clock.conversation)

    def run_on(clock: Deadline, course: Course) -> None:
        if clock.paused_at is None:
            raise CannotBeDone("It runs already. Nothing was changed.")
        pause = _rules(clock).pause(clock.paused_for)
        first, last = local_day(clock.paused_at), local_day(now())
        clock.pauses = [*clock.pauses, [first.isoformat(), last.isoformat(), pause.label]]
        clock.paused_at, clock.paused_for = None, ""
        if pause.effect == Effect.RESTART:
            _anew(clock)
        else:
            _write(clock, stood_still(course, first, last, _calendar(clock)))
        record(facts.RESUMED, thing(clock.conversation), by=who, clock=name(clock), due=_due(clock))

    return _changed(clock, run_on)


def _changed(clock: Deadline, change: Callable[[Deadline, Course], None]) -> Deadline:
    """The clock as it is now, changed, with the conversation in step."""
    caller = clock.conversation
    with writing():
        row, clock = _held(clock)
        change(clock, course_of(clock))
        _passed_to(caller, follow(row))
    return clock


def _held(clock: Deadline) -> tuple[Conversation, Deadline]:
    row = lock(clock.conversation)
    held = Deadline.objects.get(pk=clock.pk)
    held.conversation = row
    if held.stopped_at is not None or held.regime not in REGIMES:
        raise CannotBeDone("This clock has ended, or is a target of our own. Nothing was changed.")
    return row, held


def _calendar(clock: Deadline) -> Calendar:
    return calendar_of(REGIMES[clock.regime], clock.nation, days_off())


def _rules(clock: Deadline) -> Version:
    return REGIMES[clock.regime].version(clock.version)


def _allowed(change: Callable[[], Course]) -> Course:
    try:
        return change()
    except Refused as error:
        raise CannotBeDone(str(error)) from None


def _write(clock: Deadline, course: Course) -> None:
    clock.due_at, clock.latest, clock.skipped = end_of(course.due), course.latest, listed(course.skipped)
    clock.save()


def _anew(clock: Deadline) -> None:
    """What was unclear is clear: the span that this clock has begins with today."""
    step = _rules(clock).step(clock.step)
    own = replace(step, span=replace(step.span, number=clock.days))
    begun = reckon(own, now(), _calendar(clock))
    clock.started_at, clock.due_at, clock.latest = now(), begun.due_at, begun.latest
    clock.skipped = listed(begun.skipped)
    clock.save()


def _allows(pauses: Iterable[Pause]) -> str:
    labels = "; ".join(pause.label.lower() for pause in pauses)
    return f"What it stands still for: {labels}." if labels else "It never stands still."
