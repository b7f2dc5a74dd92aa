"""Two people at once, each in a browser of their own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from putthrough.directory.models import User
from tests.cast import POTHOLE, Cast, person, resident_writes
from tests.web.test_browser import cast, faultless, sign_in

__all__ = ["cast"]
pytestmark = pytest.mark.browser


def look_again(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def test_two_browsers_see_each_other(cast: Cast, live_server: LiveServer, page: Page, chromium: Browser) -> None:
    row, hal = resident_writes(POTHOLE), person("Hal Best", User.Role.RESPONDER, cast.highways)
    other = chromium.new_context().new_page()
    for one, who in ((page, cast.harriet), (other, hal)):
        sign_in(one, live_server, who.email)
        one.goto(f"{live_server.url}/conversations/{row.pk}")
    expect(other.get_by_text("Harriet Lowe is looking at this too.")).to_be_visible()
    other.get_by_label("Your reply").press_sequentially("A crew")
    expect(other.get_by_text("Draft saved at")).to_be_visible()
    look_again(page)
    expect(page.get_by_text("Hal Best is writing here since")).to_be_visible()
    expect(page.get_by_text("Hal Best is writing an answer here too. Agree which of you sends.")).to_be_visible()
    faultless(page)
    other.get_by_role("button", name="Send to Rosa Penn").click()
    expect(other.get_by_role("region", name="Just done")).to_be_visible()
    look_again(page)
    expect(page.get_by_text("Hal Best is looking at this too.")).to_be_visible()
    expect(page.locator("#presence-hint")).to_be_hidden()
    other.context.close()
