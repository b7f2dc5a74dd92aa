from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from putthrough.conversations.paging import Place, earliest, place

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.timedeltas(min_value=timedelta(days=1), max_value=timedelta(days=80_000)).map(lambda since: EPOCH + since)
places = st.builds(Place, st.none() | moments, st.integers(min_value=1, max_value=10**12))


@given(places)
def test_a_cursor_leads_back_to_its_place(one: Place) -> None:
    assert place(one.cursor) == one


@given(st.text(max_size=40))
def test_whatever_stands_in_an_address_is_a_place_or_the_beginning(cursor: str) -> None:
    found = place(cursor)
    assert found is None or place(found.cursor) == found


@given(st.lists(places, max_size=30), st.integers(min_value=0, max_value=10))
def test_those_without_a_deadline_come_last(found: list[Place], most: int) -> None:
    first = earliest(found, most)
    dated = [one for one in found if one.due_at is not None]
    assert len(first) == min(most, len(found))
    assert sum(one.due_at is not None for one in first) == min(most, len(dated))
    assert first == sorted(first, key=lambda one: one.order)
