"""A nervous writer and the colleague who looks, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from putthrough.replies.models import Trust
from tests.cast import POTHOLE, Cast, person, resident_writes
from tests.web.test_browser import cast, faultless, sign_in

__all__ = ["cast"]
pytestmark = pytest.mark.browser
DOUBTFUL = "We guarantee that it is mended by Friday. As we told you before, ring me on 07700 900123."


@pytest.mark.parametrize("width", [1440, 320])
def test_findings_show_while_writing_and_a_colleague_decides(
    cast: Cast, live_server: LiveServer, page: Page, width: int
) -> None:
    hugh = person("Hugh Penrose", cast.harriet.role, cast.highways)
    Trust.objects.filter(user=cast.harriet).update(step=Trust.Step.CHECKED)
    row = resident_writes(POTHOLE, private=False)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.harriet.email)
    page.goto(f"{live_server.url}/conversations/{row.pk}")
    page.get_by_label("Your reply").fill(DOUBTFUL)
    expect(page.get_by_role("heading", name="Before you send it")).to_be_visible()
    expect(page.locator("#preview")).to_contain_text("This promises something that you may not be able to keep.")
    faultless(page)
    page.get_by_role("button", name="Have a colleague look at it first").click()
    expect(page.get_by_text("It has not been sent.").first).to_be_visible()
    faultless(page)
    page.context.clear_cookies()
    sign_in(page, live_server, hugh.email)
    page.get_by_role("link", name="To check 1").click()
    faultless(page)
    page.get_by_role("link", name="See how it will appear").click()
    faultless(page)
    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_role("region", name="Just done")).to_contain_text("You approved the answer by Harriet Lowe")


@pytest.mark.parametrize("width", [1440, 320])
def test_the_screens_of_set_up_are_accessible(cast: Cast, live_server: LiveServer, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.clem.email)
    for address in ("/setup/checks", "/setup/trust/", f"/setup/trust/{cast.harriet.pk}"):
        page.goto(f"{live_server.url}{address}")
        faultless(page)
