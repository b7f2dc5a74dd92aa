"""Work in a process of its own: its answer, its refusal and its death reach the asker; the asker's death reaches it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from putthrough.kit.apart import BrokeOff, apart
from tests.journey.demo import until


def answer(asked: bytes) -> bytes:
    """What the other process does with each question."""
    match asked.split():
        case [b"refuse"]:
            raise ValueError("That is no question.")
        case [b"fail"]:
            raise KeyError("x")
        case [b"die"]:
            os.kill(os.getpid(), signal.SIGKILL)
        case [b"dawdle"]:
            time.sleep(0.3)
        case [b"linger", file]:
            Path(file.decode()).write_text(str(os.getpid()))
            time.sleep(60)
    return asked.upper() + str(os.getpid()).encode()


def test_it_answers_from_another_process():
    said = apart(__name__, b"hello ")
    assert said.startswith(b"HELLO ")
    assert int(said.split()[1]) != os.getpid()


def test_much_can_be_said_both_ways():
    assert len(apart(__name__, b"x" * 3_000_000)) > 3_000_000


def test_it_refuses_in_words():
    with pytest.raises(ValueError, match="That is no question"):
        apart(__name__, b"refuse")


@pytest.mark.parametrize(("asked", "why"), [(b"fail", "KeyError"), (b"die", "exit status -9")])
def test_its_failure_and_its_death_are_told(asked: bytes, why: str):
    with pytest.raises(BrokeOff, match=why):
        apart(__name__, asked)


def test_the_asker_shows_meanwhile_that_it_lives():
    beats: list[float] = []
    apart(__name__, b"dawdle", beat=lambda: beats.append(time.monotonic()), every=0.02)
    assert beats


def test_it_ends_when_its_asker_is_killed(tmp_path: Path):
    file = tmp_path / "pid"
    asks = f"apart({__name__!r}, b'linger {file}')"
    code = f"import sys; sys.path[:0] = {sys.path!r}; from putthrough.kit.apart import apart; {asks}"
    with subprocess.Popen([sys.executable, "-c", code]) as asker:
        assert until(lambda: file.exists() and file.read_text())
        asker.kill()
    assert until(lambda: not is_at_work(int(file.read_text())))


def is_at_work(pid: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_an_asker_that_gives_up_leaves_nobody_at_work():
    def give_up() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apart(__name__, b"dawdle", beat=give_up, every=0.02)
