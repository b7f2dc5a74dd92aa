"""Old messages from files: brought in once, taken up where it broke off, and bad lines refused in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation, Message
from putthrough.deadlines.models import Deadline
from putthrough.intake.history import HistoryError, bring_in
from putthrough.intake.models import Arrival
from tests import laws
from tests.body import World, build
from tests.story import filed

ADDRESS = "enquiries@council.example"


@pytest.fixture(autouse=True)
def town(db: None) -> Iterator[World]:
    with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False):
        built = build()
        options = {"incoming": "smtp", "smtp_host": "127.0.0.1", "smtp_port": "25", "smtp_security": "none"}
        save_account(Account(channel="email", address=ADDRESS, name="Enquiries", settings=options))
        Account.objects.filter(channel="email").update(health=Account.Health.STOPPED)  # nothing is polled here
        yield built


def letter(number: int, day: int = 2) -> bytes:
    return (
        f"From: Pat <pat{number}@example.org>\nTo: {ADDRESS}\nSubject: Letter {number}\n"
        f"Date: Mon, {day:02} Mar 2026 10:00:00 +0000\nMessage-ID: <{number}@example.org>\n\nquibble {number}\n"
    ).encode()


def line(number: int, **more: object) -> str:
    given = {"id": str(number), "contact": "@pat", "text": f"quibble {number}", "sent_at": "2026-03-02T10:00:00Z"}
    return json.dumps(given | more)


def mbox(path: Path, letters: list[bytes]) -> Path:
    path.write_bytes(b"".join(b"From pat@example.org Mon Mar  2 10:00:00 2026\n" + one + b"\n" for one in letters))
    return path


def test_an_mbox_is_brought_in_once_and_more_of_it_later(tmp_path: Path, town: World):
    path = mbox(tmp_path / "old.mbox", [letter(1), letter(2)])
    assert bring_in("mbox", path, account=ADDRESS).new == 2
    again = bring_in("mbox", mbox(path, [letter(1), letter(2), letter(3)]), account=ADDRESS)
    assert (again.new, again.known) == (1, 2)
    filed()
    assert sorted(Message.objects.values_list("subject", flat=True)) == ["Letter 1", "Letter 2", "Letter 3"]
    laws.hold(town)


def test_a_folder_of_eml_files_is_brought_in_once(tmp_path: Path):
    for number in (1, 2):
        (tmp_path / f"{number}.eml").write_bytes(letter(number))
    (tmp_path / "empty.eml").write_bytes(b"")
    done = bring_in("eml", tmp_path, account=ADDRESS)
    assert (done.new, done.refused, done.problems) == (2, 1, ["empty.eml: it is empty."])
    assert bring_in("eml", tmp_path, account=ADDRESS).words.startswith("Brought in 0 messages; 2 were here before;")


def test_old_messages_are_filed_closed_and_without_a_clock(tmp_path: Path):
    (tmp_path / "one.eml").write_bytes(letter(1))
    bring_in("eml", tmp_path, account=ADDRESS)
    filed()
    assert Conversation.objects.get().state == Conversation.State.CLOSED
    assert not Deadline.objects.exists()


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("{", "Line 2: this is not JSON"),
        ("[]", "Line 2: write one object a line."),
        ('{"contact": "@pat"}', 'Line 2: It needs an "id"'),
        (line(9, contact=""), 'Line 2: It needs a "contact"'),
        (line(9, text=""), 'Line 2: "text" has to be text and may not be empty.'),
        (line(9, sent_at="yesterday"), 'Line 2: "sent_at" has to be a date and time'),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_the_others_are_brought_in(tmp_path: Path, bad: str, words: str):
    path = tmp_path / "old.jsonl"
    path.write_text(f"{line(1)}\n{bad}\n{line(2)}\n")
    done = bring_in("jsonl", path)
    assert (done.new, done.refused) == (2, 1)
    assert done.problems[0].startswith(words)


@pytest.mark.parametrize("odd", ["half \ud83d of an emoji", "a\0zero"])
def test_a_line_with_characters_that_no_database_takes_is_filed_without_them(tmp_path: Path, odd: str):
    path = tmp_path / "old.jsonl"
    path.write_text("\n".join([line(1, text=odd), line(2)]))
    assert bring_in("jsonl", path).new == 2
    filed()
    assert Message.objects.count() == 2


def test_an_import_that_was_broken_off_goes_on_where_it_was(tmp_path: Path):
    path = tmp_path / "old.jsonl"
    path.write_text("\n".join(line(number) for number in range(450)))
    bring_in("jsonl", path)
    Arrival.objects.filter(external_id__in=[f"json:{number}" for number in range(200, 450)]).delete()
    assert (bring_in("jsonl", path).new, Arrival.objects.count()) == (250, 450)


def test_a_dry_run_keeps_nothing(tmp_path: Path):
    path = tmp_path / "old.jsonl"
    path.write_text(line(1))
    assert bring_in("jsonl", path, dry_run=True).words.startswith("Would bring in 1 messages")
    assert not Arrival.objects.exists()


def test_what_cannot_begin_says_what_to_do(tmp_path: Path):
    (tmp_path / "not.mbox").write_text("Dear council\n")
    with pytest.raises(HistoryError, match="Say with --account which email address"):
        bring_in("mbox", tmp_path / "not.mbox")
    with pytest.raises(HistoryError, match="is not an mbox file"):
        bring_in("mbox", tmp_path / "not.mbox", account=ADDRESS)
    with pytest.raises(HistoryError, match=re.escape("There is no .eml file in")):
        bring_in("eml", tmp_path, account=ADDRESS)
