"""Real parts are found, started and stopped; a missing one is never silent."""

from __future__ import annotations

import subprocess
import sys

import psycopg
import pytest

from tests import parts
from tests.parts import BLUESKY, POSTGRES, Part, named_in, need
from tests.parts.postgres import cluster

GOPHER = Part("Gopher", ("gopherd", "gopher-tools"), lambda: None)


def test_a_missing_part_skips_and_says_how_to_get_it(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception) as skipped:
        need(GOPHER)
    assert named_in(str(skipped.value)) == "Gopher, which Debian has as: apt-get install gopherd gopher-tools"


def test_a_missing_part_fails_under_ci(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="Missing part: Gopher"):
        need(GOPHER)


def test_what_was_installed_from_another_lock_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(parts, "BLUESKY_FOLDER", tmp_path)
    (tmp_path / "installed").write_text(parts.bluesky_lock())
    assert BLUESKY.find() == str(tmp_path)
    (tmp_path / "installed").write_text("another")
    assert BLUESKY.find() is None


def test_other_reasons_name_no_part():
    assert named_in("assert 1 == 2") is None


def test_a_cluster_of_ones_own_answers_and_is_gone_afterwards():
    need(POSTGRES)
    with cluster() as url:
        with psycopg.connect(url) as connection:
            row = connection.execute("select current_user, current_setting('fsync')").fetchone()
        assert row == ("putthrough", "off")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_the_launcher_hands_on_the_address_and_the_exit_status():
    need(POSTGRES)
    says = "import os, sys; print(os.environ['DATABASE_URL']); sys.exit(7)"
    command = [sys.executable, "-m", "tests.parts.postgres", "--", sys.executable, "-c", says]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.startswith("postgres://putthrough@127.0.0.1:")
    assert done.returncode == 7
