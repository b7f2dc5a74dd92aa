"""In a real browser: both texts are previewed while somebody writes, and one press takes it private."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import POTHOLE, Cast, resident_writes, undo_time_is_over
from tests.web.test_browser import cast, faultless, sign_in

__all__ = ["cast"]
pytestmark = pytest.mark.browser


def test_it_is_taken_private_by_one_press(cast: Cast, live_server: LiveServer, page: Page) -> None:
    row = resident_writes(POTHOLE, private=False)
    sign_in(page, live_server, cast.harriet.email)
    page.goto(f"{live_server.url}/conversations/{row.pk}")
    page.get_by_role("link", name="Take it private").click()
    page.get_by_label("First, only to them").fill("Which house is it, please?")
    page.get_by_role("textbox", name="In public").fill("Thank you. We have written to you directly.")
    previews = page.locator("#previews")
    expect(previews).to_contain_text("Which house is it, please?")
    expect(previews).to_contain_text("@rosa Thank you. We have written to you directly.")
    page.set_viewport_size({"width": 320, "height": 900})
    faultless(page)
    page.get_by_role("button", name="Take it private").click()
    expect(page.get_by_role("region", name="Just done")).to_contain_text("The public line follows when it has arrived.")
    undo_time_is_over()
    undo_time_is_over()
    page.reload()
    expect(page.get_by_role("region", name="Taken private")).to_contain_text("Taken private by Harriet Lowe")
    expect(page.get_by_label("Answer in private")).to_be_checked()
    faultless(page)
