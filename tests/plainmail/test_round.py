"""A conversation goes out by email and the answer comes back: what it says, and how it becomes an answer."""

from __future__ import annotations

import pytest

from putthrough.plainmail.models import Answer, Notice
from putthrough.plainmail.said import MARKER
from putthrough.replies.models import Reply
from tests.cast import MISSED_BIN
from tests.plainmail.clients import PROGRAMS, answer_to, body_of
from tests.plainmail.conftest import ADDRESS, Post, by_email

WORDS = "Thank you for telling us.\n\nA crew fills it on Friday."


def test_the_mail_says_all_that_an_expert_has_to_know(post: Post) -> None:
    post.resident_writes()
    [mail] = post.letters()
    text = body_of(mail)
    assert text.startswith(MARKER)
    assert mail["Subject"] == "For Highways: Hole in the road"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"].startswith("help+n-")
    for words in (
        "Rosa Penn wrote by email. It is with Highways.",
        "Your answer is due ",
        "There are potholes on Mill Rise",
        "Only rosa@post.example will see this, as an ordinary email.",
        "Westmoor Council <help@westmoor.example>",
        "Reply with the words: not mine.",
    ):
        assert words in text, words


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_was_written_becomes_the_answer_whatever_the_program(post: Post, program: str) -> None:
    post.resident_writes()
    [mail] = post.letters()
    post.arrives(answer_to(mail, PROGRAMS[program](WORDS, mail)))
    [reply] = post.sent()
    expected = f"{WORDS}\n\nKind regards" if program == "outlook" else WORDS
    assert (reply.text, reply.author, reply.state) == (expected, post.cast.harriet, Reply.State.HELD)
    assert post.outcome().reply == reply
    post.leaves()
    [letter] = post.letters("rosa@post.example")
    assert letter["In-Reply-To"] == "<letter-1@post.example>"
    assert body_of(letter) == expected
    assert len(post.letters()) == 1


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_mail_program_that_answers_to_the_plain_address_is_known_by_what_it_refers_to(
    post: Post, program: str
) -> None:
    post.resident_writes()
    [mail] = post.letters()
    post.arrives(answer_to(mail, PROGRAMS[program](WORDS, mail), to=ADDRESS))
    assert [reply.author for reply in post.sent()] == [post.cast.harriet]


def test_answers_between_the_lines_keep_the_resident_s_words_and_nothing_else_of_the_mail(post: Post) -> None:
    post.resident_writes("Potholes on Mill Rise.\nWhen are they filled?\nAnd who pays for my wheel?")
    [mail] = post.letters()
    lines = [f"> {line}".rstrip() for line in body_of(mail).splitlines()]
    at, then = (next(n for n, line in enumerate(lines) if words in line) for words in ("When are", "And who"))
    between = [*lines[: at + 1], "On Friday.", *lines[at + 1 : then + 1], "Send us the bill.", *lines[then + 1 :]]
    head = f"On 01/12/2026 09:12, {mail['From']} wrote:"
    post.arrives(answer_to(mail, "\n".join([head, *between])))
    [reply] = post.sent()
    assert reply.text.splitlines() == [
        "> Potholes on Mill Rise.",
        "> When are they filled?",
        "On Friday.",
        "> And who pays for my wheel?",
        "Send us the bill.",
    ]


def test_what_a_resident_writes_next_goes_on_in_the_same_thread(post: Post) -> None:
    first = post.resident_writes()
    [mail] = post.letters()
    post.arrives(answer_to(mail, WORDS))
    post.leaves()
    [letter] = post.letters("rosa@post.example")
    post.arrives(
        answer_to(letter, "It is still there.", sender="Rosa Penn <rosa@post.example>", number=2, to=letter["Reply-To"])
    )
    first.refresh_from_db()
    assert [m.direction for m in first.messages.order_by("pk")] == ["in", "out", "in"]
    second = post.letters()[-1]
    assert second["In-Reply-To"] == mail["Message-ID"]
    assert second["Subject"] == mail["Subject"]
    text = body_of(second)
    assert text.index("It is still there.") < text.index("WHAT WAS SAID BEFORE") < text.index("A crew fills it")


def test_each_gets_one_mail_of_each_event_however_often_the_steps_run(post: Post) -> None:
    post.resident_writes()
    post.resident_writes(sender="Tom <tom@post.example>")
    assert len(post.letters()) == 2
    assert set(Notice.objects.values_list("state", flat=True)) == {Notice.State.SENT}


def test_what_came_before_somebody_chose_it_is_not_mailed(post: Post) -> None:
    by_email(post.cast.harriet, on=False)
    post.resident_writes()
    by_email(post.cast.harriet)
    post.resident_writes(MISSED_BIN)
    assert post.letters() == []


def test_an_answer_that_was_begun_on_the_screen_stays_begun(post: Post) -> None:
    row = post.resident_writes()
    Reply.objects.create(conversation=row, author=post.cast.harriet, text="A long answer, half done")
    [mail] = post.letters()
    post.arrives(answer_to(mail, WORDS))
    assert [reply.text for reply in post.sent()] == [WORDS]
    assert Reply.objects.get(state="draft").text == "A long answer, half done"
    assert post.outcome().state == Answer.State.SENT
