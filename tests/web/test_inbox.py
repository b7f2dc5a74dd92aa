from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import Filters, conversation, inbox_count, inbox_page, overview_page
from putthrough.handover.actions import claim, pass_on
from putthrough.kit.time import end_of, local_day, now
from tests.cast import MISSED_BIN, POTHOLE, Cast, let_it_arrive, resident_writes, residents_write, signed_in_as

INBOX_QUERIES = 18


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def headings(text: str) -> list[str]:
    return [" ".join(found.split()) for found in re.findall(r'<h2 class="pt-group[^>]*>([^<]*)', text)]


def due_in(row: Conversation, days: int | None) -> None:
    due = None if days is None else end_of(local_day(now()) + timedelta(days=days))
    Conversation.objects.filter(pk=row.pk).update(due_at=due)


def test_conversations_stand_under_their_deadlines(cast: Cast) -> None:
    residents_write(4)
    rows = Conversation.objects.order_by("pk")
    for row, days in zip(rows, (30, -1, None, 0), strict=True):
        due_in(row, days)
    text = page(signed_in_as(cast.harriet))
    assert headings(text) == ["Overdue", "Due today", "Later", "No deadline"]
    assert "Highways inbox" in text
    assert "4 conversations are here. Those that are overdue come first." in text


def test_nobody_sees_another_team_s_inbox(cast: Cast) -> None:
    resident_writes(POTHOLE)
    resident_writes(MISSED_BIN, handle="@tom")
    assert "Mill Rise" in page(signed_in_as(cast.harriet))
    assert "Quarry Lane" not in page(signed_in_as(cast.harriet))
    assert "Mill Rise" not in page(signed_in_as(cast.wilf), f"?team={cast.highways.pk}")


def test_an_administrator_reads_nobody_s_letters(cast: Cast) -> None:
    resident_writes(POTHOLE)
    cast.ada.teams.add(cast.highways)
    text = page(signed_in_as(cast.ada))
    assert "Mill Rise" not in text
    assert "read nobody&#x27;s letters" in text


def test_filters_narrow_the_list(cast: Cast) -> None:
    residents_write(3)
    first, second, third = Conversation.objects.order_by("pk")
    claim(first, by=cast.harriet)
    Conversation.objects.filter(pk=second.pk).update(state="waiting", unanswered=False)
    Conversation.objects.filter(pk=third.pk).update(state="closed", unanswered=False, due_at=None)
    client = signed_in_as(cast.harriet)

    def shown(query: str) -> set[int]:
        return {int(pk) for pk in re.findall(r'href="/conversations/(\d+)"', page(client, query))}

    assert shown("") == {first.pk, second.pk}
    assert shown("?holder=me") == {first.pk}
    assert shown("?holder=nobody") == {second.pk}
    assert shown("?state=waiting") == {second.pk}
    assert shown("?state=closed") == {third.pk}
    assert shown("?unanswered=1") == {first.pk}
    assert shown("?channel=email") == set()
    assert shown("?channel=rehearsal&holder=nonsense&state=odd") == {first.pk, second.pk}


def walked(cast: Cast, filters: Filters, size: int) -> list[int]:
    found: list[int] = []
    cursor = ""
    while True:
        some = inbox_page(cast.harriet, filters=filters, cursor=cursor, size=size)
        assert len(some.rows) <= size
        found += [row.pk for row in some.rows]
        if not some.next:
            return found
        cursor = some.next


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_page_after_page_shows_each_conversation_once_and_in_order(cast: Cast, size: int) -> None:
    residents_write(9)
    cast.harriet.teams.add(cast.waste)
    rows = list(Conversation.objects.order_by("pk"))
    for row, days in zip(rows, (3, 3, 3, None, None, -2, 0, 9, 9), strict=True):
        due_in(row, days)
    Conversation.objects.filter(pk__in=[rows[1].pk, rows[4].pk, rows[7].pk]).update(owner=cast.waste)
    in_order = [rows[n].pk for n in (5, 6, 0, 1, 2, 7, 8, 3, 4)]
    assert walked(cast, Filters(), size) == in_order
    Conversation.objects.update(state="closed")
    assert walked(cast, Filters(state="closed"), size) == sorted(in_order, reverse=True)


def test_older_goes_on_where_the_page_ended(cast: Cast) -> None:
    residents_write(53)
    client = signed_in_as(cast.harriet)
    first = page(client)
    assert first.count("data-open") == 50
    assert "53 conversations" in first
    older = re.search(r'href="(/\?after=[^"]+)"', first)
    assert older is not None
    second = page(client, older[1].removeprefix("/"))
    assert second.count("data-open") == 3
    assert "Back to the newest" in second


def test_no_more_than_a_hundred_are_counted(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    copies = Conversation.objects.filter(pk=row.pk).values().get()
    del copies["id"]
    Conversation.objects.bulk_create(Conversation(**copies) for _ in range(120))
    assert inbox_count(cast.harriet, filters=Filters()) == 100
    assert "More than 99 conversations are here" in page(signed_in_as(cast.harriet))


def test_counts_stop_at_the_door(cast: Cast) -> None:
    resident_writes(POTHOLE)
    assert inbox_count(cast.wilf, filters=Filters(owners=(cast.highways.pk,))) == 0
    assert not inbox_page(cast.wilf, filters=Filters(owners=(cast.highways.pk,))).rows


def test_the_comms_lead_oversees_what_is_public(cast: Cast) -> None:
    resident_writes(POTHOLE, private=False)
    resident_writes(MISSED_BIN, handle="@tom")
    text = page(signed_in_as(cast.clem), "?scope=public")
    assert "Mill Rise" in text
    assert "Quarry Lane" not in text
    assert "Public conversations of all teams" not in page(signed_in_as(cast.harriet), "?scope=public")


def test_what_was_passed_round_comes_to_the_comms_lead(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    for team, by in ((cast.waste, cast.harriet), (cast.highways, cast.wilf), (cast.waste, cast.harriet)):
        pass_on(conversation(by, row.pk), team, by=by)
    text = page(signed_in_as(cast.clem), "?scope=escalated")
    assert "Mill Rise" in text
    assert "You decide where each goes next" in text


def test_information_governance_sees_everything(cast: Cast) -> None:
    resident_writes(POTHOLE)
    assert "Mill Rise" in page(signed_in_as(cast.ivy))
    found = overview_page(cast.ivy, filters=Filters(), public=False)
    assert [row.owner for row in found.rows] == [cast.highways]


def test_new_messages_are_told_and_move_nothing(cast: Cast) -> None:
    resident_writes(POTHOLE)
    client = signed_in_as(cast.harriet)
    live = re.search(r'hx-get="(/arrived[^"]+)"', page(client))
    assert live is not None
    address = live[1].replace("&amp;", "&")
    assert client.get(address).status_code == 204
    resident_writes(POTHOLE, handle="@gwen")
    said = client.get(address).content.decode()
    assert "1 new message" in said
    assert "data-row" not in said
    assert signed_in_as(cast.wilf).get(address).status_code == 204


def test_as_many_statements_for_fifty_rows_as_for_five(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in_as(cast.harriet)
    for number in (5, 55):
        residents_write(number)
        with django_assert_max_num_queries(INBOX_QUERIES):
            page(client)


def test_a_covered_team_comes_along(cast: Cast) -> None:
    cast.waste.cover, cast.waste.away_until = cast.highways, local_day(now())
    cast.waste.save()
    resident_writes(MISSED_BIN)
    let_it_arrive()
    assert "Quarry Lane" in page(signed_in_as(cast.harriet))
