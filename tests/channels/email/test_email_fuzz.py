"""Whatever arrives is read or refused with a reason, the same way each time."""

from __future__ import annotations

import base64
import os

import pytest
from email_mails import ADDRESS, WHEN, check, mail, multipart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from putthrough.channels.contract import Unreadable
from putthrough.channels.email import attachments
from putthrough.channels.email.identity import external_id
from putthrough.channels.email.reading import read

SEEDS = [
    mail(Subject="=?utf-8?B?4oKs?= =?koi8-r?Q?=F0?=", References="<a@x> <b@x>", Received=f"from a by b; {WHEN}"),
    multipart(
        "mixed",
        "Content-Type: multipart/alternative; boundary=in\n\n--in\n\nplain\n--in\n"
        "Content-Type: text/html; charset=utf-16\n"
        "Content-Transfer-Encoding: base64\n\n" + base64.b64encode("<p>rich".encode("utf-16")).decode() + "\n--in--",
        "Content-Type: message/rfc822\n\nSubject: inner\n\nold",
        "Content-Type: image/png; name*0*=utf-8''caf%C3; name*1*=%A9\n\nzz",
    ),
    multipart(
        "report; report-type=delivery-status",
        "\nfailed",
        "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@x.example\n"
        "Action: failed\nStatus: 5.1.1\n",
        From="mailer-daemon@x.example",
    ),
    mail("BEGIN:VCALENDAR\nSUMMARY:x\nDTSTART:20260305T1430\n", Content_Type="text/calendar"),
]
SNIPPETS = [
    b"\x00", b"\xff\xfe", b"\r", b"\n", b"\r\n\r\n", b"--edge", b"--edge--", b"--in\n",
    b"=?utf-8?Q?", b"?=", b"=?utf-7?Q?+2AA-?=",
    b"Content-Type: multipart/mixed; boundary=\"\"\n", b"Content-Type: text/html; charset=utf-7\n",
    b"\n ", b":", b"<", b">", b'"',
    b"(((", b"@", b"Content-Transfer-Encoding: base64\n",
    b"charset=unicode_escape", b"charset=idna", b"&#0;&#55296;&#8238;",
    b"From: \xe2\x80\xae@x\n", b"Date: 31 Dec 9999 23:59:59 -2359\n", b"> ", b"-- \n", b"wrote:\n",
    "\u2028\ud7ff\ufeff".encode(),
]  # fmt: skip


def _holds(raw: bytes) -> None:
    try:
        found = read(raw, address=ADDRESS)
    except Unreadable:
        with pytest.raises(Unreadable, match=r"^This "):
            read(raw, address=ADDRESS)
        return
    check(found)
    again = read(raw, address=ADDRESS)
    assert (again.text, again.html, again.attachments, again.handle) == (
        found.text,
        found.html,
        found.attachments,
        found.handle,
    )
    for info in found.attachments:
        assert len(attachments.content(raw, info.part)) == info.size


@given(st.binary(max_size=2_000))
def test_any_bytes(raw: bytes) -> None:
    _holds(raw)
    _holds(b"From: pat@example.org\n" + raw)
    _holds(b"From: pat@example.org\n\n" + raw)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    raw = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(raw)))
        match draw(st.sampled_from(["flip", "cut", "insert", "double", "end"])):
            case "flip" if at < len(raw):
                raw[at] = draw(st.integers(0, 255))
            case "cut":
                del raw[at : at + draw(st.integers(1, 40))]
            case "insert":
                raw[at:at] = draw(st.sampled_from(SNIPPETS))
            case "double":
                raw[at:at] = raw[at : at + draw(st.integers(1, 200))]
            case "end":
                del raw[max(at, 20) :]
    return bytes(raw)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_damaged_mails(raw: bytes) -> None:
    _holds(raw)


_NAMES = st.sampled_from(
    ["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "Reply-To", "Received"]
)
_VALUES = st.lists(st.sampled_from(SNIPPETS) | st.binary(max_size=20), max_size=6).map(b" ".join)


@settings(max_examples=200)
@given(st.lists(st.tuples(_NAMES, _VALUES), max_size=12), st.binary(max_size=100))
def test_hostile_headers(fields: list[tuple[str, bytes]], body: bytes) -> None:
    _holds(b"".join(name.encode() + b": " + value + b"\n" for name, value in fields) + b"\n" + body)


@pytest.mark.parametrize("name", ["From", "To", "Subject", "References", "Received", "Content-Type", "Date", "X-Other"])
@pytest.mark.parametrize(
    "piece", ["a", " ", "<", '"', "(", ",", "=?", "=?utf-8?q?", "a@", ";", "<a@x>, ", "=", "\\", "a\n "]
)
def test_huge_headers(name: str, piece: str) -> None:
    _holds(mail(**{name: piece * (300_000 // len(piece)) + "x"}))


@pytest.mark.parametrize(
    "piece", ["x", "\n", "> \n", "--\n", "--edge\n", "<div>", "<!--", "&", "=", "<p><b a=1>", "-- \n"]
)
@pytest.mark.parametrize("kind", ["text/plain; format=flowed", "text/html", "multipart/mixed; boundary=edge"])
def test_a_megabyte_of_one_thing(piece: str, kind: str) -> None:
    _holds(mail(piece * (1_000_000 // len(piece)), Content_Type=kind))


def test_thirty_megabytes() -> None:
    data = base64.encodebytes(os.urandom(22_000_000))
    raw = multipart("mixed", "\nwords", b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n" + data)
    found = read(raw, address=ADDRESS)
    assert (found.text, found.attachments[0].size) == ("words", 22_000_000)
    assert external_id(raw) == external_id(raw.replace(b"\n", b"\r\n"))
