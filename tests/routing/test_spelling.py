"""A misspelt word finds the known one it resembles, and only that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.routing.spelling import LONG, SHORTEST, Spelling, slips

KNOWN = ("badge", "benefit", "library", "midwife", "pavement", "rubbish", "water")
WORDS = st.text(alphabet="abcde", max_size=9)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("bagde", "badge"),
        ("benifit", "benefit"),
        ("libary", "library"),
        ("midwiffe", "midwife"),
        ("pavment", "pavement"),
        ("pavemenst", "pavement"),
        ("rubish", "rubbish"),
        ("later", None),
        ("bad", None),
        ("xyzzyx", None),
        ("12345", None),
        ("", None),
    ],
)
def test_nearest(written: str, meant: str | None) -> None:
    assert Spelling(KNOWN).nearest(written) == meant


@given(WORDS, WORDS)
def test_slips_are_the_same_both_ways_and_nought_only_for_equals(left: str, right: str) -> None:
    assert slips(left, right) == slips(right, left)
    assert (slips(left, right) == 0) == (left == right)
    assert abs(len(left) - len(right)) <= slips(left, right) <= max(len(left), len(right))


@given(st.lists(WORDS, max_size=8), WORDS)
def test_what_is_found_is_near(known: list[str], written: str) -> None:
    found = Spelling(known).nearest(written)
    if found is not None:
        assert found in known
        assert slips(written, found) <= (2 if len(written) >= LONG else 1)


@given(st.lists(st.text(alphabet="abcde", min_size=SHORTEST, max_size=9), min_size=1, max_size=8))
def test_a_known_word_is_its_own_nearest(known: list[str]) -> None:
    assert Spelling(known).nearest(known[0]) == known[0]
