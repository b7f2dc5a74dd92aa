"""The overview's figures: each has exactly its list behind it, and counting anew gives the same."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from putthrough.conversations import actions as conversations
from putthrough.conversations.models import Conversation
from putthrough.directory.access import NotAllowed
from putthrough.handover.actions import pass_on
from putthrough.oversight.figures import queries
from putthrough.oversight.figures.actions import rebuild, roll_up
from putthrough.oversight.figures.models import Course, Tally
from putthrough.replies.actions import send
from tests.body import BIN, POTHOLE, World, build
from tests.oversight.recount import figures_are_what_was_recorded
from tests.story import filed, posted, settle

pytestmark = pytest.mark.django_db
_FIGURE = re.compile(r'<a class="govuk-link" href="([^"]*/overview/list[^"]*)">(?:<strong>)?(\d+|More than 99)')


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 3, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(clock: time_machine.Traveller) -> World:
    return build()


def a_month_ago_and_now(town: World, clock: time_machine.Traveller, number: int) -> None:
    """Some are answered by their service, one by communications; some are passed on and some closed."""
    for weeks in (0, 5):
        clock.shift(timedelta(weeks=weeks))
        for one in range(number):
            posted(f"a {POTHOLE if one % 2 else BIN} {weeks} {one}", by=f"@p{weeks}x{one}", private=one % 3 == 0)
        posted(f"hello {weeks}", by=f"@hello{weeks}", private=False)
        filed()
        clock.shift(timedelta(hours=5))
        _work(town, Conversation.objects.filter(unanswered=True).exclude(state="closed"))
        clock.shift(timedelta(minutes=1))
        settle()


def _work(town: World, rows: Iterator[Conversation]) -> None:
    people = {town.teams["highways"].pk: "harriet", town.teams["waste"].pk: "wilf"}
    for at, row in enumerate(rows.order_by("pk")):
        who = people.get(row.owner_id)
        if who is None:
            pass_on(row, town.teams["comms"], by=town.people["tess"])
            send(Conversation.objects.get(pk=row.pk), "Hello to you.", by=town.user("clem"))
        elif at % 4 == 3:
            conversations.close(row, by=town.user(who), outcome="answered by telephone")
        elif at % 4 != 2:
            send(row, f"It is on its way, number {row.pk}.", by=town.user(who))


def signed_in(town: World, who: str) -> Client:
    client = Client()
    client.force_login(town.user(who))
    return client


def walked(client: Client, address: str) -> int:
    """How many lines the list has, over all of its pages."""
    number = 0
    while address:
        page = client.get(address).content.decode()
        number += page.count("data-row")
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(found.group(1)) if found else ""
    return number


@pytest.mark.parametrize("who", ["clem", "ada"])
def test_every_figure_opens_exactly_its_list(town: World, clock: time_machine.Traveller, who: str) -> None:
    a_month_ago_and_now(town, clock, 12)
    client = signed_in(town, who)
    figures = _FIGURE.findall(client.get(reverse("web:overview")).content.decode())
    assert len([number for _, number in figures if number != "0"]) > 15
    for address, number in figures:
        assert walked(client, unescape(address)) == int(number), address


def test_a_long_list_is_walked_page_by_page(
    town: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_month_ago_and_now(town, clock, 8)
    monkeypatch.setattr(queries, "PAGE", 3)
    client = signed_in(town, "clem")
    for address, number in _FIGURE.findall(client.get(reverse("web:overview")).content.decode()):
        assert walked(client, unescape(address)) == int(number), address


def test_what_the_lead_may_not_read_is_counted_and_not_told(town: World, clock: time_machine.Traveller) -> None:
    posted(f"my own {POTHOLE}", by="@sam", private=True)
    filed()
    settle()
    page = signed_in(town, "clem").get(reverse("web:overview-list"), {"of": "waiting"}).content.decode()
    assert "A conversation that only its own team can read" in page
    assert "my own" not in page
    assert reverse("web:conversation", args=[Conversation.objects.get().pk]) not in page


def test_counting_anew_gives_the_same_rows(town: World, clock: time_machine.Traveller) -> None:
    a_month_ago_and_now(town, clock, 6)
    before = [set(kind.objects.values_list(*_columns(kind))) for kind in (Tally, Course)]
    assert all(before)
    rebuild()
    assert [set(kind.objects.values_list(*_columns(kind))) for kind in (Tally, Course)] == before
    assert roll_up() == 0
    figures_are_what_was_recorded()


def _columns(kind: type[Tally | Course]) -> list[str]:
    return [one.name for one in kind._meta.fields if one.name != "id"]


def test_the_headline_is_the_share_of_the_services(town: World, clock: time_machine.Traveller) -> None:
    a_month_ago_and_now(town, clock, 6)
    this, before = queries.periods(town.user("clem"), last=queries.today())
    assert this.kinds["comms"].answered == before.kinds["comms"].answered == 1
    assert this.share == this.kinds["service"].answered / this.total.answered
    page = signed_in(town, "clem").get(reverse("web:overview")).content.decode()
    assert f"<strong>{this.share:.0%}</strong> of first answers" in page


def test_times_of_few_answers_are_not_told(town: World, clock: time_machine.Traveller) -> None:
    a_month_ago_and_now(town, clock, 6)
    client = signed_in(town, "clem")
    rows = list(csv.reader(client.get(reverse("web:overview-csv")).content.decode().splitlines()))
    assert rows[0][2] == "Team"
    for row in rows[1:]:
        assert (row[6] == "Too few to say") == (0 < int(row[4]) < queries.FEWEST)
    assert "Too few to say" in client.get(reverse("web:overview")).content.decode()


def test_the_page_costs_the_same_for_few_and_for_many(town: World, clock: time_machine.Traveller) -> None:
    client = signed_in(town, "clem")
    address = reverse("web:overview-list") + "?of=waiting"
    counts = []
    for number in (2, 20):
        a_month_ago_and_now(town, clock, number)
        for page in (reverse("web:overview"), address):
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(page)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?of=waits",
        "?of=opened",
        "?of=opened&first=2026-03-01&last=x",
        "?of=closed&first=2020-01-01&last=2026-01-01",
    ],
)
def test_no_figure_no_list(town: World, query: str) -> None:
    assert signed_in(town, "clem").get(reverse("web:overview-list") + query).status_code == 404


def test_others_do_not_read_figures(town: World) -> None:
    for who in ("tess", "harriet", "ivy"):
        with pytest.raises(NotAllowed):
            queries.standing(town.user(who))
