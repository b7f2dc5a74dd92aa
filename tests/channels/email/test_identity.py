"""The same mail, however it came."""

from __future__ import annotations

import re

import pytest
from email_mails import mail, multipart
from hypothesis import given
from hypothesis import strategies as st

from putthrough.channels.email.identity import external_id

MAIL = multipart("mixed", "\nwords", "Content-Type: image/png\n\nzz", Cc="Sam <sam@example.org>")
TRACES = [
    b"Received: from a by b;\r\n Tue, 3 Mar 2026 10:00:00 +0000\r\n",
    b"Return-Path: <pat@example.org>\n",
    b"Delivered-To: enquiries@council.example\n",
    b"X-Spam-Score: 1.2\n",
    b"ARC-Seal: i=1; a=rsa-sha256;\n\tb=abc\n",
    b"Authentication-Results: mx; spf=pass\n",
    b"DKIM-Signature: v=1;\n b=xyz\n",
]


@given(st.lists(st.sampled_from(TRACES)), st.booleans(), st.integers(0, 4))
def test_traces_line_ends_and_blank_lines_at_the_end_do_not_count(traces: list[bytes], wire: bool, blank: int) -> None:
    raw = b"".join(traces) + MAIL + b"\n" * blank
    if wire:
        raw = re.sub(rb"\r?\n", b"\r\n", raw)
    assert external_id(raw) == external_id(MAIL)


def test_folding_of_a_header_line_does_not_count() -> None:
    assert external_id(mail(Subject="one two")) == external_id(mail(Subject="one\n  two"))


@pytest.mark.parametrize(
    "other",
    [
        mail("Another text, same Message-ID.\n"),
        mail(Subject="Another"),
        mail(From="sam@example.org"),
        mail(To="parks@council.example"),
        mail(Cc="sam@example.org"),
        mail(Reply_To="sam@example.org"),
        mail(Date="Tue, 03 Mar 2026 10:00:01 +0000"),
        mail(Message_ID="<two@example.org>"),
        mail(Content_Transfer_Encoding="base64"),
        mail("The bin was missed.\n x"),
        mail("\nThe bin was missed.\n"),
    ],
)
def test_other_content_is_another_mail(other: bytes) -> None:
    assert external_id(other) != external_id(mail())


@given(st.binary(min_size=1, max_size=200).filter(lambda data: b"\r" not in data and not data.endswith(b"\n")))
def test_another_body_is_another_mail(body: bytes) -> None:
    assert external_id(mail(body)) != external_id(mail(body + b"."))
    assert external_id(mail(body)) == external_id(mail(body))


def test_a_field_cannot_pass_for_another() -> None:
    assert external_id(mail(Subject="a", Date="")) != external_id(mail(Subject="a date:b", Date=""))
    assert external_id(mail(Subject="", Date="")) != external_id(mail("subject:x", Subject="", Date=""))


@given(st.binary(max_size=300))
def test_any_bytes_have_an_identity(raw: bytes) -> None:
    assert re.fullmatch("[0-9a-f]{64}", external_id(raw))
