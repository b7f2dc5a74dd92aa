"""Clocks of law on a conversation: beside the service target, from the receipt, and no later than the regime allows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.audit.models import Entry
from putthrough.conversations import actions as conversations
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.deadlines import actions
from putthrough.deadlines.calendar import add_working_days, calendar, counted
from putthrough.deadlines.course import Course, Refused, counts, days, extended, length, reached, stood_still
from putthrough.deadlines.models import Deadline, Holiday
from putthrough.deadlines.policy import save_holiday
from putthrough.deadlines.regimes import Unit
from putthrough.deadlines.wording import course_of, sentence
from putthrough.directory.access import NotAllowed
from putthrough.directory.actions import save_organisation
from putthrough.directory.queries import organisation
from putthrough.handover import actions as handover
from putthrough.kit.time import end_of, local_day, now
from putthrough.replies.actions import send
from tests.cast import POTHOLE, Cast, resident_writes, undo_time_is_over


def begun(row: Conversation, regime: str, by: Any = "Putthrough") -> Deadline:
    return actions.begin(row, regime, received_at=row.opened_at, by=by)


def running(row: Conversation) -> dict[tuple[str, str], date]:
    clocks = Deadline.objects.filter(conversation=row, stopped_at=None)
    return {(clock.regime, clock.step): local_day(clock.due_at) for clock in clocks}


def due_of(row: Conversation) -> date | None:
    due_at = Conversation.objects.get(pk=row.pk).due_at
    return local_day(due_at) if due_at else None


def test_several_clocks_run_side_by_side_and_the_nearest_is_the_conversation_s(cast: Cast, row: Conversation) -> None:
    begun(row, "lgsco")
    begun(row, "awaab")
    assert running(row) == {
        ("target", ""): date(2026, 11, 27),
        ("lgsco", "acknowledge"): date(2026, 11, 27),
        ("awaab", "emergency"): date(2026, 11, 21),
        ("awaab", "investigate"): date(2026, 12, 4),
    }
    assert due_of(row) == date(2026, 11, 21)


def test_a_clock_counts_from_the_receipt_however_late_it_is_noticed(
    cast: Cast, row: Conversation, time_machine: Any
) -> None:
    time_machine.move_to("2026-12-01T09:00:00Z")
    clock = begun(row, "foia", cast.harriet)
    assert (local_day(clock.started_at), local_day(clock.due_at)) == (date(2026, 11, 20), date(2026, 12, 21))
    assert sentence(clock, now()) == "FOI: due Mon 21 Dec, day 6 of 20, St Andrew's Day skipped"


def test_beginning_twice_is_beginning_once(cast: Cast, row: Conversation) -> None:
    first = begun(row, "foia")
    entries = Entry.objects.count()
    assert begun(row, "foia", cast.harriet).pk == first.pk
    assert Entry.objects.count() == entries


def test_what_was_none_is_taken_back_with_a_reason(cast: Cast, row: Conversation) -> None:
    begun(row, "awaab")
    with pytest.raises(CannotBeDone, match="few words"):
        actions.drop(row, "awaab", by=cast.harriet, reason=" ")
    actions.drop(row, "awaab", by=cast.harriet, reason="A road is no home.")
    assert running(row) == {("target", ""): date(2026, 11, 27)}
    assert due_of(row) == date(2026, 11, 27)
    assert Entry.objects.latest("number").sentence.endswith("A road is no home.")


def test_an_answer_meets_the_service_target_and_no_clock_of_law(cast: Cast, row: Conversation) -> None:
    begun(row, "foia")
    send(row, "Please send us your name and an address.", by=cast.harriet)
    undo_time_is_over()
    assert running(row) == {("foia", "respond"): date(2026, 12, 21)}
    assert due_of(row) == date(2026, 12, 21)
    assert not Conversation.objects.get(pk=row.pk).unanswered


def test_a_new_message_gets_a_service_target_beside_a_clock_that_runs(
    cast: Cast, row: Conversation, time_machine: Any
) -> None:
    begun(row, "foia")
    send(row, "Please send us your name and an address.", by=cast.harriet)
    undo_time_is_over()
    time_machine.move_to("2026-11-24T10:00:00Z")
    assert resident_writes("Rosa Penn, 4 Mill Rise.").pk == row.pk
    assert running(row) == {("foia", "respond"): date(2026, 12, 21), ("target", ""): date(2026, 12, 1)}
    assert due_of(row) == date(2026, 12, 1)


def test_what_a_step_asks_for_is_recorded_and_the_next_counts_from_that_day(
    cast: Cast, row: Conversation, time_machine: Any
) -> None:
    begun(row, "lgsco")
    time_machine.move_to("2026-11-25T15:00:00Z")
    done = actions.acknowledged(row, "lgsco", by=cast.harriet, on=date(2026, 11, 24))
    assert (done.outcome, done.ended) == ("in time", "met")
    assert running(row)["lgsco", "stage1"] == date(2026, 12, 8)
    with pytest.raises(CannotBeDone, match="Nothing here waits"):
        actions.acknowledged(row, "lgsco", by=cast.harriet)


def test_the_end_of_an_investigation_starts_what_follows_from_it(
    cast: Cast, row: Conversation, time_machine: Any
) -> None:
    begun(row, "awaab")
    time_machine.move_to("2026-11-23T12:00:00Z")
    actions.met(Deadline.objects.get(step="investigate"), by=cast.harriet)
    assert running(row)["awaab", "summary"] == date(2026, 11, 26)
    assert running(row)["awaab", "make_safe"] == date(2026, 11, 30)


@pytest.mark.parametrize("day", [date(2026, 11, 19), date(2026, 11, 21)])
def test_nothing_is_done_before_it_began_or_tomorrow(cast: Cast, row: Conversation, day: date) -> None:
    clock = begun(row, "lgsco")
    with pytest.raises(CannotBeDone, match="Choose a day from"):
        actions.met(clock, by=cast.harriet, on=day)


def test_a_late_acknowledgement_is_late_and_what_follows_counts_from_it(
    cast: Cast, row: Conversation, time_machine: Any
) -> None:
    clock = begun(row, "lgsco")
    time_machine.move_to("2026-12-02T12:00:00Z")
    assert actions.met(clock, by=cast.harriet).outcome == "late"
    assert running(row)["lgsco", "stage1"] == date(2026, 12, 16)


def test_stage_2_is_asked_for(cast: Cast, row: Conversation, time_machine: Any) -> None:
    begun(row, "hos")
    time_machine.move_to("2026-11-25T12:00:00Z")
    actions.escalate(row, "hos", by=cast.harriet)
    assert running(row) == {("target", ""): date(2026, 11, 27), ("hos", "stage2_acknowledge"): date(2026, 12, 2)}
    with pytest.raises(CannotBeDone, match="runs already"):
        actions.escalate(row, "hos", by=cast.harriet)
    with pytest.raises(CannotBeDone, match="no stage 2"):
        actions.escalate(row, "sar", by=cast.harriet)


def test_an_extension_needs_a_reason_and_ends_where_the_regime_does(
    cast: Cast, row: Conversation, time_machine: Any
) -> None:
    clock = begun(row, "foia")
    with pytest.raises(CannotBeDone, match="Give the reason"):
        actions.extend(clock, to=date(2027, 1, 4), reason="", by=cast.harriet)
    with pytest.raises(CannotBeDone, match="not later than Friday 22 January 2027"):
        actions.extend(clock, to=date(2027, 1, 23), reason="Section 40", by=cast.harriet)
    longer = actions.extend(clock, to=date(2027, 1, 8), reason="The public interest in section 43", by=cast.harriet)
    assert (due_of(row), longer.due_at) == (date(2026, 11, 27), end_of(date(2027, 1, 8)))
    assert ["2026-12-25", "Christmas Day"] in longer.skipped
    with pytest.raises(CannotBeDone, match="no extension"):
        actions.extend(begun(row, "dp_complaint"), to=date(2027, 1, 8), reason="Busy", by=cast.harriet)


def test_what_is_late_is_not_extended_and_does_not_stand_still(
    cast: Cast, row: Conversation, time_machine: Any
) -> None:
    clock = begun(row, "foia")
    time_machine.move_to("2026-12-22T09:00:00Z")
    with pytest.raises(CannotBeDone, match="late already"):
        actions.extend(clock, to=date(2027, 1, 8), reason="Busy", by=cast.harriet)
    with pytest.raises(CannotBeDone, match="late already"):
        actions.pause(clock, "fee", by=cast.harriet)


def test_the_days_of_a_fee_do_not_count(cast: Cast, row: Conversation, time_machine: Any) -> None:
    clock = begun(row, "foia")
    time_machine.move_to("2026-11-23T09:00:00Z")  # a Monday
    actions.pause(clock, "fee", by=cast.harriet)
    assert due_of(row) == date(2026, 11, 27)  # the service target; a clock that stands still ends nowhere
    time_machine.move_to("2026-12-01T09:00:00Z")  # Tuesday of the week after; St Andrew's Day is between
    actions.resume(clock, by=cast.harriet)
    assert running(row)["foia", "respond"] == date(2026, 12, 31)  # six working days later
    with pytest.raises(CannotBeDone, match="runs already"):
        actions.resume(clock, by=cast.harriet)


def test_time_begins_anew_when_they_have_said_what_they_mean(cast: Cast, row: Conversation, time_machine: Any) -> None:
    clock = begun(row, "foia")
    actions.pause(clock, "clarify", by=cast.harriet)
    time_machine.move_to("2026-12-01T09:00:00Z")
    again = actions.resume(clock, by=cast.harriet)
    assert (local_day(again.started_at), local_day(again.due_at)) == (date(2026, 12, 1), date(2026, 12, 31))


def test_a_regime_stands_still_for_nothing_that_it_does_not_know(cast: Cast, row: Conversation) -> None:
    with pytest.raises(CannotBeDone, match="It never stands still"):
        actions.pause(begun(row, "lgsco"), "clarify", by=cast.harriet)
    with pytest.raises(CannotBeDone, match="asked what they mean; they were asked for a fee"):
        actions.pause(begun(row, "foia"), "identity", by=cast.harriet)


def test_a_subject_access_request_stands_still_by_the_calendar(
    cast: Cast, row: Conversation, time_machine: Any
) -> None:
    clock = begun(row, "sar")
    assert local_day(clock.due_at) == date(2026, 12, 21)  # 20 December is a Sunday
    time_machine.move_to("2026-11-30T09:00:00Z")
    actions.pause(clock, "clarify", by=cast.harriet)
    time_machine.move_to("2026-12-04T09:00:00Z")
    assert local_day(actions.resume(clock, by=cast.harriet).due_at) == date(2026, 12, 29)  # the 25th rolls on


def test_passing_on_changes_no_clock_of_law(cast: Cast, row: Conversation) -> None:
    begun(row, "foia")
    before = running(row)["foia", "respond"]
    handover.pass_on(row, None, by=cast.harriet, service=cast.bins)
    assert running(row)["foia", "respond"] == before


def test_closing_ends_all_clocks_and_opening_again_lets_them_run_on(cast: Cast, row: Conversation) -> None:
    begun(row, "foia")
    before = running(row)
    conversations.close(row, by=cast.harriet)
    assert (running(row), due_of(row)) == ({}, None)
    with pytest.raises(CannotBeDone, match="Open it again"):
        begun(row, "sar")
    conversations.reopen(row, by=cast.harriet)
    assert (running(row), due_of(row)) == (before, date(2026, 11, 27))


def test_what_was_done_stays_done_when_it_is_opened_again(cast: Cast, row: Conversation) -> None:
    actions.met(begun(row, "foia"), by=cast.harriet)
    conversations.close(row, by=cast.harriet)
    conversations.reopen(row, by=cast.harriet)
    assert running(row) == {("target", ""): date(2026, 11, 27)}


def test_a_clock_goes_with_both_halves_and_the_earlier_one_with_the_whole(
    cast: Cast, row: Conversation, time_machine: Any
) -> None:
    resident_writes("And another thing, by the library.")
    other = conversations.split(row, [row.messages.order_by("pk").last().pk], by=cast.harriet)
    begun(row, "foia")
    actions.begin(other, "foia", received_at=row.opened_at - timedelta(days=3), by=cast.harriet)
    begun(other, "sar")
    conversations.join(row, other, by=cast.harriet)
    assert running(row)["foia", "respond"] == date(2026, 12, 16)
    assert ("sar", "respond") in running(row)
    assert running(other) == {}
    [joined] = Deadline.objects.filter(conversation=row, regime="foia", stopped_at=None)
    assert local_day(joined.started_at) == local_day(row.opened_at - timedelta(days=3)), "it says how it was reached"


def test_of_two_clocks_the_one_that_runs_goes_on_before_one_that_stands_still(cast: Cast, row: Conversation) -> None:
    resident_writes("And another thing, by the library.")
    other = conversations.split(row, [row.messages.order_by("pk").last().pk], by=cast.harriet)
    actions.pause(actions.begin(row, "foia", received_at=row.opened_at - timedelta(days=3)), "fee", by=cast.harriet)
    begun(other, "foia")
    conversations.join(row, other, by=cast.harriet)
    [joined] = Deadline.objects.filter(conversation=row, regime="foia", stopped_at=None)
    assert joined.paused_at is None
    assert Conversation.objects.get(pk=row.pk).due_at is not None


def test_information_governance_keeps_the_clocks_of_any_team_and_others_do_not(cast: Cast, row: Conversation) -> None:
    assert begun(row, "foia", cast.ivy)
    for nobody in (cast.wilf, cast.ada, cast.clem):
        with pytest.raises(NotAllowed):
            begun(row, "sar", nobody)


def test_a_regime_of_another_nation_does_not_begin(cast: Cast, row: Conversation) -> None:
    body = organisation()
    body.nation = "scotland"
    save_organisation(body)
    with pytest.raises(CannotBeDone, match="your nation"):
        begun(row, "lgsco")
    assert local_day(begun(row, "spso").due_at) == date(2026, 11, 27)


def test_each_day_of_a_count_says_whether_it_counted(cast: Cast, row: Conversation) -> None:
    listed = list(days(course_of(begun(row, "foia"))))
    first = [(day.day.day, day.number, day.why) for day in listed[:3]]
    assert first == [(21, 0, "Weekend"), (22, 0, "Weekend"), (23, 1, "")]
    assert {day.day: day.why for day in listed}[date(2026, 11, 30)] == "St Andrew's Day"
    assert (listed[-1].day, listed[-1].number) == (date(2026, 12, 21), 20)


UK = calendar("england", of_uk=True)
STARTS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
EVENTS = st.lists(st.tuples(st.sampled_from(["extend", "still"]), st.integers(1, 40), st.integers(0, 40)), max_size=6)


@given(STARTS, EVENTS, st.integers(0, 20))
def test_any_sequence_of_pauses_and_extensions_stays_within_the_regime(
    start: date, events: list[tuple[str, int, int]], most: int
) -> None:
    due = add_working_days(start, 20, UK.is_holiday)
    latest = add_working_days(due, most, UK.is_holiday) if most else None
    course = Course(Unit.WORKING_DAYS, start, due, latest, ())
    for what, a, b in events:
        before = course
        try:
            if what == "extend":
                course = extended(course, course.due + timedelta(days=a), UK)
            else:
                first = start + timedelta(days=a)
                course = stood_still(course, first, first + timedelta(days=b), UK)
        except Refused:
            continue
        assert course.due >= before.due
        assert course.latest is None or course.due <= course.latest
    working = [d for n in range(1, (course.due - start).days + 1) if UK.is_working_day(d := start + timedelta(n))]
    still = {d for first, last in course.still for d in working if first <= d <= last}
    assert len([d for d in working if d not in still]) <= 20 + most


@given(STARTS, st.integers(1, 40), st.integers(0, 20), st.integers(0, 20))
def test_no_day_of_a_pause_is_given_back_twice(start: date, at: int, one: int, other: int) -> None:
    course = Course(Unit.DAYS, start, start + timedelta(days=90), None, ())
    first = start + timedelta(days=at)
    longest = first + timedelta(days=max(one, other))
    both = stood_still(stood_still(course, first, first + timedelta(days=one), UK), first, longest, UK)
    assert both.due == stood_still(course, first, longest, UK).due


@given(STARTS, st.integers(1, 25))
def test_the_days_of_a_count_add_up(start: date, number: int) -> None:
    due, skipped = (found := counted(start, number, UK)).due, found.skipped
    course = Course(Unit.WORKING_DAYS, start, due, None, skipped)
    assert length(course) == number
    assert reached(course, start) == 0
    assert [day.number for day in days(course) if day.number] == list(range(1, number + 1))
    assert counts(course, due)


def test_an_office_that_is_closed_on_a_day_has_its_target_later_and_its_foi_not(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to("2026-12-21T10:00:00Z")
    save_holiday(Holiday(day=date(2026, 12, 29), name="Shut between the years", closure=True), by=cast.ada)
    row = resident_writes(POTHOLE)
    begun(row, "foia")
    assert running(row)["target", ""] == date(2026, 12, 31)
    assert running(row)["foia", "respond"] == date(2027, 1, 22)
