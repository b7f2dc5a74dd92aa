from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from putthrough.conversations.search import terms
from putthrough.web.views.search import excerpt
from tests.cast import MISSED_BIN, POTHOLE, Cast, resident_writes, residents_write, signed_in_as

SEARCH_QUERIES = 9


def test_it_finds_what_the_viewer_may_see(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    resident_writes(MISSED_BIN, handle="@tom")
    text = signed_in_as(cast.harriet).get("/search", {"q": "wheel"}).content.decode()
    assert f'href="/conversations/{row.pk}#message-' in text
    assert "<mark>wheel</mark>" in text
    for person in (cast.wilf, cast.ada):
        assert "<mark>" not in signed_in_as(person).get("/search", {"q": "wheel"}).content.decode()


@pytest.mark.parametrize("words", ['"', "AND OR NOT", "wheel*) OR (", "'; drop", "%_", "\u0000", "x" * 5000])
def test_odd_words_are_only_words(cast: Cast, words: str) -> None:
    resident_writes(POTHOLE)
    assert signed_in_as(cast.harriet).get("/search", {"q": words}).status_code == 200


def test_nothing_found_says_what_to_try(cast: Cast) -> None:
    assert "Each word must occur" in signed_in_as(cast.harriet).get("/search", {"q": "zebra"}).content.decode()
    assert "Each word must occur" not in signed_in_as(cast.harriet).get("/search").content.decode()


def test_older_ones_follow_and_statements_do_not_grow(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in_as(cast.harriet)
    residents_write(5)
    with django_assert_max_num_queries(SEARCH_QUERIES):
        client.get("/search", {"q": "wheel"})
    residents_write(50)
    with django_assert_max_num_queries(SEARCH_QUERIES):
        text = client.get("/search", {"q": "wheel"}).content.decode()
    assert text.count('class="pt-result"') == 50
    older = re.search(r'href="(/search\?q=wheel&amp;before=\d+)"', text)
    assert older is not None
    rest = client.get(older[1].replace("&amp;", "&")).content.decode()
    assert rest.count('class="pt-result"') == 5


@given(st.text(max_size=400), st.text(max_size=20))
def test_an_excerpt_is_the_message_s_own_words(text: str, words: str) -> None:
    asked = terms(words)
    if asked:
        pieces = excerpt(text, asked)
        assert "".join(piece["text"] for piece in pieces).removeprefix("…") in text or "…" in text
        assert all(piece["text"] for piece in pieces)
