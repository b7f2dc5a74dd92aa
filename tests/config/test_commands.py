"""The command line: what each verb says, and that nothing is half done."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from putthrough.audit.models import Entry
from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.config.cli import run
from putthrough.conversations.models import Conversation, Message
from putthrough.directory.actions import save_user
from putthrough.directory.models import Place, Service, User
from putthrough.directory.queries import user_of_token
from putthrough.intake.models import Arrival
from putthrough.jobs.steps import sweep
from putthrough.kit.time import now
from putthrough.routing.models import Lesson

PUTTHROUGH = Path(sys.executable).with_name("putthrough")


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    captured = capsys.readouterr()
    return captured.out, captured.err


def jsonl(path: Path, *messages: dict[str, Any] | str) -> Path:
    lines = [one if isinstance(one, str) else json.dumps(one) for one in messages]
    path.write_text("\n".join(lines))
    return path


def old_message(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "account": "old@council.example",
        "contact": "pat@post.example",
        "text": f"The pothole in our street, letter {number}.",
        "sent_at": "2024-03-01T09:00:00+00:00",
        **more,
    }


def test_route_without_a_database_asks_the_starter_directory(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": 1, "text": "There is a deep pothole in Mill Lane", "channel": "email", "private": True}),
        json.dumps({"id": 2, "text": "Happy birthday to my lovely nephew!"}),
    ]
    env = {"PUTTHROUGH_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    asked = [PUTTHROUGH, "route", "--json"]
    ended = subprocess.run(asked, input="\n".join(lines), env=env, capture_output=True, text=True, check=True)
    pothole, birthday = (json.loads(line) for line in ended.stdout.splitlines())
    assert (pothole["id"], pothole["service"], pothole["lgsl"]) == (1, "lgsl:557", 557)
    assert set(pothole) == {
        "id", "stage", "service", "lgsl", "confidence", "reason", "candidates", "kinds", "not_ours", "lang",
    }  # fmt: skip
    assert set(pothole["candidates"][0]) == {"service", "lgsl", "confidence"}
    assert (birthday["stage"], birthday["service"]) == ("triage", None)


@pytest.mark.django_db
def test_route_names_the_line_that_it_cannot_read_and_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('not json\n{"id": 2}\n{"id": 3, "text": "blue badge renewal"}\n'))
    assert run(["route"]) == 1
    out, err = said(capsys)
    assert "Line 1: this is not JSON" in err
    assert 'Line 2: write an object with at least "text"' in err
    assert "Blue Badge" in out or "lgsl:" in out


@pytest.mark.django_db
def test_services_are_tried_first_and_imported_whole_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "services.csv"
    good.write_text("key,name,team,synonyms\nlgsl:557,Potholes,highways,pothole;hole in the road\n")
    assert run(["import", "services", str(good), "--dry-run"]) == 0
    assert "Would add 1 services" in said(capsys)[0]
    assert not Service.objects.exists()
    assert run(["import", "services", str(good)]) == 0
    assert Service.objects.get().team is not None
    bad = tmp_path / "bad.csv"
    bad.write_text("key,name,team\nlgsl:524,Bins,waste\nlgsl:525,,waste\n")
    assert run(["import", "services", str(bad)]) == 1
    assert "line 3" in said(capsys)[1]
    assert Service.objects.count() == 1


@pytest.mark.django_db
def test_places_are_tried_first_and_imported_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = tmp_path / "streets.csv"
    good.write_text("Street;Ward;Area;USRN\nMill Lane;Eastfield;North;7\n;Westgate;South;8\n")
    assert run(["import", "places", str(good), "--dry-run"]) == 0
    assert "Would add 2 places, changed 0, unchanged 0." in said(capsys)[0]
    assert not Place.objects.exists()
    assert [run(["import", "places", str(good)]) for _ in range(2)] == [0, 0]
    out = said(capsys)[0]
    assert "Added 0 places, changed 0, unchanged 2." in out
    assert "Columns passed over: USRN." in out
    bad = tmp_path / "bad.csv"
    bad.write_text("street,area,service,team\nElm Rise,North,dragons,nobody\nElm Rise,,,\n")
    assert run(["import", "places", str(bad)]) == 1
    errors = said(capsys)[1]
    assert "bad.csv, line 2: There is no service “dragons”" in errors
    assert "bad.csv, line 3: “Elm Rise” has no area" in errors
    assert Place.objects.count() == 2


@pytest.mark.django_db
def test_a_wrong_column_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "services.csv"
    path.write_text("key,name,colour\nlgsl:1,A,red\n")
    assert run(["import", "services", str(path)]) == 1
    assert "colour" in said(capsys)[1]


@pytest.mark.django_db
def test_old_messages_come_in_once_and_ask_nothing_of_anybody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = jsonl(tmp_path / "old.jsonl", old_message(1), "{broken", old_message(2, sent_at="yesterday"), old_message(3))
    assert run(["import", "jsonl", str(path), "--dry-run"]) == 0
    assert not Arrival.objects.exists()
    said(capsys)
    assert run(["import", "jsonl", str(path)]) == 0
    out, _ = said(capsys)
    assert "Brought in 2 messages; 0 were here before; 2 could not be read." in out
    assert "Line 2:" in out
    assert "Line 3:" in out
    assert run(["import", "jsonl", str(path)]) == 0
    assert "Brought in 0 messages; 2 were here before" in said(capsys)[0]
    sweep()
    assert Message.objects.count() == 2
    assert set(Conversation.objects.values_list("state", "due_at")) == {("closed", None)}


@pytest.mark.django_db
def test_a_young_message_arrives_as_if_it_had_just_come(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "new.jsonl", old_message(1, sent_at=now().isoformat()))
    run(["import", "jsonl", str(path)])
    sweep()
    row = Conversation.objects.get()
    assert row.state == "open"
    assert row.due_at is not None


@pytest.mark.django_db
def test_mbox_and_eml_hold_the_same_letters_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_account(Account(channel="email", address="help@council.example", name="Help"))
    letter = (
        "From: Pat <pat@post.example>\nTo: help@council.example\nSubject: Bins\nMessage-ID: <{0}@post.example>\n"
        "Date: Mon, 5 Jan 2026 09:00:00 +0000\n\n>From the start our bin was missed. {0}\n"
    )
    (tmp_path / "a.mbox").write_text(
        "".join(f"From pat Mon Jan  5 09:00:00 2026\n{letter.format(n)}\n" for n in (1, 2))
    )
    (tmp_path / "one.eml").write_text(letter.format(1).replace(">From", "From") + "\n")
    assert run(["import", "mbox", str(tmp_path / "a.mbox"), "--account", "help@council.example"]) == 0
    assert "Brought in 2" in said(capsys)[0]
    assert run(["import", "eml", str(tmp_path / "one.eml"), "--account", "help@council.example"]) == 0
    assert "1 were here before" in said(capsys)[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "mbox", "FILE", "--account", "nobody@council.example"], "Say with --account"),
        (["import", "mbox", "MISSING"], "There is no file or folder"),
        (["import", "mbox", "FILE", "--account", "help@council.example"], "is not an mbox file"),
    ],
)
def test_what_cannot_be_brought_in_says_why(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_account(Account(channel="email", address="help@council.example", name="Help"))
    file = tmp_path / "notes.txt"
    file.write_text("nothing of the kind")
    places = {"FILE": str(file), "MISSING": str(tmp_path / "missing")}
    assert run([places.get(word, word) for word in arguments]) == 1
    assert words in said(capsys)[1]


@pytest.mark.django_db
def test_audit_verify_finds_a_changed_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_account(Account(channel="email", address="help@council.example", name="Help"))
    assert run(["audit", "verify"]) == 0
    assert "The chain is whole" in said(capsys)[0]
    Entry.objects.update(sentence="Nothing happened")
    assert run(["audit", "verify"]) == 1
    assert "The chain breaks at entry 1" in said(capsys)[0]


@pytest.mark.django_db
def test_the_official_list_adds_and_never_takes_residents_words_away(tmp_path: Path) -> None:
    ours, official = tmp_path / "ours.csv", tmp_path / "official.csv"
    ours.write_text("key,name,team,synonyms\nlgsl:557,Potholes,highways,pothole\n")
    official.write_text(
        "Identifier,Label,Status,Description,Created,Modified,History notes,Type\n"
        '557,Road maintenance,Live,"Officials say\nso",,,,Service\n540,Road signs,Live,Signs,,,,Service\n'
        "999,Gone,Discontinued,No more,,,,Service\n"
    )
    assert run(["import", "services", str(ours)]) == 0
    assert run(["import", "services", str(official)]) == 0
    assert list(Service.objects.order_by("key").values_list("key", "name")) == [
        ("lgsl:540", "Road signs"),
        ("lgsl:557", "Potholes"),
    ]
    assert Service.objects.get(key="lgsl:557").synonyms == ["pothole"]


@pytest.mark.django_db
def test_a_key_is_shown_once_and_opens_what_its_person_may_see(capsys: pytest.CaptureFixture[str]) -> None:
    person = save_user(User(email="web@council.example", name="Website"))
    assert run(["key", "WEB@council.example", "--name", "site"]) == 0
    assert user_of_token(said(capsys)[0].strip()) == person
    assert run(["key", "nobody@council.example", "--name", "site"]) == 1
    assert "Nobody active has the address" in said(capsys)[1]


@pytest.mark.django_db
def test_sorted_messages_are_taken_in_once_and_an_unknown_service_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Service.objects.create(key="ours:lamps", name="Lamps")
    old = jsonl(tmp_path / "old.jsonl", {"text": "It is dark", "service": "Lamps"}, {"text": "lol", "service": None})
    assert run(["learn", str(old), "--dry-run"]) == 0
    assert "Would take in 2 messages" in said(capsys)[0]
    assert run(["learn", str(old)]) == 0
    assert run(["learn", str(old)]) == 0
    assert "Took in 0 messages of 1 service; 2 were known" in said(capsys)[0]
    wrong = jsonl(tmp_path / "wrong.jsonl", {"text": "A dragon", "service": "Dragons"})
    assert run(["learn", str(wrong)]) == 1
    assert "No service is called “Dragons”" in said(capsys)[1]
    assert run(["learn", str(tmp_path / "nothing")]) == 1
    assert Lesson.objects.count() == 2


def test_a_worker_loads_no_arithmetic_before_it_is_told_how_many_cores_and_never_what_only_learning_needs():
    code = (
        "import sys; from putthrough.config.cli import setup; setup();"
        "import putthrough.config.serve, putthrough.jobs.pool;"
        "assert 'numpy' not in sys.modules;"
        "import putthrough.routing.learning.stored;"
        "assert 'scipy' not in sys.modules"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "putthrough.config.settings"}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
