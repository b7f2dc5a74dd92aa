"""What a resident wrote becomes words: slips of the keyboard, handles and endings do not matter."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.routing.words import COMMON, LONGEST_TEXT, MOST_WORDS, STOP, stem, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My BIN wasn't emptied!!", ["my", "bin", "wasnt", "emptied"]),
        ("Mum’s café", ["mums", "cafe"]),
        ("#FixTheRoads #binday", ["fix", "the", "roads", "binday"]),
        ("@council see https://example.org/a?b=c or www.example.org", ["see", "or"]),
        ("write to a.b@example.org", ["write", "to"]),
        (
            "9 hours in A&E, sorry, a and e, in a B&B",
            ["9", "hours", "in", "ae", "sorry", "ae", "in", "a", "bb"],
        ),
        ("holes in Station Road", ["holes", "in", "road"]),
        ("parked in the Bus Lane", ["parked", "in", "the", "bus", "lane"]),
        ("fly-tipping/dumping", ["fly", "tipping", "dumping"]),
        ("😂😂", []),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    "forms",
    [
        ("pothole", "potholes"),
        ("empty", "emptied", "empties", "emptying"),
        ("bus", "buses"),
        ("tip", "tips", "tipped", "tipping"),
        ("collect", "collected", "collection", "collections"),
        ("nurse", "nurses"),
        ("child", "children"),
        ("fine", "fines", "fined"),
        ("care", "cared", "caring"),
        ("break", "broken", "broke"),
    ],
)
def test_forms_of_a_word_count_as_one(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("park", "parking"), ("house", "housing"), ("car", "care"), ("build", "building"), ("plan", "planning")],
)
def test_different_things_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=20))
def test_a_stem_is_never_empty_unless_the_word_was(word: str) -> None:
    assert bool(stem(word)) == bool(word)


@given(st.text())
def test_tokens_are_casefolded_words(text: str) -> None:
    found = tokens(text)
    assert len(found) <= MOST_WORDS
    assert all(word and not word.isspace() and "'" not in word for word in found)


def test_a_huge_message_is_read_in_part() -> None:
    assert sum(map(len, tokens("bin " * 500_000))) <= LONGEST_TEXT


def test_the_lists_do_not_contradict_each_other() -> None:
    assert len(STOP) > 100
    assert len(COMMON) > 300
    assert STOP.isdisjoint({"bin", "road", "hospital", "school", "tax"})


def test_no_word_costs_more_than_linear_time() -> None:
    started = time.process_time()
    for text in (
        "a&" * 6_000,
        "@" * 12_000,
        "#a" * 6_000,
        "Aa " * 4_000,
        "a.@" * 4_000,
        "http://" * 1_700,
        "a " * 6_000,
    ):
        tokens(text)
    assert time.process_time() - started < 5
