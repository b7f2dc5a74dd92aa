"""Every regime's dates: the cases that naive counting gets wrong, the edges, and what holds for all of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.deadlines.calendar import Skipped
from putthrough.deadlines.counting import Moment, Reckoned, day_of, months_later, plan
from putthrough.deadlines.regimes import ESCALATED, Span, Step, Unit, Version, by_key
from putthrough.deadlines.table import BODIES, REGIMES, defaults

KEYS = tuple(REGIMES)
DAYS = st.dates(date(2019, 1, 1), date(2040, 12, 31))


def steps(key: str, received: Moment, nation: str = "", **happened: Moment) -> dict[str, Reckoned]:
    regime = REGIMES[key]
    found = plan(regime, received, nation or regime.nations[0], happened=happened)
    return {one.step.key: one for one in found}


def due(key: str, received: Moment, step: str, nation: str = "", **happened: Moment) -> Any:
    return steps(key, received, nation, **happened)[step].due


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("key", "received", "step", "expected"),
    [
        ("foia", "2026-06-01", "respond", "2026-06-30"),  # Scotland's World Cup holiday, for an English council too
        ("foia", "2026-11-20", "respond", "2026-12-21"),  # St Andrew's Day
        ("foia", "2026-03-12", "respond", "2026-04-14"),  # St Patrick's Day
        ("foia", "2026-03-27", "respond", "2026-04-28"),
        ("foia", "2026-11-21", "respond", "2026-12-21"),  # a Saturday: the same as the Friday before
        ("foia", "2028-02-28", "respond", "2028-03-28"),  # leap day counts, 17 March does not
        ("foia", "2025-12-02", "respond", "2026-01-05"),  # 2 January is a holiday in Scotland
        ("eir", "2026-11-20", "respond", "2026-12-21"),
        ("foisa", "2026-03-27", "respond", "2026-04-27"),
        ("foisa", "2026-11-20", "respond", "2026-12-21"),
        ("foisa", "2026-12-29", "respond", "2027-01-28"),
        ("lgsco", "2026-12-18", "acknowledge", "2026-12-29"),
        ("lgsco", "2026-12-18", "stage1", "2027-01-13"),
        ("lgsco", "2026-12-19", "acknowledge", "2026-12-29"),  # received on a Saturday
        ("hos", "2026-12-25", "acknowledge", "2027-01-05"),  # received on Christmas Day
        ("hos", "2026-12-18", "stage1", "2027-01-13"),
        ("nhs2009", "2026-12-24", "acknowledge", "2026-12-31"),
        ("nhs2009", "2026-12-24", "respond", "2027-06-23"),  # six months that begin with the day of receipt
        ("nhs2009", "2026-08-31", "respond", "2027-02-27"),
        ("spso", "2026-11-27", "stage1", "2026-12-07"),
        ("spso", "2026-11-27", "stage2_acknowledge", "2026-12-03"),
        ("spso", "2026-11-27", "stage2", "2026-12-30"),
        ("nipso", "2026-07-08", "stage1", "2026-07-16"),
        ("nipso", "2026-07-11", "stage1", "2026-07-21"),  # a Saturday: registered on Tuesday 14 July
        ("nhswales", "2026-12-24", "acknowledge", "2027-01-05"),
        ("nhswales", "2026-12-24", "early", "2027-01-12"),
        ("nhswales", "2026-03-31", "acknowledge", "2026-04-02"),  # the last day of the old regulations
        ("nhswales", "2026-04-01", "acknowledge", "2026-04-10"),  # the first day of the new ones
        ("sar", "2026-12-31", "respond", "2027-02-01"),
        ("sar", "2027-01-31", "respond", "2027-03-01"),
        ("sar", "2026-09-03", "respond", "2026-10-05"),
        ("sar", "2028-01-31", "respond", "2028-02-29"),  # a leap day that is a Tuesday
        ("sar", "2026-11-25", "respond", "2026-12-29"),  # Christmas Day, then a weekend, then a substitute
        ("sar", "2026-08-15", "respond", "2026-09-15"),  # received on a Saturday
        ("dp_complaint", "2026-11-26", "acknowledge", "2026-12-29"),
        ("dp_complaint", "2026-06-19", "acknowledge", "2026-07-20"),  # day 30 is a Sunday
        ("awaab", "2026-10-23", "investigate", "2026-11-06"),
        ("awaab", "2026-10-23", "summary", "2026-11-11"),
        ("awaab", "2026-10-23", "make_safe", "2026-11-13"),
        ("awaab", "2026-10-23", "works", "2027-01-29"),
    ],
)
def test_golden_cases(key: str, received: str, step: str, expected: str) -> None:
    assert due(key, d(received), step) == d(expected)


def test_stage_1_counts_from_the_acknowledgement_not_from_receipt() -> None:
    early = steps("lgsco", d("2026-12-18"), acknowledge=d("2026-12-21"))
    assert early["stage1"].due == d("2027-01-07")
    assert early["acknowledge"].due == d("2026-12-29")
    assert steps("lgsco", d("2026-12-18"))["stage1"].latest == d("2027-01-27")


def test_stage_2_counts_from_when_it_was_asked_for() -> None:
    asked = steps("hos", d("2026-09-01"), **{ESCALATED: d("2026-11-02")})
    assert (asked["stage2_acknowledge"].due, asked["stage2"].due) == (d("2026-11-09"), d("2026-12-07"))
    assert asked["stage2"].latest == d("2027-01-07")
    assert due("spso", d("2026-09-01"), "stage2", **{ESCALATED: d("2026-11-02")}) == d("2026-12-01")


@pytest.mark.parametrize(
    ("key", "step", "received", "latest"),
    [
        ("foia", "respond", "2026-11-20", "2027-01-22"),
        ("eir", "respond", "2026-11-20", "2027-01-22"),
        ("foisa", "respond", "2026-11-20", None),
        ("sar", "respond", "2026-11-30", "2027-03-01"),  # three months from receipt, 28 February is a Sunday
        ("spso", "stage1", "2026-11-27", "2026-12-14"),
        ("nipso", "stage1", "2026-07-08", "2026-07-23"),
        ("nhswales", "respond", "2026-05-01", "2026-11-02"),  # six months from receipt, 1 November is a Sunday
        ("nhs2009", "acknowledge", "2026-05-01", None),
        ("dp_complaint", "acknowledge", "2026-11-26", None),
        ("awaab", "investigate", "2026-10-23", None),
    ],
)
def test_extensions_end_where_the_regime_says(key: str, step: str, received: str, latest: str | None) -> None:
    assert steps(key, d(received))[step].latest == (d(latest) if latest else None)


def test_an_emergency_counts_hours_through_the_weekend_and_the_change_of_clocks() -> None:
    reported = datetime(2026, 10, 24, 9, 0, tzinfo=UTC)  # 10:00 in London; the clocks go back that night
    found = due("awaab", reported, "emergency")
    assert found == reported + timedelta(hours=24)
    assert found.isoformat() == "2026-10-25T09:00:00+00:00"


def test_a_report_without_a_time_of_day_is_taken_as_early_as_it_can_have_been() -> None:
    assert due("awaab", d("2026-10-23"), "emergency").isoformat() == "2026-10-24T00:00:00+01:00"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), "2026-06-30"),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "2026-07-01"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25"),  # the hour that comes twice
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "2026-12-31"),
    ],
)
def test_an_instant_counts_from_its_day_in_london(moment: datetime, day: str) -> None:
    assert [one.due for one in plan(REGIMES["foia"], moment, "england")] == [due("foia", d(day), "respond")]


def test_after_hours_counts_from_the_next_working_day_where_the_procedure_registers() -> None:
    evening = datetime(2026, 7, 8, 17, 30, tzinfo=UTC)
    assert due("nipso", evening, "stage1") == d("2026-07-17")
    assert due("spso", evening, "stage1") == d("2026-07-15")


def test_two_clocks_of_one_message_run_side_by_side() -> None:
    reported = d("2026-12-24")
    assert due("awaab", reported, "investigate") == d("2027-01-12")
    assert due("hos", reported, "acknowledge") == d("2027-01-05")


def test_a_calendar_month_says_why_it_ends_later_than_its_date() -> None:
    assert steps("sar", d("2026-09-03"))["respond"].skipped == (
        Skipped(d("2026-10-03"), "Saturday"),
        Skipped(d("2026-10-04"), "Sunday"),
    )


@pytest.mark.parametrize(
    ("day", "months", "expected"), [("2027-08-31", 6, "2028-02-29"), ("2026-12-31", 2, "2027-02-28")]
)
def test_a_month_that_is_too_short_ends_on_its_last_day(day: str, months: int, expected: str) -> None:
    assert months_later(d(day), months) == d(expected)


def test_the_old_regulations_go_on_for_what_came_under_them() -> None:
    assert REGIMES["nhswales"].version_on(d("2026-03-31")).key == "2011"
    assert REGIMES["nhswales"].version_on(d("2026-04-01")).key == "2026"
    assert not REGIMES["lgsco"].in_force(d("2026-03-31"))


def test_the_names_that_other_programs_know_stay() -> None:
    names = {key: [step.key for step in REGIMES[key].versions[-1].steps] for key in KEYS}
    ladder = ["acknowledge", "stage1", "stage2_acknowledge", "stage2"]
    assert names == {
        "nhs2009": ["acknowledge", "respond"],
        "lgsco": ladder,
        "hos": ladder,
        "awaab": ["emergency", "investigate", "summary", "make_safe", "works"],
        "spso": ladder[1:],
        "nipso": ladder[1:],
        "nhswales": ["acknowledge", "early", "respond"],
        "foia": ["respond"],
        "eir": ["respond"],
        "foisa": ["respond"],
        "sar": ["respond"],
        "dp_complaint": ["acknowledge"],
    }


@pytest.mark.parametrize("key", KEYS)
def test_a_regime_says_where_it_comes_from_and_what_ends_each_step(key: str) -> None:
    for version in REGIMES[key].versions:
        assert version.source
        assert all(step.met and step.label for step in version.steps)
        assert all(pause.source for pause in version.pauses)


@pytest.mark.parametrize("key", ["nhs2009", "lgsco", "hos", "awaab", "spso", "nipso", "nhswales", "dp_complaint"])
def test_complaints_and_hazards_never_stand_still(key: str) -> None:
    assert not any(version.pauses for version in REGIMES[key].versions)


def test_a_table_that_counts_from_nothing_is_refused() -> None:
    wrong = Version("1", d("2026-01-01"), "nowhere", (Step("b", "B", Span(1), "done", after="a"),))
    with pytest.raises(ValueError, match="counts from nothing"):
        by_key((REGIMES["foia"].__class__("x", "X", "X", ("england",), (wrong,)),))


@pytest.mark.parametrize("nation", ["england", "wales", "scotland", "ni"])
@pytest.mark.parametrize("body", BODIES)
def test_the_defaults_of_a_body_apply_in_its_nation(body: str, nation: str) -> None:
    found = defaults(body, nation)
    assert all(nation in REGIMES[key].nations for key in found)
    assert ("foisa" in found) == (nation == "scotland") != ("foia" in found)
    assert {"sar", "dp_complaint"} <= set(found)


@given(st.sampled_from(KEYS), DAYS)
def test_every_step_ends_after_it_starts_and_within_its_extension(key: str, received: date) -> None:
    for one in plan(REGIMES[key], received, REGIMES[key].nations[0]):
        assert day_of(one.due) > day_of(one.start)
        assert one.latest is None or one.latest > day_of(one.due)
        assert all(day_of(one.start) < skipped.day < day_of(one.due) for skipped in one.skipped)


@given(st.sampled_from(KEYS), DAYS, st.integers(0, 30))
def test_a_later_receipt_never_means_an_earlier_deadline(key: str, received: date, more: int) -> None:
    nation = REGIMES[key].nations[0]
    before = plan(REGIMES[key], received, nation)
    after = plan(REGIMES[key], received + timedelta(more), nation)
    if [one.step for one in before] == [one.step for one in after]:  # the same version of the regime
        assert all(day_of(a.due) <= day_of(b.due) for a, b in zip(before, after, strict=True))


@given(DAYS)
def test_the_act_of_the_kingdom_is_never_earlier_than_a_nation_alone(received: date) -> None:
    union = due("foia", received, "respond")
    scotland = due("foisa", received, "respond")
    assert union >= scotland


@given(DAYS, st.sampled_from(["wales", "scotland", "ni"]))
def test_the_act_of_the_kingdom_is_the_same_everywhere(received: date, nation: str) -> None:
    assert due("foia", received, "respond", nation) == due("foia", received, "respond", "england")


def test_hours_and_weeks_are_said_in_words() -> None:
    assert [str(Span(n, unit)) for n, unit in ((1, Unit.DAYS), (24, Unit.HOURS), (6, Unit.WHOLE_MONTHS))] == [
        "1 day",
        "24 hours",
        "6 months",
    ]
