"""Deadlines in Set-up: sources are shown, limits may be stricter, and clocks that run are left alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from putthrough.deadlines.actions import begin
from putthrough.deadlines.models import Holiday, Stricter
from putthrough.deadlines.policy import save_limit
from putthrough.deadlines.queries import policy
from putthrough.directory.actions import CannotBeSaved
from putthrough.kit.time import local_day
from tests.cast import POTHOLE, Cast, resident_writes, signed_in_as


def test_each_regime_is_shown_with_its_steps_and_its_source(cast: Cast) -> None:
    page = signed_in_as(cast.ada).get("/setup/deadlines/").content.decode()
    assert "Freedom of Information Act 2000, section 10" in page
    assert "Acknowledgement: 5 working days; Stage 1 answer: 10 working days" in page
    assert "Scottish" not in page
    assert page.index("Complaint under the Local Government") < page.index("Freedom of information request")


def test_a_stricter_limit_counts_for_new_clocks_and_leaves_those_that_run(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to("2026-11-20T10:00:00Z")
    client = signed_in_as(cast.ada)
    before = begin(resident_writes(POTHOLE), "foia", received_at=resident_writes(POTHOLE).opened_at)
    client.post("/setup/deadlines/foia", {"respond": "15"})
    row = resident_writes(POTHOLE, handle="@ned")
    clock = begin(row, "foia", received_at=row.opened_at)
    assert local_day(clock.due_at) == date(2026, 12, 14)
    before.refresh_from_db()
    assert local_day(before.due_at) == date(2026, 12, 21)
    client.post("/setup/deadlines/foia", {"respond": ""})
    assert not Stricter.objects.exists()


def test_no_limit_is_looser_than_the_law(cast: Cast) -> None:
    answer = signed_in_as(cast.ada).post("/setup/deadlines/foia", {"respond": "21"})
    assert answer.status_code == 422
    with pytest.raises(CannotBeSaved, match="stricter, never looser"):
        save_limit("foia", "respond", 21, by=cast.ada)
    assert not Stricter.objects.exists()


def test_a_day_is_entered_changed_and_taken_out(cast: Cast) -> None:
    client = signed_in_as(cast.ada)
    client.post("/setup/deadlines/days/new", {"day": "2029-06-04", "name": "Jubilee", "kind": "scotland"})
    row = Holiday.objects.get()
    assert (row.nation, row.closure) == ("scotland", False)
    again = client.post("/setup/deadlines/days/new", {"day": "2029-06-04", "name": "Twice", "kind": "scotland"})
    assert "stands there already" in again.content.decode()
    client.post(f"/setup/deadlines/days/{row.pk}", {"day": "2029-06-04", "name": "Jubilee", "kind": "uk"})
    assert "United Kingdom" in client.get("/setup/deadlines/days/").content.decode()
    client.post(f"/setup/deadlines/days/{row.pk}/delete")
    assert not Holiday.objects.exists()


def test_a_closure_moves_the_next_service_target(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to("2026-12-21T10:00:00Z")
    form = {"day": "2026-12-29", "name": "Shut between the years", "kind": "closure"}
    signed_in_as(cast.ada).post("/setup/deadlines/days/new", form)
    row = resident_writes(POTHOLE)
    assert row.due_at is not None
    assert local_day(row.due_at) == date(2026, 12, 31)


def test_office_hours_are_read_or_refused_with_how_to_write_them(cast: Cast) -> None:
    client = signed_in_as(cast.ada)
    wrong = client.post("/setup/deadlines/policy", {"body": "council", "hours": "Monday nine to five"})
    assert "Write times in order" in wrong.content.decode()
    client.post("/setup/deadlines/policy", {"body": "nhs", "hours": "mon 9:00-12:30, 13:30-17:00", "patience": "4"})
    assert (policy().body, policy().hours) == ("nhs", "Monday 09:00-12:30 13:30-17:00")
