"""The checks: numbers that prove themselves, what is nobody's personal data, and the labelled answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.replies.checks.catalogue import BY_KEY, CHECKS, look_over
from putthrough.replies.checks.contract import Answer, Finding, Published
from putthrough.replies.checks.figures import is_card_number, is_nhs_number
from tests.answers import Labelled, asked, labelled

NHS = "9993982598"  # the test range of the NHS
CARD = "4111111111111111"  # a payment network's number for tests
figures = st.text("0123456789", min_size=1, max_size=1)


def keys(text: str, **more: object) -> set[str]:
    return {finding.key for finding in look_over(Answer(text, True, **more))}  # type: ignore[arg-type]  # more: any fields


@given(at=st.integers(0, 9), figure=figures)
def test_any_slip_of_one_figure_makes_an_nhs_number_none(at: int, figure: str):
    slipped = NHS[:at] + figure + NHS[at + 1 :]
    assert is_nhs_number(slipped) == (slipped == NHS)


@given(at=st.integers(0, 15), figure=figures)
def test_any_slip_of_one_figure_makes_a_card_number_none(at: int, figure: str):
    slipped = CARD[:at] + figure + CARD[at + 1 :]
    assert is_card_number(slipped) == (slipped == CARD)


@given(text=st.text(max_size=300), said=st.text(max_size=60), public=st.booleans())
def test_whatever_is_written_each_check_says_something_within_it_or_nothing(text: str, said: str, public: bool):
    for finding in look_over(Answer(text, public, said=said, other_accounts=("A (b", ""), election=True)):
        assert 0 <= finding.start <= finding.end <= len(text)
        assert public or not BY_KEY[finding.key].in_public


def test_what_the_body_publishes_is_nobody_s_personal_data():
    said = "Ring 01632 960877 or write to harriet@ambleford.example."
    published = Published(frozenset({"01632960877"}), frozenset({"harriet@ambleford.example"}))
    assert keys(said) == {"phone", "email"}
    assert keys(said, published=published) == set()


def test_a_place_that_is_called_like_a_person_is_none():
    said = "Florence Nightingale, AM3 1DD, is closed on Monday."
    assert keys(said) == {"address"}
    assert keys(said, published=Published(places=frozenset({"florence nightingale"}))) == set()


def test_the_words_that_counted_can_be_shown():
    said = f"We looked up {NHS} for you."
    assert [finding.words(said) for finding in look_over(Answer(said, True))] == [NHS]


def test_a_dead_link_needs_mending():
    link = "https://ambleford.example/bins"
    assert keys(f"See {link}", dead_links=frozenset({link})) == {"dead_link"}
    assert keys(f"See {link}") == set()


def test_an_account_of_another_team_is_named():
    found = look_over(Answer("Thank you.", True, foreign_account="Waste"))
    assert found == [Finding("wrong_account", about="Waste")]


def test_every_check_is_explained_and_comes_once():
    assert len(BY_KEY) == len(CHECKS)
    assert all(check.name and check.why and check.do for check in CHECKS)


@pytest.mark.parametrize("tuned_on", [True, False])
def test_most_of_what_is_stopped_deserves_it_and_most_that_deserves_it_is_stopped(tuned_on: bool):
    rows = [row for row in labelled() if row.tuned_on == tuned_on]
    pairs = [(row.finds, _found(row)) for row in rows]
    right = sum(len(meant & got) for meant, got in pairs)
    assert right / sum(len(got) for _, got in pairs) >= 0.9
    assert right / sum(len(meant) for meant, _ in pairs) >= 0.9


def _found(row: Labelled) -> set[str]:
    return {finding.key for finding in look_over(asked(row))}
