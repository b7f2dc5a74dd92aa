"""What a mail says, by properties: nothing of our own mail ever becomes an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.channels.email.quotes import fold
from putthrough.plainmail.said import FOR_ONE, MARKER, PRESS, Meaning, understand
from putthrough.plainmail.tokens import MARK, notice_of, token

THEIRS = "Our street lamp has been out for weeks.\nWhen is it mended?"
MAIL = "\n".join(
    [
        MARKER,
        "",
        "Rosa Penn wrote by email. It is with Highways.",
        "",
        *THEIRS.split("\n"),
        "",
        f"{PRESS} Only rosa@post.example will see this.",
        f"Not yours? Open https://council.example/by-mail/{token(7)}/not-mine",
        "",
        f"{FOR_ONE} Harriet Lowe alone.",
    ]
)
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30)
lines = st.lists(st.one_of(words, st.sampled_from(MAIL.split("\n")), st.just("")), max_size=12)
marks = st.sampled_from(["", "> ", ">", ">> ", " "])


@given(lines=lines, mark=marks, data=st.data())
def test_nothing_of_our_mail_is_sent_on(lines: list[str], mark: str, data: st.DataObject) -> None:
    """Whatever lines of our mail and of a colleague's are mixed, marked as quotation or not."""
    text = "\n".join((mark if data.draw(st.booleans()) else "") + line for line in lines)
    said = understand(fold(text).written, theirs=THEIRS)
    if said.meaning == Meaning.ANSWER:
        assert token(7) not in said.text
        assert not any(line.startswith((MARKER, PRESS, FOR_ONE)) for line in said.text.split("\n"))
        quoted = [line for line in said.text.split("\n") if line.startswith(">")]
        assert all(line.lstrip("> ").lower() in THEIRS.lower() for line in quoted)


@given(text=st.text(max_size=300), theirs=st.text(max_size=100))
def test_it_never_fails_and_an_answer_is_never_empty(text: str, theirs: str) -> None:
    said = understand(text, theirs=theirs)
    assert said.meaning != Meaning.ANSWER or said.text.strip()


@given(
    answer=st.sampled_from(["We mend it on Friday.", "Yes, on Friday.", "No. It is a private lamp.", "Done on Monday."])
)
def test_an_answer_is_an_answer_above_and_below_what_it_quotes(answer: str) -> None:
    quoted = "\n".join(f"> {line}" for line in MAIL.split("\n"))
    head = "On Tue, 1 Dec 2026, Council <help@council.example> wrote:"
    for text in (f"{answer}\n\n{head}\n{quoted}", f"{head}\n{quoted}\n\n{answer}"):
        assert understand(fold(text).written, theirs=THEIRS) == (understand(answer, theirs=THEIRS))
        assert understand(answer, theirs=THEIRS).text == answer


@pytest.mark.parametrize("note", ["She shouted at us last time, be careful with her."])
def test_a_note_for_colleagues_is_not_sent_on(note: str) -> None:
    assert understand(f"We mend it.\n{note}", theirs=THEIRS, ours=[note]).meaning == Meaning.UNCLEAR


@given(pk=st.integers(1, 10**12), at=st.integers(0, 40), sign=st.sampled_from("abcdefgh234567-"))
def test_a_token_with_one_sign_changed_is_none(pk: int, at: int, sign: str) -> None:
    whole = token(pk)
    changed = whole[:at] + sign + whole[at + 1 :]
    assert notice_of(whole) == pk
    assert changed == whole or notice_of(changed) is None
    assert notice_of(token(pk, "l-")) is None
    assert whole.startswith(MARK)
