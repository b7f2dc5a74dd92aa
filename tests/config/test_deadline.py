"""``putthrough deadline``: a door that stays, without a database and without settings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from putthrough.config.cli import run
from putthrough.deadlines.table import REGIMES

PUTTHROUGH = Path(sys.executable).with_name("putthrough")


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert run(["deadline", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["deadline", *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def dues(answer: Any) -> dict[str, str]:
    return {step["step"]: step["due"] for step in answer["steps"]}


def test_it_needs_neither_a_database_nor_settings(tmp_path: Path) -> None:
    env = {"PUTTHROUGH_DATA": str(tmp_path / "nowhere"), "PATH": "/usr/bin:/bin", "DATABASE_URL": "nonsense"}
    words = [PUTTHROUGH, "deadline", "foia", "2026-11-20", "--nation", "england", "--json"]
    ended = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
    assert json.loads(ended.stdout) == {
        "regime": "foia",
        "steps": [
            {
                "step": "respond",
                "due": "2026-12-21",
                "skipped": [{"day": "2026-11-30", "name": "St Andrew's Day"}],
                "latest": "2027-01-22",
            }
        ],
    }
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("key", REGIMES)
def test_every_regime_has_the_same_form_and_a_usual_nation(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = asked(capsys, key, "2026-11-20")
    assert answer["regime"] == key
    assert [step["step"] for step in answer["steps"]] == [s.key for s in REGIMES[key].versions[-1].steps]
    for step in answer["steps"]:
        assert set(step) - {"latest"} == {"step", "due", "skipped"}
        assert all(set(day) == {"day", "name"} for day in step["skipped"])


def test_what_follows_counts_from_the_acknowledgement(capsys: pytest.CaptureFixture[str]) -> None:
    assert dues(asked(capsys, "lgsco", "2026-12-18"))["stage1"] == "2027-01-13"
    sooner = dues(asked(capsys, "lgsco", "2026-12-18", "--acknowledged", "2026-12-21"))
    assert (sooner["acknowledge"], sooner["stage1"]) == ("2026-12-29", "2027-01-07")
    asked_again = dues(asked(capsys, "lgsco", "2026-12-18", "--escalated", "2027-02-01"))
    assert asked_again["stage2_acknowledge"] == "2027-02-08"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-06-30", "2026-07-29"),
        ("2026-06-30T23:30:00Z", "2026-07-30"),
        ("2026-06-30T23:30:00+00:00", "2026-07-30"),
        ("2026-06-30T23:30", "2026-07-29"),  # London's time
        ("2026-06-30 23:30:00", "2026-07-29"),
        ("2026-07-01T01:00+05:30", "2026-07-29"),
    ],
)
def test_a_receipt_is_a_day_or_an_instant(received: str, due: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert dues(asked(capsys, "foia", received)) == {"respond": due}


def test_hours_end_at_a_time_of_day(capsys: pytest.CaptureFixture[str]) -> None:
    found = dues(asked(capsys, "awaab", "2026-10-24T10:00"))
    assert found["emergency"] == "2026-10-25T09:00:00+00:00"
    assert found["investigate"] == "2026-11-06"
    assert dues(asked(capsys, "awaab", "2026-10-23"))["emergency"] == "2026-10-24T00:00:00+01:00"


def test_the_nation_decides_where_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    due = {nation: dues(asked(capsys, "sar", "2026-02-17", "--nation", nation)) for nation in ("england", "ni")}
    assert due == {"england": {"respond": "2026-03-17"}, "ni": {"respond": "2026-03-18"}}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["foi", "2026-01-05"], "there is no regime “foi”. Choose one of: nhs2009, lgsco"),
        (["foia", "2026-02-30"], "is not a date that exists"),
        (["foia", "yesterday"], "Write 2026-06-30"),
        (["foia", "2026-01-05", "--nation", "mars"], "Choose one of: england, wales, scotland, ni"),
        (["foisa", "2026-01-05", "--nation", "england"], "foisa does not apply in england"),
        (["foia", "2100-12-30"], "1978 to 2100"),
        (["sar", "9999-12-31"], "1978 to 2100"),
        (["awaab", "9999-12-31T23:00"], "too far"),
        (["foia", "0001-01-01"], "1978 to 2100"),
        (["foia", "2026-01-05", "--acknowledged", "2026-01-06"], "nothing in foia counts from --acknowledged"),
        (["lgsco", "2026-05-05", "--acknowledged", "2026-05-04"], "before the day of receipt"),
    ],
)
def test_what_cannot_be_answered_is_said_plainly(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert says in refused(capsys, *words)


def test_a_receipt_before_the_regime_is_counted_and_noted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["deadline", "dp_complaint", "2026-01-05", "--json"]) == 0
    said = capsys.readouterr()
    assert dues(json.loads(said.out)) == {"acknowledge": "2026-02-04"}
    assert "applies from Friday 19 June 2026" in said.err


def test_without_json_it_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["deadline", "foia", "2026-11-20"]) == 0
    assert capsys.readouterr().out == (
        "Freedom of information request\n"
        "  Answer: by Monday 21 December 2026; St Andrew's Day (30 Nov) did not count; "
        "extended at most to Friday 22 January 2027\n"
    )
