"""A running demo as a process of its own, and its residents: what tests of the whole product stand on."""

from __future__ import annotations

import email
import email.policy
import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

PUTTHROUGH = Path(sys.executable).with_name("putthrough")
PATIENCE = 60.0


def bare_environment() -> Mapping[str, str]:
    """Without the settings of the test run around it."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PUTTHROUGH", "DATABASE", "DJANGO"))}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Demo:
    """A running demo in a folder; ``start`` again after ``stop`` finds its data."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.smtp_port = folder, free_port(), free_port()
        self.log = folder.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def about(self) -> dict[str, Any]:
        about: dict[str, Any] = json.loads((self.folder / "demo.json").read_text())
        return about

    def start(self, *options: str) -> None:
        command = [PUTTHROUGH, "demo", "--port", str(self.port), "--smtp-port", str(self.smtp_port)]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "--data", str(self.folder), "--no-messages", *options],
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=bare_environment(),
            )
        until(lambda: "Ready: " in self.said() or self._process is None or self._process.poll() is not None)
        assert "Ready: " in self.said(), self.said()

    def said(self) -> str:
        return self.log.read_text()

    def stop(self) -> int:
        """Ctrl-C in the terminal: the whole group hears it. Returns the exit status."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGINT)
        return self._process.wait(timeout=20)

    def kill(self) -> None:
        """The power goes: no process of it gets to say anything more."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=20)

    def write(self, text: str, *, subject: str, number: int) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "Nia Newcomer <nia@post.example>", self.about["address"], subject
        mail["Message-ID"] = f"<nia-{number}@post.example>"
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, local_hostname="localhost", timeout=10) as server:
            server.send_message(mail)

    def ask(self, address: str, *, token: str = "", post: Mapping[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token or self.about['api_token']}", "Content-Type": "application/json"}
        data = None if post is None else json.dumps(post).encode()
        request = Request(f"{self.about['url']}{address}", headers=headers, data=data)
        with urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def letters(self) -> list[EmailMessage]:
        files = sorted((self.folder / "postbox").glob("*.eml"))
        found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return [letter for letter in found if isinstance(letter, EmailMessage)]


def until(true: Callable[[], Any], *, patience: float = PATIENCE) -> Any:
    give_up = time.monotonic() + patience
    while not (found := true()) and time.monotonic() < give_up:
        time.sleep(0.05)
    return found
