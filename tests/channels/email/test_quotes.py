"""What was written this time, and what is folded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.channels.email.quotes import fold

INTRODUCTIONS = [
    "On Tue, 3 Mar 2026 at 10:00, Bins Team <bins@council.example> wrote:",
    "On Tue, 3 Mar 2026 at 10:00, Bins Team\n<bins@council.example>\nwrote:",
    "On 3 Mar 2026, at 10:00, Bins Team <bins@council.example> wrote:",
    "On Tuesday, 3 March 2026 at 10:00:00 GMT, Bins Team <bins@council.example> wrote:",
    "On 03/03/2026 10:00, Bins Team wrote:",
    "Ar Maw, 3 Maw 2026 am 10:00, Bins Team <bins@council.example> ysgrifennodd:",
    "Le mar. 3 mars 2026 à 10:00, Bins Team <bins@council.example> a écrit :",
    "Am Di., 3. März 2026 um 10:00 Uhr schrieb Bins Team <bins@council.example>:",
    "W dniu 03.03.2026 o 10:00, Bins Team pisze:",
    "wt., 3 mar 2026 o 10:00 Bins Team <bins@council.example> napisał(a):",
]
HEADINGS = [
    "-----Original Message-----\nFrom: Bins Team\nSent: 3 March 2026",
    "________________________________\nFrom: Bins Team <bins@council.example>\nSent: 3 March 2026\n"
    "To: Pat\nSubject: Bins",
    "From: Bins Team\nDate: 3 March 2026\nTo: Pat\nSubject: Bins",
    "*From:* Bins Team\n*Sent:* 3 March 2026\n*To:* Pat\n*Subject:* Bins",
    "Oddi wrth: Bins Team\nAnfonwyd: 3 Mawrth 2026\nAt: Pat\nPwnc: Biniau",
    "De : Bins Team\nEnvoyé : mardi 3 mars 2026\nÀ : Pat\nObjet : Bins",
    "Von: Bins Team\nGesendet: Dienstag, 3. März 2026\nAn: Pat\nBetreff: Bins",
    "Od: Bins Team\nWysłano: wtorek, 3 marca 2026\nDo: Pat\nTemat: Bins",
    "-------- Ursprüngliche Nachricht --------\nVon: Bins Team",
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_an_answer_above_marked_lines(introduction: str) -> None:
    quoted = f"{introduction}\n\n> Which road?\n> Yours, Bins"
    assert fold(f"Mill Lane.\nThanks\n\n{quoted}") == ("Mill Lane.\nThanks", quoted)


@pytest.mark.parametrize("introduction", [*INTRODUCTIONS, *HEADINGS])
def test_an_answer_above_unmarked_text(introduction: str) -> None:
    quoted = f"{introduction}\n\nWhich road?\n\nYours, Bins"
    assert fold(f"Mill Lane.\nThanks\n\n{quoted}") == ("Mill Lane.\nThanks", quoted)


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_an_answer_below(introduction: str) -> None:
    quoted = f"{introduction}\n> Which road?\n>\n> Yours, Bins"
    assert fold(f"{quoted}\n\nMill Lane.") == ("Mill Lane.", quoted)


def test_answers_between_are_kept_with_their_questions() -> None:
    text = "Hello,\n\nOn 3 Mar 2026 at 10:00, Bins wrote:\n> Which road?\nMill Lane.\n"
    text += "> What number?\nFour.\n> Yours, Bins"
    written, folded = fold(text)
    assert written.endswith("> Which road?\nMill Lane.\n> What number?\nFour.")
    assert folded == "> Yours, Bins"


def test_an_introduction_may_be_marked_too() -> None:
    quoted = "> On 3 Mar 2026, at 10:00, Bins <bins@council.example> wrote:\n>\n> Which road?"
    assert fold(f"Mill Lane.\n\n{quoted}\n\nThe far end.").folded == quoted


def test_one_passage_quoted_without_introduction_stays() -> None:
    text = "You wrote to me:\n> the road is safe\nIt is not."
    assert fold(text) == (text, "")


@pytest.mark.parametrize(
    "text",
    [
        "Dear council,\nOn Monday your officer wrote:\nthat the road is safe.\nIt is not.",
        "From: the corner shop\nI walked home.\nTo: my surprise there was a hole.",
        "My complaint:\n--\nfirst point\n" + "another line\n" * 12 + "the end",
        "Sent from the hospital to the wrong ward, I waited\nfor hours.",
        "Kind regards\nPat Jones\n4 Mill Lane",
        "I want confidential advice.\n\nThis email is about my neighbour.\n\nPlease call.",
        "> only quoted",
        "On 3 Mar 2026 at 10:00, Bins wrote:\n> only quoted",
        "-- \nPat",
        "Sent from my iPhone",
    ],
)
def test_what_stays_whole(text: str) -> None:
    assert fold(text).written == text.strip("\n")


@pytest.mark.parametrize(
    "end",
    [
        "-- \nPat Jones\nMill Lane Residents",
        "--\nPat Jones",
        "Sent from my iPhone",
        "Sent from Outlook for Android<https://aka.example/x>",
        "Get Outlook for iOS",
        "Sent from Yahoo Mail on Android",
        "Anfonwyd o fy iPhone",
        "Envoyé de mon iPhone",
        "Von meinem iPhone gesendet",
        "Wysłane z iPhone'a",
        "This email and any attachments are confidential and intended solely for the addressee.\nPlease delete it.",
        "CONFIDENTIALITY NOTICE: the contents are only for the person named above.\nThank you very much.",
        "Mae'r e-bost hwn ac unrhyw atodiadau yn gyfrinachol ac wedi'u bwriadu ar gyfer y derbynnydd.",
    ],
)
def test_signatures_devices_and_disclaimers(end: str) -> None:
    assert fold(f"The bin was missed.\n\nKind regards\nPat\n\n{end}") == (
        "The bin was missed.\n\nKind regards\nPat",
        end,
    )


def test_a_signature_above_the_quotation_goes_with_it() -> None:
    written, folded = fold("Yes.\n\nSent from my iPad\n\nOn 3 Mar 2026, at 10:00, Bins <b@c.example> wrote:\n\n> Well?")
    assert written == "Yes."
    assert folded.startswith("Sent from my iPad")


def test_the_gateways_warning_is_folded() -> None:
    warning = "CAUTION: This email originated from outside of the organisation.\nDo not click links."
    assert fold(f"{warning}\n\nMy bin was missed.") == ("My bin was missed.", warning)


_line = st.sampled_from(
    [
        *"\n".join([*INTRODUCTIONS, *HEADINGS]).split("\n"),
        "> q",
        ">> q",
        "",
        "own words",
        "-- ",
        "--",
        "Sent from my iPhone",
        "wrote:",
    ]
) | st.text(max_size=20).filter(lambda line: "\n" not in line)


@given(st.lists(_line, max_size=25))
def test_no_line_is_lost_and_something_stays(lines: list[str]) -> None:
    text = "\n".join(lines)
    written, folded = fold(text)
    before = sorted(line for line in lines if line.strip())
    after = sorted(line for line in (written + "\n" + folded).split("\n") if line.strip())
    assert after == before
    assert bool(written.strip()) == bool(text.strip())


@pytest.mark.parametrize(
    "piece",
    ["x", ">\n", "wrote:\n", "> a\nb\n", "> a\n\n\n\n\n-- \n", "From: a\n", "\n", "Sent from my iPhone\n"],
)
def test_a_megabyte_of_one_thing_is_folded_like_a_little(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    written, folded = fold(text)
    assert len(written) + len(folded) <= len(text)
