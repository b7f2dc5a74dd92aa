"""The deadlines screen, and the calendars that other programs fetch."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from putthrough.conversations.models import Conversation
from putthrough.deadlines.actions import begin, pause
from putthrough.deadlines.models import Feed
from putthrough.directory.actions import put_into_team
from putthrough.handover.actions import claim
from putthrough.kit.time import now
from tests.cast import MISSED_BIN, POTHOLE, Cast, resident_writes, residents_write, signed_in_as


@pytest.fixture
def row(cast: Cast, time_machine: Any) -> Conversation:
    time_machine.move_to("2026-11-20T10:00:00Z")
    return resident_writes(POTHOLE)


def shown(user: Any, url: str = "/deadlines") -> str:
    return signed_in_as(user).get(url).content.decode()


def test_clocks_stand_under_how_late_they_are(cast: Cast, row: Conversation, time_machine: Any) -> None:
    begin(row, "awaab", received_at=row.opened_at)
    pause(begin(row, "foia", received_at=row.opened_at), "fee", by=cast.harriet)
    time_machine.move_to("2026-11-23T10:00:00Z")
    page = shown(cast.harriet)
    heads = re.findall(r'<h2 class="pt-group[^>]*>([^<]+?) <span>([^<]+)', page)
    assert heads == [
        ("Overdue", "1 clock"),
        ("This week", "1 clock"),
        ("Later", "1 clock"),
        ("Standing still", "1 clock"),
    ]
    assert "4 clocks run, 1 overdue." in page
    assert "Hazard, make an emergency hazard safe" in page


def test_the_days_ahead_say_how_many_end_and_why_a_day_is_none(
    cast: Cast, row: Conversation, time_machine: Any
) -> None:
    resident_writes(POTHOLE, handle="@ned")
    page = shown(cast.harriet)
    found = re.findall(r"<span>([^<]+)</span> <strong>(\d+)</strong> <span class=\"pt-small\">([^<]+)<", page)
    assert found[0] == ("Today", "0", "due")
    assert found[1][2] == "Weekend"
    assert {when: n for when, n, _ in found}["Fri 27 Nov"] == "2"
    assert len(found) == 14


def test_one_regime_at_a_time(cast: Cast, row: Conversation) -> None:
    begin(row, "foia", received_at=row.opened_at)
    page = shown(cast.harriet, "/deadlines?regime=foia")
    assert "FOI, answer" in page
    assert "<strong>Our own target</strong>" not in page
    assert "Freedom of information request (1)" in page


def test_each_sees_their_own_and_governance_sees_all(cast: Cast, row: Conversation) -> None:
    resident_writes(MISSED_BIN, handle="@kit", private=False)
    assert "1 clock runs" in shown(cast.harriet)
    assert "1 clock runs" in shown(cast.wilf)
    assert "0 clocks run" in shown(cast.clem)
    assert "1 clock runs" in shown(cast.clem, "/deadlines?scope=all")  # what was public
    assert "2 clocks run" in shown(cast.ivy)
    assert "No clock runs" in shown(cast.ada)


def test_a_list_of_any_length_takes_the_same_statements(
    cast: Cast, time_machine: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    residents_write(3)
    client = signed_in_as(cast.harriet)
    client.get("/deadlines")
    with django_assert_num_queries(8):
        client.get("/deadlines")
    residents_write(15)
    with django_assert_num_queries(8):
        client.get("/deadlines")


def made(client: Client, team: str = "") -> str:
    page = client.post("/deadlines/calendars", {"team": team}).content.decode()
    found = re.search(r'value="http://testserver(/calendar/[^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_team_s_calendar_needs_no_sign_in_and_holds_no_resident_s_words(cast: Cast, row: Conversation) -> None:
    begin(row, "foia", received_at=row.opened_at)
    url = made(signed_in_as(cast.harriet), str(cast.highways.pk))
    answer = Client().get(url)
    text = answer.content.decode().replace("\r\n ", "")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"SUMMARY:FOI\\, answer due\\, conversation {row.pk}" in text
    assert "DTSTART;VALUE=DATE:20261221" in text
    assert "Mill Rise" not in text
    assert "Rosa" not in text


def test_a_person_s_calendar_has_what_they_hold(cast: Cast, row: Conversation) -> None:
    client = signed_in_as(cast.harriet)
    url = made(client)
    assert "BEGIN:VEVENT" not in Client().get(url).content.decode()
    claim(row, by=cast.harriet)
    assert Client().get(url).content.decode().count("BEGIN:VEVENT") == 1


def test_an_address_that_was_taken_back_or_guessed_shows_nothing(cast: Cast, row: Conversation) -> None:
    client = signed_in_as(cast.harriet)
    url = made(client, str(cast.highways.pk))
    client.post(f"/deadlines/calendars/{Feed.objects.get().pk}/revoke")
    assert Client().get(url).status_code == 404
    assert Client().get("/calendar/guessed.ics").status_code == 404


def test_who_leaves_a_team_sees_its_deadlines_no_longer(cast: Cast, row: Conversation) -> None:
    url = made(signed_in_as(cast.harriet), str(cast.highways.pk))
    put_into_team(cast.highways, [cast.wilf])
    assert "BEGIN:VEVENT" not in Client().get(url).content.decode()


def test_nobody_makes_a_calendar_of_another_team(cast: Cast) -> None:
    answer = signed_in_as(cast.wilf).post("/deadlines/calendars", {"team": cast.highways.pk})
    assert answer.status_code == 404
    assert not Feed.objects.exists()


def test_a_window_that_shuts_stands_beside_the_clock(cast: Cast, row: Conversation) -> None:
    Conversation.objects.filter(pk=row.pk).update(shuts_at=now() + timedelta(hours=3, minutes=1))
    begin(row, "foia", received_at=row.opened_at)
    page = shown(cast.harriet)
    assert "Rehearsal shuts in 3 h, before FOI, answer is due. Ask for an email address now." in page
