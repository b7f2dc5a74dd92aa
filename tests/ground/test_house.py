"""The house rules notice a breach, the locks name no host, and set-up does its steps once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scripts import house_rules, setup_steps

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
PAIR = ("requirements.lock", "requirements-dev.lock")
LONG_FUNCTION = "def f():\n" + "    pass\n" * 40


@pytest.mark.parametrize(
    "text",
    [f"path = '/{'work'}/somewhere'", f"see /{'home'}/alice/x", f"index: https://{'pypi'}.org/simple"],
)
def test_paths_and_registries_are_found(text):
    (breach,) = house_rules.of_text(Path("a.txt"), f"good\n{text}\n")
    assert breach.startswith("a.txt:2: ")


@pytest.mark.parametrize("text", ["/usr/lib/postgresql", "https://example.test/home/alice/", "house/work/x", "/work"])
def test_other_paths_are_left_alone(text):
    assert list(house_rules.of_text(Path("a.txt"), text)) == []


@pytest.mark.parametrize(
    ("path", "code", "word"),
    [
        ("src/putthrough/kit/a.py", LONG_FUNCTION, "41 lines"),
        ("src/putthrough/kit/a.py", "x = 1\n" * 401, "401 lines"),
        ("src/putthrough/web/a.py", "Message.objects.all()\n", ".objects"),
        ("src/putthrough/api/a.py", "def f():\n    return Message.objects\n", ".objects"),
    ],
)
def test_code_that_breaks_a_rule_is_found(path, code, word):
    (breach,) = house_rules.of_code(Path(path), code)
    assert word in breach


def test_code_at_the_limit_is_left_alone():
    code = LONG_FUNCTION.removesuffix("    pass\n") + "x = 1\n" * 360
    assert list(house_rules.of_code(Path("src/putthrough/kit/a.py"), code)) == []
    assert list(house_rules.of_code(Path("tests/a.py"), LONG_FUNCTION)) == []
    assert list(house_rules.of_code(Path("src/putthrough/intake/a.py"), "Message.objects.all()\n")) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_python_locks_pin_everything_by_hash_and_name_no_place(lock):
    entries = lock.read_text().replace("\\\n", " ").splitlines()
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==\S+( ; [^-]+?)?( +--hash=sha256:[0-9a-f]{64})+$", entry), entry


def test_one_version_of_each_package_is_tested_and_run():
    run, dev = (set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.M)) for name in PAIR)
    assert run <= dev


@pytest.mark.parametrize("folder", [".", "tests/parts/bluesky"])
def test_the_npm_locks_have_hashes_and_no_registry(folder):
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all(package.get("integrity") for name, package in packages.items() if name)


def test_a_step_is_done_once_and_again_when_something_changed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(setup_steps, "VENV", tmp_path)
    given, made, done = tmp_path / "given", tmp_path / "made", []

    def work():
        done.append(given.read_text())
        made.touch()

    def go():
        setup_steps.step("cook", "Cooking", [str(given)], work, makes=[made])

    given.write_text("rice")
    go()
    go()
    assert done == ["rice"]
    given.write_text("beans")
    go()
    assert done == ["rice", "beans"]
    made.unlink()
    go()
    assert done == ["rice", "beans", "beans"]
    assert capsys.readouterr().out.count("Cooking ...") == 3


def test_a_failing_step_leaves_no_stamp_and_shows_what_was_said(tmp_path, monkeypatch):
    monkeypatch.setattr(setup_steps, "VENV", tmp_path)
    with pytest.raises(setup_steps.SetupError, match="no such spoon"):
        setup_steps.step("cook", "Cooking", [], lambda: setup_steps.run(["sh", "-c", "echo no such spoon; exit 3"]))
    assert not (tmp_path / "stamps" / "cook").exists()
