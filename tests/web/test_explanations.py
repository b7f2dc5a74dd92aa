"""The pages beside a conversation: why it is here, in full, and what is like it."""

from __future__ import annotations

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import MISSED_BIN, POTHOLE, Cast, resident_writes, signed_in_as

SIMILAR_QUERIES = 17
WHY_QUERIES = 16


def page(client: Client, pk: int, name: str, *, status: int = 200) -> str:
    answer = client.get(f"/conversations/{pk}/{name}")
    assert answer.status_code == status
    return answer.content.decode()


def test_the_conversation_links_to_both(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    text = signed_in_as(cast.harriet).get(f"/conversations/{row.pk}").content.decode()
    assert f"/conversations/{row.pk}/why" in text
    assert f"/conversations/{row.pk}/similar" in text


def test_why_says_what_was_decided_what_each_stage_says_and_what_would_change_it(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    row, wilf = resident_writes(MISSED_BIN), signed_in_as(cast.wilf)
    page(wilf, row.pk, "why")
    with django_assert_max_num_queries(WHY_QUERIES):
        text = page(wilf, row.pk, "why")
    assert "Too little has been learnt yet." in text
    assert "Without rules it would go to Triage." in text


def test_why_names_the_rule(cast: Cast) -> None:
    text = page(signed_in_as(cast.harriet), resident_writes(POTHOLE).pk, "why")
    assert "The rule “Mill Rise” matched" in text
    assert "“Mill Rise” fits." in text


def test_what_somebody_else_wrote_much_the_same_is_found(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = resident_writes(POTHOLE, handle="@pat")
    for number in range(30):
        resident_writes(f"{MISSED_BIN} Number {number}.", handle=f"@neighbour{number}")
    row, harriet = resident_writes(POTHOLE, handle="@sam"), signed_in_as(cast.harriet)
    with django_assert_max_num_queries(SIMILAR_QUERIES):
        text = page(harriet, row.pk, "similar")
    assert "Nearly the same words" in text
    assert f"/conversations/{first.pk}" in text


def test_nothing_like_it_is_said(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    assert "Nobody has written anything like it" in page(signed_in_as(cast.harriet), row.pk, "similar")


def test_neither_is_there_for_whom_it_is_not(cast: Cast) -> None:
    row, wilf = resident_writes(POTHOLE), signed_in_as(cast.wilf)
    page(wilf, row.pk, "why", status=404)
    page(wilf, row.pk, "similar", status=404)
