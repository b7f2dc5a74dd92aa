"""What a raw email means."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from email_mails import ADDRESS, WHEN, mail, multipart, read

from putthrough.channels.contract import Unreadable
from putthrough.channels.email.reading import read as read_at


def test_a_plain_mail_is_read_whole() -> None:
    found = read(mail(Cc="Sam <SAM@example.org>"))
    assert (found.handle, found.name) == ("pat@example.org", "Pat Jones")
    assert (found.subject, found.text, found.folded, found.html) == (
        "Missed bin",
        "The bin was missed.",
        "",
        "",
    )
    assert found.message_id == "one@example.org"
    assert found.to == (ADDRESS, "sam@example.org")
    assert found.sent_at == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert found.starts_anew
    assert found.private
    assert not found.own
    assert found.automatic is None


@pytest.mark.parametrize(
    ("header", "handle", "name"),
    [
        ('"Jones, Pat" <Pat@Example.org>', "pat@example.org", "Jones, Pat"),
        ("pat@example.org (Pat Jones)", "pat@example.org", "Pat Jones"),
        ("<pat@example.org>", "pat@example.org", ""),
        ("=?utf-8?B?" + base64.b64encode("Siân <x@evil.example>".encode()).decode() + "?= <pat@example.org>",
         "pat@example.org", "Siân <x@evil.example>"),
        ("=?iso-8859-1?Q?Si=E2n?= =?iso-8859-1?Q?_Rees?= <sian@example.org>", "sian@example.org", "Siân Rees"),
        ('"Pat \\"PJ\\" Jones" <pat@example.org>', "pat@example.org", 'Pat "PJ" Jones'),
        ("Pat Jones <pat@example.org>, Sam <sam@example.org>", "pat@example.org", "Pat Jones"),
        ("Team: pat@example.org, sam@example.org;", "pat@example.org", ""),
        ("Si\xe2n Rees <sian@example.org>", "sian@example.org", "Siân Rees"),
        ("'Pat' <pat@example.org>", "pat@example.org", "Pat"),
    ],
)  # fmt: skip
def test_who_wrote(header: str, handle: str, name: str) -> None:
    found = read(mail(From=header))
    assert (found.handle, found.name) == (handle, name)


def test_who_wrote_is_looked_for_where_from_has_nobody() -> None:
    assert read(mail(From="", Reply_To="r@example.org")).handle == "r@example.org"
    assert read(mail(From="nobody at all", Sender="s@example.org")).handle == "s@example.org"
    nobody = read(mail(From="nobody at all"))
    assert (nobody.handle, nobody.name) == ("unknown@invalid", "nobody at all")


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("=?UTF-8?Q?Caf=C3=A9_?= =?UTF-8?Q?=E2=82=AC5?=", "Café €5"),
        # one character torn between two words
        ("=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"),
        ("=?utf-8?Q?Where is it??=", "Where is it?"),
        ("=?utf-8?Q?broken", "=?utf-8?Q?broken"),
        ("=?no-such-charset?Q?Caf=C3=A9?=", "Café"),
        ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("Re: =?windows-1252?Q?=93quoted=94?= again", "Re: “quoted” again"),
        ("Caf\xc3\xa9", "Café"),
        ("Caf\xe9", "Café"),
        ("two\n lines", "two lines"),
        ("=?utf-8?Q?a=0D=0AInjected:_x?=", "a Injected: x"),
        ("=?utf-8?Q?evil=E2=80=AEtxt?=", "eviltxt"),
    ],
)
def test_subjects(raw: str, subject: str) -> None:
    assert read(mail(Subject=raw)).subject == subject


def test_a_subject_is_cut_at_998_characters() -> None:
    assert len(read(mail(Subject="x" * 5_000)).subject) == 998


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf-8", "naïve €".encode(), "naïve €"),
        ("iso-8859-1", "“curly” €".encode("cp1252"), "“curly” €"),
        ("iso-8859-1", "naïve €".encode(), "naïve €"),
        ("us-ascii", "naïve €".encode(), "naïve €"),
        ("utf-8", "caf\xe9".encode("latin-1"), "café"),
        ("utf-8", "naïve café €".encode()[:-1], "naïve café \ufffd"),
        ("iso-8859-2", "Łódź".encode("iso-8859-2"), "Łódź"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("shift_jis", "こんにちは".encode("shift_jis"), "こんにちは"),
        ("gb18030", "你好世界".encode("gb18030"), "你好世界"),
        ("iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        ("utf-16", "naïve".encode("utf-16"), "naïve"),
        ("utf-16", "naïve".encode("utf-16-be"), "naïve"),
        ("utf-16", b"plain", "plain"),
        ("no-such-charset", "naïve".encode(), "naïve"),
        ("unicode_escape", b"a\\qb", "a\\qb"),
        ("", "naïve".encode("cp1252"), "naïve"),
    ],
)
def test_charsets(charset: str, data: bytes, text: str) -> None:
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    encoded = base64.encodebytes(data)
    assert read(mail(encoded, Content_Type=kind, Content_Transfer_Encoding="base64")).text == text


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("quoted-printable", "Caf=C3=A9 is =\nopen"),
        ("QUOTED-PRINTABLE ", "Caf=C3=A9 is =\r\nopen"),
        ("base64", "Q2Fmw6kgaXMgb3Blbg"),
        ("base64", "Q2Fm\nw6kg!!aXMgb3Blbg==\n"),
        ("8bit", "Café is open"),
        ("no-such-encoding", "Café is open"),
    ],
)
def test_transfer_encodings(encoding: str, body: str) -> None:
    raw = mail(body, Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding=encoding)
    assert read(raw).text == "Café is open"


def test_of_alternatives_the_plain_text_is_read_and_the_html_kept() -> None:
    found = read(
        multipart(
            "alternative",
            "Content-Type: text/plain\n\nplain words",
            "Content-Type: text/html\n\n<p>rich <b>words</b>",
        )
    )
    assert found.text == "plain words"
    assert found.html == "<p>rich <b>words</b></p>"


@pytest.mark.parametrize("plain", ["", "  \n", "Please use a program that shows HTML mail."])
def test_an_empty_alternative_gives_way_to_the_html(plain: str) -> None:
    found = read(multipart("alternative", f"Content-Type: text/plain\n\n{plain}", "Content-Type: text/html\n\n<p>rich"))
    assert found.text == "rich"


def test_html_alone_is_read_as_text_with_its_quotation_folded() -> None:
    body = "<div>My answer</div><div>On Tue, 3 Mar 2026 at 10:00 Bins &lt;b@c.example&gt; wrote:<br></div>"
    body += "<blockquote>our words</blockquote>"
    found = read(mail(body, Content_Type="text/html"))
    assert found.text == "My answer"
    assert "> our words" in found.folded
    assert "our words" in found.html


def test_parts_that_follow_each_other_are_all_read() -> None:
    found = read(
        multipart(
            "mixed",
            "\nfirst",
            "Content-Type: text/html\n\n<p>second</p>",
            "Content-Type: text/plain\n\nthird <3",
        )
    )
    assert found.text.split() == ["first", "second", "third", "<3"]
    assert "third &lt;3" in found.html


def test_lines_broken_for_the_way_are_joined() -> None:
    body = "A long \nparagraph.\n\n> quoted \n> too.\n-- \nPat"
    found = read(mail(body, Content_Type="text/plain; format=flowed"))
    assert found.text.startswith("A long paragraph.")
    assert "> quoted too." in found.text + found.folded
    assert found.folded.endswith("-- \nPat")


def test_references_come_nearest_first() -> None:
    found = read(mail(In_Reply_To="<c@x>", References="<a@x>\n <b@x> <c@x>"))
    assert list(found.refers_to) == ["c@x", "b@x", "a@x"]
    assert not found.starts_anew


def test_a_message_id_too_long_is_hashed_alike_wherever_it_stands() -> None:
    long = "<" + "x" * 400 + "@example.org>"
    own = read(mail(Message_ID=long)).message_id
    assert read(mail(References=long)).refers_to == (own,)
    assert len(own) < 100


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"])
def test_a_plus_address_names_the_conversation(header: str) -> None:
    found = read(mail(**{"To": "", header: "Enquiries <Enquiries+c-aB3_x@COUNCIL.example>"}))
    assert found.thread == "c-aB3_x"
    assert not found.starts_anew


@pytest.mark.parametrize(
    "to",
    [
        "other.enquiries+c-abc@council.example",
        "enquiries+c-abc@council.example.evil.example",
        "enquiries+news@council.example",
    ],
)
def test_other_plus_addresses_name_none(to: str) -> None:
    assert read(mail(To=to)).thread == ""


def test_our_own_words_are_known() -> None:
    assert read(mail(From=f"Council <{ADDRESS.upper()}>")).own
    assert read(mail(From="enquiries+c-abc@council.example")).own
    assert not read(mail(From="enquiries@other.example")).own


@pytest.mark.parametrize(
    "date",
    ["", "yesterday", "Tue, 03 Mar 1970 10:00:00 +0000", "Tue, 03 Mar 2099 10:00:00 +0000", "x" * 5_000],
)
def test_an_absurd_date_gives_way_to_the_newest_trace(date: str) -> None:
    found = read(mail(Date=date, Received=f"from a by b; {WHEN}"))
    assert found.sent_at == datetime(2026, 3, 3, 10, tzinfo=UTC)


def test_without_any_date_the_present_is_taken() -> None:
    before = datetime.now(UTC)
    assert before <= read(mail(Date="")).sent_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("date", "hour"),
    [("3 Mar 2026 10:00:00 +0200", 8), ("Tue, 3 Mar 2026 10:00 EST", 15), ("3 Mar 2026 10:00:00 -0000", 10)],
)
def test_dates_are_given_in_utc(date: str, hour: int) -> None:
    assert read(mail(Date=date)).sent_at == datetime(2026, 3, 3, hour, tzinfo=UTC)


@pytest.mark.parametrize("body", ["", "\n\n\n", "   \n\t\n"])
def test_an_empty_mail_says_so(body: str) -> None:
    assert read(mail(body)).text == "(This email has no text.)"


def test_a_text_too_long_is_cut_and_says_so() -> None:
    found = read(mail("word " * 100_000))
    assert len(found.text) < 200_300
    assert "too long" in found.text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("multipart/encrypted; protocol=application/pgp-encrypted; boundary=x", "OpenPGP"),
        ("application/pkcs7-mime; smime-type=enveloped-data", "S/MIME"),
        ("application/pkcs7-mime; smime-type=signed-data", "signature"),
    ],
)
def test_what_is_locked_says_so(kind: str, words: str) -> None:
    found = read(mail("--x\nContent-Type: application/octet-stream\n\nabc\n--x--\n", Content_Type=kind))
    assert words in found.text
    assert "cannot be" in found.text
    assert found.attachments


def test_inline_pgp_says_so() -> None:
    assert "OpenPGP" in read(mail("-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n")).text


def test_an_invitation_is_told_in_words() -> None:
    calendar = (
        "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nDTSTART:19700101T020000\nEND:VTIMEZONE\nBEGIN:VEVENT\n"
        "DTSTART;TZID=Europe/London:20260305T143000\nSUMMARY:Site visit\\, Mill Lane\n"
        "LOCATION:Depot\nEND:VEVENT\nEND:VCALENDAR"
    )
    found = read(multipart("alternative", "Content-Type: text/calendar; method=REQUEST\n\n" + calendar))
    assert (
        found.text == "(This email is a calendar invitation: Site visit, Mill Lane, on 2026-03-05 at 14:30, at Depot.)"
    )
    assert [info.name for info in found.attachments] == ["invitation.ics"]


def test_what_only_outlook_opens_says_so() -> None:
    found = read(multipart("mixed", "Content-Type: application/ms-tnef; name=winmail.dat\n\nx"))
    assert "winmail.dat" in found.text
    assert found.attachments[0].refused


def test_a_forwarded_mail_keeps_what_it_shows() -> None:
    body = "Please see below.\n\nFrom: A <a@x.example>\nSent: 3 March 2026\nTo: Pat\nSubject: Leak\n\nWater everywhere"
    assert "Water everywhere" in read(mail(body, Subject="FW: Leak")).text
    assert "Water everywhere" in read(mail(body, Subject="RE: Leak")).folded


@pytest.mark.parametrize("raw", [b"", b"\r\n \n", b"\x00\xff\xfe\x01" * 50, b"just some words\n", b"colour: red\n\nx"])
def test_what_is_no_email_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^This .*[.:]"):
        read_at(raw, address=ADDRESS)


@pytest.mark.parametrize("lead", [b"\xef\xbb\xbf", b"\r\n\r\n", b"From pat@example.org Tue Mar  3 10:00:00 2026\n"])
def test_what_stands_before_the_header_is_passed_over(lead: bytes) -> None:
    assert read(lead + mail()).text == "The bin was missed."


def test_any_line_ends_will_do() -> None:
    raw = multipart("mixed", "Content-Type: text/plain\n\na\nb", "Content-Type: image/png; name=x.png\n\nzz")
    assert read(raw) == read(raw.replace(b"\n", b"\r\n")) == read(raw.replace(b"\n", b"\r"))
