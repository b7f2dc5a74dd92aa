"""Mails that machines wrote."""

from __future__ import annotations

import pytest
from email_mails import ADDRESS, mail, multipart, read

from putthrough.channels.contract import Automatic


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied (vacation)"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"X_Auto_Response_Suppress": "All", "In_Reply_To": "<a@x>"},
        {"Auto_Submitted": "auto-generated", "References": "<a@x>"},
        {"Return_Path": "<>"},
        {"Subject": "Automatic reply: Missed bin"},
        {"Subject": "Out of Office: Missed bin"},
        {"Subject": "Out of the office"},
        {"Subject": "Ateb awtomatig: Biniau"},
        {"Subject": "=?utf-8?Q?R=C3=A9ponse_automatique?="},
        {"Subject": "Automatische Antwort: Bins"},
        {"Subject": "=?utf-8?Q?Odpowied=C5=BA_automatyczna?="},
    ],
)
def test_answers_by_machines(headers: dict[str, str]) -> None:
    assert read(mail(**headers)).automatic is Automatic.AUTO_REPLY


@pytest.mark.parametrize(
    "headers",
    [
        {"List_Id": "<news.example.org>"},
        {"List_Unsubscribe": "<mailto:off@example.org>"},
        {"Precedence": "bulk"},
        {"Auto_Submitted": "auto-generated"},
        {"X_Auto_Response_Suppress": "OOF"},
    ],
)
def test_circulars(headers: dict[str, str]) -> None:
    assert read(mail(**headers)).automatic is Automatic.BULK


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"Subject": "Out of office hours number?"},
        {"Subject": "Re: Automatic reply: Missed bin"},
        {"Subject": "Automatic doors broken"},
        {"Return_Path": "<pat@example.org>"},
        {"X_Auto_Response_Suppress": "None"},
        {"X_Putthrough_Loop": "office@other.example"},
    ],
)
def test_people(headers: dict[str, str]) -> None:
    assert read(mail(**headers)).automatic is None


def test_loops() -> None:
    hops = b"Received: from a by b; Tue, 3 Mar 2026 10:00:00 +0000\n"
    assert read(mail(X_Putthrough_Loop=ADDRESS)).automatic is Automatic.LOOP
    assert read(mail(X_Putthrough_Loop="yes")).automatic is Automatic.LOOP
    assert read(hops * 31 + mail()).automatic is Automatic.LOOP
    assert read(hops * 30 + mail()).automatic is None


def _report(action: str, status: str, said: str = "") -> bytes:
    block = f"Final-Recipient: rfc822; pat@example.org\nAction: {action}\nStatus: {status}\n"
    block += f"Diagnostic-Code: smtp; {said}\n" if said else ""
    return multipart(
        "report; report-type=delivery-status",
        "\nSorry, this is the mail system.",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{block}",
        "Content-Type: message/rfc822\n\n"
        "From: enquiries@council.example\nMessage-ID: <ours@council.example>\n\nOur answer",
        From="Mail Delivery <MAILER-DAEMON@mx.example>",
        Return_Path="<>",
        Auto_Submitted="auto-replied",
    )


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.1", "does not exist"),
        ("5.2.2", "full"),
        ("5.3.4", "too large"),
        ("5.4.99", "could not be reached"),
        ("5.7.26", "rules refuse"),
        ("4.4.7", "in time"),
    ],
)
def test_a_bounce_says_who_and_why(status: str, reason: str) -> None:
    found = read(_report("failed", status, "550 5.1.1 no such person"))
    assert found.automatic is Automatic.BOUNCE
    assert found.text.startswith("This message could not be delivered to pat@example.org: ")
    assert reason in found.text
    assert "no such person" in found.text
    assert found.refers_to == ("ours@council.example",)
    assert found.folded == "Sorry, this is the mail system."
    assert not found.own


def test_a_delay_is_no_bounce() -> None:
    found = read(_report("delayed", "4.4.1"))
    assert found.automatic is Automatic.AUTO_REPLY
    assert "has not reached pat@example.org yet" in found.text


def test_bounces_from_before_the_standard() -> None:
    body = "I wasn't able to deliver your message.\n\n<pat@example.org>:\nUser unknown 5.1.1\n\n"
    body += "Message-ID: <ours@council.example>\n"
    old = read(mail(body, From="MAILER-DAEMON@mx.example", Subject="failure notice"))
    assert old.automatic is Automatic.BOUNCE
    assert "pat@example.org: the address does not exist" in old.text
    assert old.refers_to == ("ours@council.example",)
    exim = read(mail("failed", From="Mail <mailer-daemon@mx.example>", X_Failed_Recipients="sam@example.org"))
    assert "sam@example.org" in exim.text


def test_a_bounce_from_our_own_address_is_not_our_words() -> None:
    found = read(mail("failed", From=ADDRESS, X_Failed_Recipients="sam@example.org"))
    assert found.automatic is Automatic.BOUNCE
    assert not found.own
