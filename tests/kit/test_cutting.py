"""Texts cut into threads: every part fits, no word is lost, and words stay whole where they can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.kit.cutting import CannotBeCut, cut, graphemes

WORDS = st.lists(st.text(st.characters(categories=["L", "N", "So"]), min_size=1, max_size=12), min_size=1, max_size=80)
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"


def fits(most: int):
    return lambda part: graphemes(part) <= most


@given(WORDS, st.integers(30, 120))
def test_every_part_fits_and_no_word_is_lost(words: list[str], most: int) -> None:
    parts = cut(" ".join(words), fits(most), before="@pat ")
    assert all(graphemes(part) <= most for part in parts)
    bare = [part.removeprefix("@pat ") for part in parts]
    if len(parts) > 1:
        marks = [part.rpartition(" ")[2] for part in bare]
        assert marks == [f"({at}/{len(parts)})" for at in range(1, len(parts) + 1)]
        bare = [part.rpartition(" ")[0] for part in bare]
    assert " ".join(bare).split() == " ".join(words).split()


@given(st.text(st.characters(categories=["L"]), min_size=200, max_size=400))
def test_a_word_that_no_part_holds_is_cut_between_signs(word: str) -> None:
    parts = cut(word, fits(40))
    assert all(graphemes(part) <= 40 for part in parts)
    assert "".join(part.rpartition(" ")[0] for part in parts) == word


def test_signs_of_several_characters_stay_whole() -> None:
    parts = cut(FAMILY * 30, fits(20))
    assert all(FAMILY in part and graphemes(part) <= 20 for part in parts)
    assert sum(part.count(FAMILY) for part in parts) == 30


def test_what_fits_is_not_numbered() -> None:
    assert cut("Thank you.", fits(40), before="@pat ") == ["@pat Thank you."]


def test_ten_parts_and_more_leave_room_for_both_figures() -> None:
    parts = cut("word " * 100, fits(40))
    assert len(parts) >= 10
    assert parts[-1].endswith(f"({len(parts)}/{len(parts)})")


@pytest.mark.parametrize(("text", "most"), [("word " * 2000, 20), ("x", 0), (FAMILY, 0)])
def test_what_cannot_be_cut_says_so(text: str, most: int) -> None:
    with pytest.raises(CannotBeCut):
        cut(text, fits(most))
