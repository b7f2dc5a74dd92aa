"""The demo as a newcomer meets it: the real process, a real email, the browser, the answer by SMTP, stop and start."""

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
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PUTTHROUGH = Path(sys.executable).with_name("putthrough")
PATIENCE = 60.0
WIDTHS = (1440, 768, 320)
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


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
                env={key: value for key, value in os.environ.items() if not key.startswith(("PUTTHROUGH", "DATABASE"))},
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

    def write(self, text: str, *, subject: str, number: int) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "Nia Newcomer <nia@post.example>", self.about["address"], subject
        mail["Message-ID"] = f"<nia-{number}@post.example>"
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, local_hostname="localhost", timeout=10) as server:
            server.send_message(mail)

    def ask(self, address: str) -> dict[str, Any]:
        request = Request(
            f"{self.about['url']}{address}", headers={"Authorization": f"Bearer {self.about['api_token']}"}
        )
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


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path / "demo")
    running.start()
    yield running
    running.stop()


def sign_in(page: Page, demo: Demo, name: str) -> None:
    [user] = [user for user in demo.about["users"] if user["email"].startswith(name)]
    page.goto(demo.about["url"] + "/sign-in")
    page.get_by_label("Email address").fill(user["email"])
    page.get_by_label("Password").fill(user["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def look(page: Page) -> None:
    """Nothing for axe to find, nothing wider than the screen, at each width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page)
        assert found.violations_count == 0, f"{page.url} at {width}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} at {width}"
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_newcomers_letter_is_put_through_passed_on_and_answered(demo: Demo, page: Page) -> None:
    demo.write("Good morning, there is a pothole in Mill Lane.", subject="Pothole", number=1)
    [item] = until(lambda: demo.ask("/api/v1/conversations?q=pothole")["items"], patience=5)
    assert (item["owner"]["team"], item["decision"]["lgsl"]) == ("Highways", 557)
    assert item["decision"]["reason"]

    sign_in(page, demo, "harriet")
    look(page)
    page.get_by_role("link", name="Pothole").click()
    expect(page.get_by_text("there is a pothole in Mill Lane")).to_be_visible()
    look(page)
    page.get_by_text("Wrong team? Pass it on").click()
    page.get_by_label("Who is it for?").press_sequentially("missed bin")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Pass it on").click()
    expect(page.get_by_role("region", name="Just done")).to_be_visible()
    page.get_by_role("button", name="Log out").click()

    sign_in(page, demo, "wilf")
    page.get_by_role("link", name="Pothole").click()
    page.get_by_label("Your reply").fill("Thank you, Nia. We are sending somebody.")
    page.get_by_role("button", name="Send to Nia Newcomer").click()
    look(page)
    [letter] = until(demo.letters, patience=30)
    assert letter["To"] == "Nia Newcomer <nia@post.example>"
    assert letter["In-Reply-To"] == "<nia-1@post.example>"
    assert "We are sending somebody." in letter.get_content()


def test_the_same_journey_on_the_rehearsal_network(demo: Demo, page: Page) -> None:
    sign_in(page, demo, "harriet")
    page.get_by_role("link", name="Rehearsal").click()
    look(page)
    page.goto(demo.about["url"] + "/rehearsal/")
    page.locator("main textarea").first.fill("@ambleford there is a deep pothole in our street")
    page.get_by_role("button", name="Post").first.click()
    [item] = until(lambda: demo.ask("/api/v1/conversations?q=pothole")["items"], patience=5)
    assert (item["channel"], item["owner"]["team"]) == ("rehearsal", "Highways")
    page.goto(f"{demo.about['url']}/conversations/{item['id']}")
    expect(page.get_by_text("Everybody on the rehearsal network will see this").first).to_be_visible()
    page.get_by_label("Your reply").fill("A crew comes tomorrow.")
    page.get_by_role("button", name="Send to").click()
    until(lambda: _on_network(page, demo, "A crew comes tomorrow."), patience=30)
    expect(page.get_by_text("A crew comes tomorrow.").first).to_be_visible()


def _on_network(page: Page, demo: Demo, text: str) -> bool:
    page.goto(demo.about["url"] + "/rehearsal/")
    return page.get_by_text(text).count() > 0


def test_ctrl_c_stops_it_the_data_stays_and_fresh_starts_over(demo: Demo) -> None:
    demo.write("The street light outside my house is out.", subject="Street light", number=1)
    until(lambda: demo.ask("/api/v1/conversations?q=light")["items"], patience=5)
    assert demo.stop() == 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", demo.port), timeout=2)
    demo.start()
    assert len(demo.ask("/api/v1/conversations?q=light")["items"]) == 1
    assert demo.stop() == 0
    demo.start("--fresh")
    assert demo.ask("/api/v1/conversations?q=light")["items"] == []


def test_a_folder_that_is_no_demo_is_never_deleted(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    asked = [PUTTHROUGH, "demo", "--data", str(mine), "--fresh", "--port", "0", "--smtp-port", "0"]
    ended = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "not a demo's folder" in ended.stderr
    assert (mine / "thesis.txt").read_text() == "years of work"


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        asked = [PUTTHROUGH, "demo", "--data", str(tmp_path / "demo"), "--port", str(taken.getsockname()[1])]
        ended = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "--port" in ended.stderr
