"""What an answer by email looks like, and that nobody's words can change more than their own place in it."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.channels.contract import AccountView, Automatic, ChannelError, File, Outgoing
from putthrough.channels.email import CHANNEL
from putthrough.channels.email.outgoing import compose, new_message_id, reply_address, subject_line, usable_address
from putthrough.kit.text import clean

ACCOUNT = AccountView(1, "email", "help@council.example", "Council help")
HEADERS = {
    "Date",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "X-Putthrough-Loop",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
}


def parsed(answer: Outgoing, account: AccountView = ACCOUNT) -> EmailMessage:
    message = email.message_from_bytes(compose(account, answer), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


def test_every_header_of_an_answer() -> None:
    message = parsed(
        Outgoing(
            to="pat@example.org",
            to_name="Pat, “the” Marsh",
            from_name="Ana (Council)",
            subject="RE: Aw: Re: Lamp – out",
            text="Dear Pat,\n\nit is mended. " + "Very long line. " * 30 + "\n.\nFrom here £5",
            private=True,
            message_id="new@council.example",
            in_reply_to="<b@example.org>",
            references=["a@example.org", "b@example.org"],
            thread="c12-Abc_123",
        )
    )
    assert set(message.keys()) == HEADERS
    assert message["From"].addresses[0].display_name == "Ana (Council)"
    assert message["From"].addresses[0].addr_spec == "help@council.example"
    assert message["To"].addresses[0].display_name == "Pat, “the” Marsh"
    assert message["Reply-To"] == "help+c12-Abc_123@council.example"
    assert message["Subject"] == "Re: Lamp – out"
    assert message["Message-ID"] == "<new@council.example>"
    assert message["In-Reply-To"] == "<b@example.org>"
    assert message["References"].split() == ["<a@example.org>", "<b@example.org>"]
    assert text_of(message).startswith("Dear Pat,\n\nit is mended. Very long line.")
    assert text_of(message).endswith("\n.\nFrom here £5\n")


def test_our_own_email_is_known_when_it_comes_back() -> None:
    raw = compose(
        ACCOUNT, Outgoing(to="help@council.example", text="Hello", private=True, message_id="x@council.example")
    )
    back = CHANNEL.read(ACCOUNT, raw)
    assert back.automatic is Automatic.LOOP
    assert (back.own, back.message_id) == (True, "x@council.example")


def test_long_chains_keep_their_first_and_their_nearest() -> None:
    chain = [f"{number}@example.org" for number in range(50)]
    message = parsed(Outgoing(to="pat@example.org", text="", private=True, references=chain, in_reply_to=chain[-1]))
    kept = message["References"].split()
    assert len(kept) == 20
    assert (kept[0], kept[-1]) == ("<0@example.org>", "<49@example.org>")


def test_long_ids_stay_whole_on_the_wire() -> None:
    long_id = "a" * 200 + "@example.org"
    raw = compose(ACCOUNT, Outgoing(to="pat@example.org", text="", private=True, in_reply_to=long_id))
    assert f"In-Reply-To: <{long_id}>\r\n".encode() in raw


def test_nothing_stands_where_nothing_is_known() -> None:
    message = parsed(Outgoing(to="pat@example.org", text="", private=True, in_reply_to="no id at all"))
    assert {"Reply-To", "In-Reply-To", "References", "Message-ID"}.isdisjoint(message.keys())
    assert message["Subject"] == "Re: your message"


anything = st.text(max_size=120) | st.text('\r\n\0\t :<>@,;"\\=?utf8qb\x85\u2028X-Evil', max_size=60)


@given(anything, anything, anything, anything, anything, anything, st.lists(anything, max_size=4), anything)
def test_no_words_can_add_a_header_or_end_them(
    to_name: str,
    from_name: str,
    subject: str,
    message_id: str,
    in_reply_to: str,
    thread: str,
    references: list[str],
    text: str,
) -> None:
    raw = compose(
        ACCOUNT,
        Outgoing(
            to="pat@example.org",
            text=text,
            private=True,
            to_name=to_name,
            from_name=from_name,
            subject=subject,
            message_id=message_id,
            in_reply_to=in_reply_to,
            references=references,
            thread=thread,
        ),
    )
    head, _, _ = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line and line.isascii() for line in lines)
    names = [line.partition(b":")[0].decode() for line in lines if not line.startswith(b" ")]
    assert set(names) <= HEADERS
    assert len(names) == len(set(names))
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    message = parsed(Outgoing(to="pat@example.org", text=text, private=True))
    assert text_of(message) == clean(text).rstrip("\n") + "\n"


@given(anything)
def test_an_address_is_one_or_is_refused(address: str) -> None:
    try:
        raw = compose(ACCOUNT, Outgoing(to=address, text="", private=True))
    except ChannelError:
        with pytest.raises(ChannelError):
            usable_address(address)
    else:
        assert raw.count(b"\r\nTo: ") == 1
        assert "X-Evil" not in parsed(Outgoing(to=address, text="", private=True))


@pytest.mark.parametrize(
    "address", ["", "pat", "pat@", "@example.org", "a b@example.org", "a@b@c", "<a@b.example>", "a@b, c@d"]
)
def test_what_is_no_address_is_refused_with_what_to_do(address: str) -> None:
    with pytest.raises(ChannelError, match=r"not an email address\. Correct it"):
        compose(ACCOUNT, Outgoing(to=address, text="", private=True))
    assert CHANNEL.preview(ACCOUNT, Outgoing(to=address, text="", private=True)).problems


@given(st.text(max_size=400))
def test_a_subject_has_re_once_whatever_it_was(subject: str) -> None:
    once = subject_line(subject)
    assert once.startswith("Re: ")
    assert subject_line(once) == once


def test_an_answer_to_the_reply_address_leads_home() -> None:
    assert reply_address("help@council.example", "c12-x") == "help+c12-x@council.example"
    assert reply_address("help+desk@council.example", "c12-x") == "help+c12-x@council.example"
    assert reply_address("help@council.example", "") == "help@council.example"
    assert reply_address("help@council.example", "x\r\nBcc: y@z.example") == "help@council.example"


@pytest.mark.parametrize(
    ("settings", "plus"),
    [
        ({"incoming": "smtp"}, True),
        ({"incoming": "graph"}, True),
        ({"incoming": "imap"}, False),
        ({"incoming": "imap", "plus_addresses": "yes"}, True),
        ({"incoming": "smtp", "plus_addresses": "no"}, False),
    ],
)
def test_a_plus_address_is_given_only_where_email_for_it_arrives(settings: dict[str, str], plus: bool) -> None:
    view = AccountView(1, "email", "help@council.example", "Help", settings)
    message = parsed(Outgoing(to="pat@example.org", text="", private=True, thread="c-1-x"), view)
    assert message["Reply-To"] == ("help+c-1-x@council.example" if plus else None)


def test_new_ids_are_never_the_same() -> None:
    ids = {CHANNEL.message_id(ACCOUNT) for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(one.endswith("@council.example") and len(one.partition("@")[0]) >= 32 for one in ids)
    assert new_message_id("bücher.example").endswith("@xn--bcher-kva.example")


def test_the_preview_says_who_will_see_it() -> None:
    shown = CHANNEL.preview(
        ACCOUNT, Outgoing(to="pat@example.org", to_name="Pat", text="Hello", private=True, subject="Lamp")
    )
    assert shown.audience == "Only pat@example.org will see this, as an ordinary email."
    assert (shown.sender, shown.recipient) == ("Council help <help@council.example>", "Pat <pat@example.org>")
    assert (shown.subject, shown.parts, shown.problems) == ("Re: Lamp", ["Hello"], [])


def test_files_go_with_it_as_they_are_under_names_of_any_script() -> None:
    files = [
        File("Café “map”.pdf", "application/pdf", bytes(range(256)) * 9, "Where it is – " + "a map " * 30),
        File("a\r\nBcc: x@y.example", "text/plain", b".\r\n--part\r\n"),
    ]
    message = parsed(Outgoing(to="pat@example.org", text="Here it is.\n.", private=True, files=files))
    words, first, second = message.iter_parts()
    assert text_of(words) == "Here it is.\n.\n"
    assert (first.get_filename(), first.get_content_type(), first.get_content()) == (
        "Café “map”.pdf",
        "application/pdf",
        files[0].content,
    )
    assert first["Content-Description"] == files[0].alt.strip()
    assert "Content-Description" not in second
    assert second.get_payload(decode=True) == files[1].content
    assert "Bcc" not in second
    assert "Bcc" not in message


@pytest.mark.parametrize("name", ["plan.pdf", "地図" * 70 + ".pdf", "🗺" * 150, "a." + "é" * 149, ""])
def test_no_name_of_a_file_makes_a_line_too_long(name: str) -> None:
    answer = Outgoing(
        to="pat@example.org", text="Here.", private=True, files=[File(name, "application/pdf", b"%PDF", alt="é" * 900)]
    )
    raw = compose(ACCOUNT, answer)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    [file] = parsed(answer).iter_attachments()
    kept = file.get_filename() or ""
    assert name.startswith(kept.removesuffix(".pdf")) or kept == "file"
    assert kept.endswith(".pdf") == name.endswith(".pdf")
