"""Clocks on screens: the lines beside a conversation, what a closing window means for them, and one clock in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.urls import reverse

from putthrough.conversations.models import Conversation, Message
from putthrough.deadlines.actions import VERB
from putthrough.deadlines.course import Day, days
from putthrough.deadlines.models import TARGET, Deadline
from putthrough.deadlines.queries import clocks, policy
from putthrough.deadlines.regimes import ESCALATED, Effect, Step, Unit, Version
from putthrough.deadlines.table import REGIMES, defaults
from putthrough.deadlines.wording import (
    course_of,
    day_words,
    due_words,
    name,
    progress_words,
    sentence,
    short_name,
    skipped_words,
    step_name,
)
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.kit.time import in_words, local, local_day, now
from putthrough.web.forms_clocks import DropForm, EscalateForm, ExtendForm, MetForm, PauseForm, StartClockForm
from putthrough.web.screens.words import Dues, title, when_words, window

Typed = Mapping[str, forms.Form]


def lines(user: User, row: Conversation, dues: Dues) -> dict[str, Any]:
    """The clocks beside a conversation, the next one in one sentence, and what a closing window advises."""
    found, moment = clocks(user, row), now()
    moving = [clock for clock in found if clock.stopped_at is None and clock.paused_at is None]
    return {
        "deadlines": [_line(user, clock, dues, moment) for clock in found],
        "next_deadline": sentence(moving[0], moment) if moving else "",
        "window_advice": advice(row, moving),
    }


def _line(user: User, clock: Deadline, dues: Dues, moment: datetime) -> dict[str, str]:
    step, runs = step_name(clock), clock.stopped_at is None
    return {
        "regime": f"{short_name(clock)}: {step[0].lower()}{step[1:]}" if step else short_name(clock),
        "words": _words(clock, dues),
        "state": ("paused" if clock.paused_at else dues.group(clock.due_at).key) if runs else "none",
        "detail": _detail(clock, moment) if runs else "",
        "url": reverse("web:clock", args=[clock.pk]),
        "link": "Record, extend or pause it, and how it was reached" if _may(user, clock) else "How it was reached",
    }


def _words(clock: Deadline, dues: Dues) -> str:
    if clock.stopped_at is not None:
        return f"ended: {clock.outcome}" if clock.ended == Deadline.Ended.DROPPED else f"ended {clock.outcome}".strip()
    if clock.paused_at is not None:
        return f"paused since {in_words(local_day(clock.paused_at))}"
    if clock.unit == Unit.HOURS:
        return due_words(clock, local_day(now()))
    return dues.words(clock.due_at) if clock.regime == TARGET else _due(local_day(clock.due_at), local_day(now()))


def _due(day: date, today: date) -> str:
    """How many days are left is said by the regime's own count, not by the nation's working days."""
    if day == today:
        return "due today"
    return f"due {in_words(day)}" if day > today else f"late, was due {in_words(day)}"


def _detail(clock: Deadline, moment: datetime) -> str:
    begun = in_words(local_day(clock.started_at))
    parts = [progress_words(clock, moment), f"counted from {begun}", skipped_words(clock)]
    parts.append(f"extended: {clock.reason}" if clock.reason else "")
    return ", ".join(part for part in parts if part)


def advice(row: Conversation, moving: Sequence[Deadline]) -> str:
    """The network stops taking answers before a clock of law ends: what to do now. Empty where they do not collide."""
    shuts, law = window(row), [clock for clock in moving if clock.regime != TARGET]
    late = [clock for clock in law if row.shuts_at is not None and clock.due_at > row.shuts_at]
    if shuts is None or not late:
        return ""
    if shuts["state"] == "overdue":
        return f"{shuts['words']}, and {name(late[0])} is still to come. Reach them another way."
    return f"{shuts['words']}, before {name(late[0])} is due. Ask for an email address now."


def regimes_here() -> list[tuple[str, str]]:
    """What a message can be, the usual regimes of this body first, then all others of its nation."""
    nation = organisation().nation
    usual = defaults(policy().body, nation)
    others = [key for key, regime in REGIMES.items() if nation in regime.nations and key not in usual]
    return [(key, REGIMES[key].name) for key in (*usual, *others)]


def start_form(said: Sequence[Message], data: Any = None) -> StartClockForm:
    """For starting a clock by hand, from one of the resident's messages."""
    theirs = [one for one in said if one.direction == Message.Direction.IN and not one.automatic]
    messages = [(str(one.pk), f"{when_words(one.received_at)}, from {one.name or one.handle}") for one in theirs]
    return StartClockForm(data, regimes=regimes_here(), messages=messages)


def start_fold(user: User, row: Conversation, typed: Typed, said: Sequence[Message]) -> list[dict[str, Any]]:
    """The fold on the conversation's page, where it can be started."""
    if row.state == Conversation.State.CLOSED or not access.may(user, VERB, row):
        return []
    fold = {
        "id": "start-clock",
        "url": reverse("web:act", args=[row.pk, "start-clock"]),
        "label": "This is a complaint, a request for information …: start its clock",
        "button": "Start the clock",
        "form": typed.get("start-clock") or start_form(said),
    }
    return [fold]


def page(user: User, clock: Deadline, typed: Typed | None = None, problem: str = "") -> dict[str, Any]:
    """One clock: how its date was reached, day by day, and what may be done about it."""
    row, moment = clock.conversation, now()
    listed = [] if clock.unit == Unit.HOURS else list(days(course_of(clock)))
    return {
        "title": f"{name(clock)}: {title(row)}",
        "heading": name(clock),
        "url": reverse("web:conversation", args=[row.pk]),
        "sentence": sentence(clock, moment) if clock.stopped_at is None else f"It ended {clock.outcome}.",
        "facts": _facts(clock),
        "days": [_day(day, local_day(moment)) for day in listed],
        "folds": _folds(user, clock, typed or {}),
        "resume_url": reverse("web:clock-resume", args=[clock.pk]) if _may(user, clock) and clock.paused_at else "",
        "problem": problem,
    }


def _facts(clock: Deadline) -> list[dict[str, str]]:
    facts = [("Counts from", _moment(clock, clock.started_at)), ("Ends", _moment(clock, clock.due_at))]
    if clock.latest is not None:
        facts.append(("May be extended to", in_words(clock.latest)))
    facts.append(("Length", f"{clock.days} {clock.unit}"))
    if clock.regime == TARGET:
        return _labelled([*facts, ("Source", "Our own service target; our closures do not count either")])
    rules = _rules(clock)
    step = rules.step(clock.step)
    holidays = "of all four nations" if REGIMES[clock.regime].of_uk else f"of {clock.get_nation_display()}"
    facts += [("What ends it", step.met), ("Bank holidays", holidays), ("Source", rules.source)]
    facts += [("To be confirmed", step.unsure)] if step.unsure else []
    facts += [("Stood still", f"{_span(one)}: {one[2]}") for one in clock.pauses]
    return _labelled(facts)


def _labelled(facts: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"label": label, "words": words} for label, words in facts]


def _span(pause: list[str]) -> str:
    first, last = (in_words(datetime.fromisoformat(day).date()) for day in pause[:2])
    return first if first == last else f"{first} to {last}"


def _moment(clock: Deadline, moment: datetime) -> str:
    at = f"{local(moment):%H:%M} on " if clock.unit == Unit.HOURS else ""
    return f"{at}{in_words(local_day(moment))}"


def _day(day: Day, today: date) -> dict[str, Any]:
    words = f"Day {day.number}" if day.number else day.why
    return {"when": day_words(day.day, today), "words": words, "counts": bool(day.number), "today": day.day == today}


def _rules(clock: Deadline) -> Version:
    return REGIMES[clock.regime].version(clock.version)


def _may(user: User, clock: Deadline) -> bool:
    return clock.stopped_at is None and clock.regime != TARGET and access.may(user, VERB, clock.conversation)


def _url(clock: Deadline, verb: str) -> str:
    return reverse("web:clock-act", args=[clock.pk, verb])


def verb_form(clock: Deadline, verb: str, data: Any = None) -> forms.Form:
    """The form of a verb for this clock, fresh or as it came. Raises KeyError."""
    if verb == "extend":
        extension = _rules(clock).step(clock.step).extension
        return ExtendForm(data, latest=clock.latest, reasons=extension.reasons if extension else ())
    if verb == "pause":
        return PauseForm(data, pauses=_rules(clock).pauses)
    kinds: Mapping[str, type[forms.Form]] = {"met": MetForm, "escalate": EscalateForm, "drop": DropForm}
    return kinds[verb](data, initial={"on": local_day(now())})


def _folds(user: User, clock: Deadline, typed: Typed) -> list[dict[str, Any]]:
    if not _may(user, clock):
        return []
    rules = _rules(clock)
    return [
        {
            "id": verb,
            "url": _url(clock, verb),
            "label": label,
            "words": words,
            "button": button,
            "form": typed.get(verb) or verb_form(clock, verb),
        }
        for verb, label, words, button in _verbs(clock, rules.step(clock.step), rules)
    ]


def _verbs(clock: Deadline, step: Step, rules: Version) -> list[tuple[str, str, str, str]]:
    """Verb, label, what it does, button: those that this clock allows as it stands."""
    follow = [one.label.lower() for one in rules.steps if one.after == step.key]
    then = f" Then these begin: {', '.join(follow)}." if follow else ""
    found = [("met", "It is done", f"{step.met}{then}", "Record it")]
    if step.extension and clock.latest and not clock.paused_at:
        found.append(("extend", "Extend it", step.extension.tell, "Extend it"))
    if rules.pauses and not clock.paused_at:
        restarts = any(pause.effect == Effect.RESTART for pause in rules.pauses)
        words = "The days until they answer do not count." + (
            " Where they were asked what they mean, the time begins anew with their answer." if restarts else ""
        )
        found.append(("pause", "Let it stand still", words, "Pause it"))
    if any(one.after == ESCALATED for one in rules.steps) and not step.key.startswith("stage2"):
        found.append(("escalate", "They ask for stage 2", "Stage 1 ends and stage 2 begins.", "Start stage 2"))
    found.append(("drop", "It is not one after all", "All clocks of this kind on the conversation end.", "End them"))
    return found
