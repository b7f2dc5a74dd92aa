"""The demo as a newcomer meets it: the real process, a real email, the browser, the answer by SMTP, stop and start."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journey.demo import PUTTHROUGH, Demo, until

WIDTHS = (1440, 768, 320)
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("shared") / "demo")
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
    page.goto(demo.about["url"] + "/sign-in")
    look(page)
    page.get_by_role("button", name="Harriet Holm").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.get_by_role("link", name="Rehearsal").click()
    look(page)
    page.goto(demo.about["url"] + "/rehearsal/")
    page.locator("main textarea").first.fill("@ambleford there is a deep trench in our street, a pothole really")
    page.get_by_role("button", name="Post").first.click()
    [item] = until(lambda: demo.ask("/api/v1/conversations?q=trench")["items"], patience=5)
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


def test_ctrl_c_stops_it_the_data_stays_and_fresh_starts_over(tmp_path: Path) -> None:
    demo = Demo(tmp_path / "demo")
    demo.start()
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
    assert demo.stop() == 0


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
