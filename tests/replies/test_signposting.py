"""Signposts in words that fit: polite where there is room, and what people need where there is little."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from putthrough.replies.signposting import Post, added, fitted

LINK, PHONE, HOURS = "https://ambleford.example/bins", "01632 960100", "Monday to Friday, 9 to 5"
POST = Post("Hello {name}, {service} are looked after here: {link}", "Bins", LINK, PHONE, HOURS)


def test_a_letter_greets_and_has_everything():
    said = fitted(POST, to="Rosa", limit=None, greets=True)
    assert said.startswith("Dear Rosa,\n\nHello Rosa, Bins are looked after here:")
    assert [said.count(part) for part in (LINK, PHONE, HOURS)] == [1, 1, 1]


@given(limit=st.integers(0, 300))
def test_the_less_room_the_less_it_says_and_the_link_stays(limit: int):
    said = fitted(POST, to="Rosa", limit=limit, greets=True)
    assert LINK in said
    assert len(said) <= max(limit, len(f"Bins: {LINK}"))


def test_a_place_that_nobody_knows_stays_for_the_writer_to_see():
    assert "{colour}" in fitted(Post("The {colour} bin", "Bins"), to="", limit=None, greets=False)


def test_what_is_there_already_is_not_put_in_twice():
    assert added("Hello", LINK) == added(added("Hello", LINK), LINK) == f"Hello\n\n{LINK}"
