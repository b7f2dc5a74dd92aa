"""Which language somebody writes in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.kit.language import NAMES, language

DATA = Path(__file__).parent.parent / "data"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nid yw fy min wedi cael ei wagio yr wythnos hon", "cy"),
        ("Dzień dobry, kiedy zabiorą śmieci z naszej ulicy?", "pl"),
        ("ہماری گلی میں کوڑا کب اٹھایا جائے گا؟", "ur"),
        ("There is a pothole in my street", "en"),
    ],
)
def test_it_is_told_by_a_sentence(text: str, code: str) -> None:
    assert language(text) == code


@pytest.mark.parametrize("text", ["", "thx", "no water", "\U0001f600", "12345 67890 12345"])
def test_too_little_says_nothing(text: str) -> None:
    assert language(text) == ""


def test_residents_who_write_english_are_not_taken_for_others() -> None:
    texts = [json.loads(line)["text"] for line in (DATA / "numbered.jsonl").read_text("utf-8").splitlines()]
    assert {language(text) for text in texts} <= {"en", ""}


@given(st.text(max_size=2000))
def test_any_text_has_a_known_language_or_none(text: str) -> None:
    assert language(text) in {"", *NAMES}
