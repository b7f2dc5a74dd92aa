"""What kind of message it is, told from its words alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.routing.kinds.detect import guesses, kinds


def said(text: str, *before: str) -> set[str]:
    return {str(guess.kind) for guess in kinds(text, before=before)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("i want to die, ive got the pills lined up", "risk_to_life"),
        ("dwi ddim eisiau byw mwyach", "risk_to_life"),
        ("There is a man in the canal, he isnt breathing", "risk_to_life"),
        ("what do you hold on me?", "sar"),
        ("how many parking fines did you issue last year", "foi_eir"),
        ("You sent my medical details to my neighbour", "dp_complaint"),
        ("bare wires hanging out of the lamp post", "hazard"),
        ("I think the little girl next door is being hit, she has bruises", "safeguarding"),
        ("Absolute shambles. Nobody ever rings back.", "complaint"),
    ],
)
def test_words_of_law_are_not_needed(text: str, kind: str) -> None:
    assert kind in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "dying to know when the pool opens",
        "these potholes are killing me lol",
        "do you run suicide prevention training?",
        "my phone died so I missed your call",
    ],
)
def test_idioms_and_what_is_denied_are_no_risk_to_life(text: str) -> None:
    assert "risk_to_life" not in said(text)


def test_a_first_request_is_no_complaint_but_a_second_word_about_it_is() -> None:
    first = "Could you please collect the sofa from Alder Lane?"
    assert "complaint" not in said(first)
    assert "complaint" in said("you said Tuesday, still there", first)


def test_a_misspelt_word_counts_as_what_it_was_meant_to_be() -> None:
    assert "risk_to_life" in said("my brother is unconsious and not responding")


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    for guess in guesses(text):
        assert 0.0 <= guess.confidence <= 1.0
        assert all(words in " ".join(text.replace("#", " ").split()) for words in guess.words)
