"""The running demo is killed again and again while residents write to it and staff answer: nothing may be lost, and
nothing may be answered twice.

Nothing here is simulated: real processes, SIGKILL, SMTP both ways, the API. A resident's mail server tries again until
it is told 250, as all do; a colleague whose press came to nothing presses again.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError

from putthrough.demo.postbox import PostBox
from tests.journey import taught
from tests.journey.demo import PUTTHROUGH, Demo, bare_environment, until

STAFF = "harriet.holm@ambleford.example"
UNDONE = ("held", "leaving")  # answers that somebody pressed and that have come to no end yet
IN_DOUBT = ("sending", "uncertain", "failed")  # a person decides about these: they are not sent again by themselves


@dataclass
class Letter:
    """What a resident wrote; ``taken`` once the mail server has said 250."""

    number: int
    taken: bool = False

    @property
    def word(self) -> str:
        return f"kestrel{self.number:05}"


@dataclass
class Chaos:
    """One history. ``seed`` decides what is done when; what the processes make of it differs from run to run.
    ``learns``: it is taught, too, which takes minutes."""

    folder: Path
    seed: int
    learns: bool = False
    letters: list[Letter] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    kills: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.demo = Demo(self.folder / "demo")
        self._lock = threading.Lock()
        self.post_box = PostBox(keep=self._leaves)

    def run(self, seconds: float) -> None:
        """Raises AssertionError when something was lost or done twice."""
        self.post_box.start()
        try:
            self._start()
            self.key = self._key()
            if self.learns:
                taught.teach(self)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                self._act()
            self._calm()
            if self.learns:
                taught.calm(self)
        finally:
            self.demo.stop()
            self.post_box.stop()
        self.check()

    def _start(self) -> None:
        self.demo.start("--relay", f"127.0.0.1:{self.post_box.port}")

    def _key(self) -> str:
        return self.said("key", STAFF, "--name", "chaos").stdout.strip()

    def said(self, *command: str) -> subprocess.CompletedProcess[str]:
        asked = [str(PUTTHROUGH), *command]
        return subprocess.run(asked, env=self._environment(), capture_output=True, text=True, check=False)

    def _environment(self) -> dict[str, str]:
        return {**bare_environment(), "PUTTHROUGH_DATA": str(self.demo.folder), "DATABASE_URL": ""}

    def _act(self) -> None:
        acts: Sequence[Callable[[], None]] = (self._write, self._answer, self.kill)
        self.chance.choices(acts, weights=(12, 8, 1))[0]()
        time.sleep(self.chance.random() * 0.1)

    def _write(self) -> None:
        waiting = [letter for letter in self.letters if not letter.taken]
        if not waiting or self.chance.random() < 0.7:
            self.letters.append(Letter(len(self.letters)))
            waiting = self.letters[-1:]
        self._send(waiting[0])

    def _send(self, letter: Letter) -> None:
        try:
            self.demo.write(
                f"There is a deep pothole in the road by {letter.word}.", subject=letter.word, number=letter.number
            )
        except OSError:
            return  # it comes again
        letter.taken = True

    def _answer(self) -> None:
        text = f"Thank you, we are on it. heron{len(self.pressed):05}"
        try:
            found = self.demo.ask("/api/v1/conversations?limit=20", token=self.key)["items"]
            if found:
                one = self.chance.choice(found)["id"]
                self.demo.ask(f"/api/v1/conversations/{one}/reply", token=self.key, post={"text": text})
                self.pressed.append(text)
        except HTTPError as refused:
            if refused.code != HTTPStatus.CONFLICT:
                raise
        except (OSError, HTTPException):
            self.pressed.append("")  # whether it was taken is not known; the number is used up

    def kill(self) -> None:
        time.sleep(self.chance.random() * 0.3)
        self.demo.kill()
        self.kills += 1
        self._start()

    def _leaves(self, raw: bytes, mail_from: str, recipients: list[str]) -> None:
        with self._lock:
            self.left[raw.decode().partition("heron")[2][:5]] += 1

    def _calm(self) -> None:
        """Nobody is killed any more: every letter is taken, filed and every answer comes to an end."""
        for letter in self.letters:
            until(lambda letter=letter: letter.taken or self._send(letter))
        assert until(lambda: not self.rows("SELECT 1 FROM intake_arrival WHERE state = 'new'")), "it is not filed"
        held = f"SELECT 1 FROM replies_reply WHERE state IN {UNDONE}"
        doubt = f"AND id NOT IN (SELECT reply_id FROM delivery_delivery WHERE state IN {IN_DOUBT})"
        assert until(lambda: not self.rows(f"{held} {doubt}")), "an answer has not left"

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.demo.folder / "putthrough.sqlite3", timeout=30)) as base:
            return base.execute(sql, values).fetchall()

    def check(self) -> None:
        kept = Counter(
            str(row[0]) for row in self.rows("SELECT subject FROM conversations_message WHERE direction = 'in'")
        )
        assert kept == Counter(letter.word for letter in self.letters), "a letter is lost, or there twice"
        assert not self.rows("SELECT 1 FROM intake_arrival WHERE state = 'aside'"), "a good letter was set aside"
        assert max(self.left.values(), default=0) <= 1, f"an answer left twice: {self.left.most_common(3)}"
        for text in filter(None, self.pressed):
            self._came_to_an_end(text)
        if self.learns:
            taught.check(self)
        ended = self.said("audit", "verify")
        assert ended.returncode == 0, ended.stdout

    def _came_to_an_end(self, text: str) -> None:
        """An answer that the API took has left, or is in a person's hands."""
        sql = "SELECT d.state FROM delivery_delivery d JOIN replies_reply r ON r.id = d.reply_id WHERE r.text = ?"
        states = [row[0] for row in self.rows(sql, text)]
        assert len(states) == 1, f"{text!r} has deliveries {states}"
        assert self.left[text[-5:]] == 1 or states[0] in IN_DOUBT, f"{text!r} is called {states[0]} and never left"
