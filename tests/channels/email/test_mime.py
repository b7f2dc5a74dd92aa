"""The cutting of a message into parts, with the standard library's parser as the judge."""

from __future__ import annotations

import email
import email.message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from email_mails import mail, multipart, read
from hypothesis import given
from hypothesis import strategies as st

from putthrough.channels.email import transfer
from putthrough.channels.email.mime import DEEPEST, parse


def _text(words: str) -> MIMEBase:
    return MIMEText(words, "plain", "utf-8")


def _bundle(parts: list[email.message.Message]) -> MIMEMultipart:
    bundle = MIMEMultipart("mixed")
    for part in parts:
        bundle.attach(part)
    return bundle


_trees = st.recursive(
    st.text(alphabet="ab -\n\r.é€", max_size=60).map(_text),
    lambda below: st.lists(below, min_size=1, max_size=4).map(_bundle),
    max_leaves=12,
)


@given(_trees, st.booleans())
def test_the_same_leaves_as_the_standard_library(message: email.message.Message, wire: bool) -> None:
    message["From"] = "pat@example.org"
    raw = message.as_bytes()
    if wire:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    expected = [part for part in email.message_from_bytes(raw).walk() if not part.is_multipart()]
    tree = parse(raw)
    leaves = tree.leaves()
    assert [leaf.media_type for leaf in leaves] == [part.get_content_type() for part in expected]
    ours = [transfer.decode(tree.body(leaf), leaf.first("content-transfer-encoding")) for leaf in leaves]
    assert ours == [part.get_payload(decode=True) for part in expected]


def test_parts_are_numbered_as_imap_does() -> None:
    inner = "Content-Type: multipart/alternative; boundary=in\n\n--in\n\na\n--in\n\nb\n--in--"
    tree = parse(multipart("mixed", inner, "\nc"))
    assert [part.number for part in tree.leaves()] == ["1.1", "1.2", "2"]
    assert [part.number for part in parse(mail()).leaves()] == ["1"]


def test_a_missing_end_line_and_a_missing_boundary_lose_nothing() -> None:
    whole = multipart("mixed", "\nfirst", "\nsecond")
    assert "second" in read(whole.removesuffix(b"--edge--\n")).text
    assert read(mail("all here", Content_Type="multipart/mixed; boundary=nowhere")).text == "all here"
    assert read(mail("all here", Content_Type="multipart/mixed")).text == "all here"


def test_an_inner_multipart_left_open_ends_with_its_outer_one() -> None:
    inner = "Content-Type: multipart/mixed; boundary=in\n\n--in\n\ninside"
    assert read(multipart("mixed", inner, "\noutside")).text == "inside\noutside"


def test_nesting_is_cut_and_the_rest_kept_as_a_notice() -> None:
    body = "\nthe core"
    for level in range(DEEPEST * 20):
        body = f"Content-Type: multipart/mixed; boundary=b{level}-\n\n--b{level}-\n{body}\n--b{level}---"
    found = read(b"From: pat@example.org\n" + body.encode())
    assert len(found.attachments) == 1
    assert "deeply" in found.attachments[0].refused


def test_too_many_parts_are_cut_and_said() -> None:
    found = read(multipart("mixed", "\nwords", *["Content-Type: image/png\n\nx"] * 3_000))
    assert "more parts than can be shown" in found.text
    assert len(found.attachments) <= 1_001
    assert [info.refused for info in found.attachments[:100]] == [""] * 100
    assert all("More than 100" in info.refused for info in found.attachments[100:])
