"""Clocks of law on the conversation's page, and the page that shows how a date was reached."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from putthrough.conversations.models import Conversation
from putthrough.deadlines.actions import begin
from putthrough.deadlines.models import Deadline
from putthrough.handover.actions import pass_on
from putthrough.kit.time import local_day, now
from tests.cast import POTHOLE, Cast, resident_writes, signed_in_as


@pytest.fixture
def row(cast: Cast, time_machine: Any) -> Conversation:
    time_machine.move_to("2026-11-20T10:00:00Z")
    return resident_writes(POTHOLE)


@pytest.fixture
def clock(row: Conversation) -> Deadline:
    return begin(row, "foia", received_at=row.opened_at)


def shown(user: Any, url: str) -> str:
    return signed_in_as(user).get(url).content.decode()


def test_a_clock_is_started_by_hand_from_the_message_that_asks(cast: Cast, row: Conversation) -> None:
    client = signed_in_as(cast.harriet)
    page = client.get(f"/conversations/{row.pk}").content.decode()
    assert "start its clock" in page
    assert page.index("Complaint under the Local Government") < page.index("Freedom of information request")
    assert "Scotland" not in page[page.index("start its clock") :]
    said = row.messages.get()
    client.post(f"/conversations/{row.pk}/start-clock", {"regime": "foia", "message": said.pk})
    page = client.get(f"/conversations/{row.pk}").content.decode()
    assert "FOI: answer" in page
    assert "due Monday 21 December</span>" in page
    assert "day 0 of 20, counted from Friday 20 November, St Andrew&#x27;s Day skipped" in page


def test_the_next_clock_stands_in_one_sentence(
    cast: Cast, row: Conversation, clock: Deadline, time_machine: Any
) -> None:
    time_machine.move_to("2026-12-09T10:00:00Z")
    Deadline.objects.filter(regime="target").update(stopped_at=now())
    page = shown(cast.harriet, f"/conversations/{row.pk}")
    assert "Next: FOI: due Mon 21 Dec, day 12 of 20, St Andrew&#x27;s Day skipped" in page


def test_something_has_to_be_chosen(cast: Cast, row: Conversation) -> None:
    answer = signed_in_as(cast.harriet).post(f"/conversations/{row.pk}/start-clock", {"message": row.messages.get().pk})
    assert answer.status_code == 422
    assert "Choose what it is." in answer.content.decode()


def test_how_a_date_was_reached_is_shown_day_by_day(cast: Cast, row: Conversation, clock: Deadline) -> None:
    page = shown(cast.harriet, f"/clocks/{clock.pk}")
    assert "Freedom of Information Act 2000, section 10" in page
    assert "of all four nations" in page
    assert "Not counted: St Andrew&#x27;s Day" in page
    assert page.count("Not counted: Weekend") == 10
    assert "Day 20" in page
    assert "Day 21" not in page


def test_a_target_of_our_own_is_shown_and_has_no_verbs(cast: Cast, row: Conversation) -> None:
    target = row.deadlines.get()
    page = shown(cast.harriet, f"/clocks/{target.pk}")
    assert "Our own service target" in page
    assert "Record it" not in page
    assert signed_in_as(cast.harriet).post(f"/clocks/{target.pk}/met", {"on": "2026-11-20"}).status_code == 404


def test_an_extension_says_whom_to_tell_and_what(cast: Cast, row: Conversation, clock: Deadline) -> None:
    client = signed_in_as(cast.harriet)
    form = {"to": "2027-01-08", "reason": "The public interest in section 43"}
    page = client.post(f"/clocks/{clock.pk}/extend", form, follow=True).content.decode()
    assert "Extended. Tell them within the first 20 working days" in page
    assert "extended: The public interest in section 43" in page
    assert "due Friday 8 January 2027" in page


def test_what_cannot_be_done_is_said_with_what_was_typed(cast: Cast, row: Conversation, clock: Deadline) -> None:
    client = signed_in_as(cast.harriet)
    answer = client.post(f"/clocks/{clock.pk}/extend", {"to": "2028-01-08", "reason": "Too much"})
    assert answer.status_code == 409
    assert "not later than Friday 22 January 2027" in answer.content.decode()
    assert "Too much" in answer.content.decode()
    assert client.post(f"/clocks/{clock.pk}/drop", {"reason": ""}).status_code == 422


def test_it_stands_still_and_runs_on(cast: Cast, row: Conversation, clock: Deadline, time_machine: Any) -> None:
    client = signed_in_as(cast.harriet)
    client.post(f"/clocks/{clock.pk}/pause", {"why": "fee"})
    assert "paused since Friday 20 November" in shown(cast.harriet, f"/conversations/{row.pk}")
    assert "let it run on" in shown(cast.harriet, f"/clocks/{clock.pk}")
    time_machine.move_to("2026-11-24T10:00:00Z")
    signed_in_as(cast.harriet).post(f"/clocks/{clock.pk}/resume")
    page = shown(cast.harriet, f"/clocks/{clock.pk}")
    assert "Not counted: The clock stood still" in page
    assert local_day(Deadline.objects.get(pk=clock.pk).due_at) == date(2026, 12, 23)


def test_an_emergency_says_its_hour(cast: Cast, row: Conversation) -> None:
    clock = begin(row, "awaab", received_at=row.opened_at)
    page = shown(cast.harriet, f"/conversations/{row.pk}")
    assert "due Sat 21 Nov 10:00" in page
    assert "hour 0 of 24" in page
    assert "10:00 on Saturday 21 November" in shown(cast.harriet, f"/clocks/{clock.pk}")


def test_a_window_that_shuts_first_advises_what_to_do(cast: Cast, row: Conversation, clock: Deadline) -> None:
    Conversation.objects.filter(pk=row.pk).update(shuts_at=now() + timedelta(hours=3, minutes=1))
    page = shown(cast.harriet, f"/conversations/{row.pk}")
    assert "Rehearsal shuts in 3 h, before FOI, answer is due. Ask for an email address now." in page
    Conversation.objects.filter(pk=row.pk).update(shuts_at=now() - timedelta(hours=3))
    assert "Reach them another way" in shown(cast.harriet, f"/conversations/{row.pk}")


def test_no_advice_where_nothing_collides(cast: Cast, row: Conversation) -> None:
    Conversation.objects.filter(pk=row.pk).update(shuts_at=now() + timedelta(hours=3))
    assert "Ask for an email address" not in shown(cast.harriet, f"/conversations/{row.pk}")


def test_another_team_finds_no_such_clock(cast: Cast, clock: Deadline) -> None:
    assert signed_in_as(cast.wilf).get(f"/clocks/{clock.pk}").status_code == 404


def test_governance_may_and_a_watcher_may_not(cast: Cast, row: Conversation, clock: Deadline) -> None:
    assert "Record it" in shown(cast.ivy, f"/clocks/{clock.pk}")
    pass_on(row, cast.waste, by=cast.harriet)
    assert "Record it" not in shown(cast.harriet, f"/clocks/{clock.pk}")


def test_the_page_takes_the_same_statements_however_many_clocks_run(
    cast: Cast, row: Conversation, clock: Deadline, django_assert_max_num_queries: Any
) -> None:
    client = signed_in_as(cast.harriet)
    with CaptureQueriesContext(connection) as before:
        client.get(f"/conversations/{row.pk}")
    for regime in ("sar", "lgsco", "awaab"):
        begin(row, regime, received_at=row.opened_at)
    with django_assert_max_num_queries(len(before)):
        client.get(f"/conversations/{row.pk}")
