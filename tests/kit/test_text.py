"""Text from strangers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.kit.text import clean, decode, defuse, one_line, shorten, word_set

_any = st.text(alphabet=st.characters(exclude_categories=()))


@given(_any)
def test_clean_text_holds_nothing_harmful_and_is_clean_for_good(text: str) -> None:
    found = clean(text)
    for each in (found, defuse(text)):
        assert not [char for char in each if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"]
        assert not set(each) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    assert clean(found) == found
    found.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
        ("é\r\nb\rc\x0cd\u2028e", "é\nb\nc\nd\ne"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("evil\u202etxt.exe", "eviltxt.exe"),
        ("a\ud800b", "a\ufffdb"),
        ("שלום\u200f!", "שלום\u200f!"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",) * 2,
    ],
)
def test_clean(text: str, found: str) -> None:
    assert clean(text) == found


@given(
    st.binary(max_size=200),
    st.text(max_size=20)
    | st.sampled_from(["utf-8", "utf-7", "utf-16", "gb18030", "hz", "big5", "idna", "rot13", "base64"]),
)
def test_decoding_never_fails(data: bytes, charset: str) -> None:
    clean(decode(data, charset)).encode("utf-8")


@given(
    _any.filter(lambda text: text.isprintable()),
    st.sampled_from(["utf-8", "us-ascii", "iso-8859-1", "", "nonsense"]),
)
def test_utf8_is_known_under_a_western_or_no_name(text: str, charset: str) -> None:
    assert decode(text.encode("utf-8"), charset) == text


@given(_any, st.integers(2, 50))
def test_shortened_text_fits_on_one_line(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit
    assert "\n" not in one_line(text, limit)
    assert len(one_line(text, limit)) <= limit


def test_shortening_ends_at_a_word() -> None:
    assert shorten("The bin was missed again", 16) == "The bin was…"
    assert shorten("The bin\nwas missed", 20) == "The bin was missed"
    assert shorten("x" * 30, 10) == "x" * 9 + "…"


def test_words_of_a_line_are_a_set() -> None:
    assert word_set("b a\n b") == {"a", "b"}
