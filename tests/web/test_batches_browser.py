"""Ticking rows by key and by hand, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from putthrough.conversations.models import Tag
from tests.cast import Cast, residents_write
from tests.web.test_browser import cast, faultless, sign_in

__all__ = ["cast"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 320])
def test_rows_are_ticked_by_key_and_passed_on_together(
    cast: Cast, live_server: LiveServer, page: Page, width: int
) -> None:
    residents_write(3)
    Tag.objects.create(name="Flooding")
    cast.harriet.keys_on = True
    cast.harriet.save()
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.harriet.email)
    faultless(page)
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.get_by_text("2 chosen")).to_be_visible()
    page.get_by_label("Team that they go to").select_option(label="Waste and recycling")
    page.get_by_role("button", name="Pass on").click()
    expect(page.get_by_text("2 conversations: passed on")).to_be_visible()
    faultless(page)
    page.get_by_role("button", name="Take it all back").click()
    expect(page.get_by_text("2 conversations: taken back")).to_be_visible()
    page.get_by_role("link", name="Back to the list").click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
