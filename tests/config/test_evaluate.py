from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from putthrough.config.cli import run
from tests.routing.test_learning import body


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    labels, examples = body(8)
    _, unseen = body(3, seed=2)
    services = write(tmp_path / "s.jsonl", [{"key": one.key, "name": one.name, "synonyms": []} for one in labels])
    taught = write(tmp_path / "e.jsonl", [{"text": one.text, "service": one.service} for one in examples])
    asked = tmp_path / "t.jsonl.gz"
    rows = [{"text": one.text, "service": one.service} for one in unseen] + [{"text": "good luck", "service": None}]
    asked.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    given = {"--services": services, "--examples": taught, "--test": asked}
    return ["evaluate", "routing", "--words-alone", *(str(part) for pair in given.items() for part in pair)]


def test_the_figures_are_those_that_other_programs_read(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*files, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 19
    assert found["accuracy"] > 0.9
    assert list(found) == [
        "n",
        "accuracy",
        "macro_f1",
        "top5",
        "auto_share",
        "auto_precision",
        "coverage_at_95",
        "coverage_at_98",
        "out_of_scope_auroc",
        "out_of_scope_recall",
        "messages_per_second",
        "train_seconds",
        "peak_mb",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: this is not JSON."),
        ('{"text": "a"}', "line 1: service is missing."),
        ("[]", "line 1: text and service is missing."),
        ('{"text": "a", "service": "nowhere"}', "No service has the key “nowhere”"),
    ],
)
def test_a_bad_line_is_told_with_its_number(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, words: str
) -> None:
    (tmp_path / "e.jsonl").write_text(line)
    assert run(files) == 1
    assert words in capsys.readouterr().err
