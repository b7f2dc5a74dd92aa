"""The overview in a real browser: no fault for those who do not see, and no page wider than its window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from putthrough.directory.models import Organisation
from putthrough.jobs.steps import sweep
from tests.cast import Cast, residents_write
from tests.web.test_browser import cast, faultless, sign_in

__all__ = ["cast"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 320])
def test_a_figure_leads_to_its_list(cast: Cast, live_server: LiveServer, page: Page, width: int) -> None:
    Organisation.objects.update(demo=True)
    residents_write(3)
    sweep()
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.clem.email)
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="The last 28 days")).to_be_visible()
    faultless(page)
    page.get_by_role("link", name="3 waiting for an answer").click()
    expect(page.get_by_role("heading", name="3 conversations waiting for an answer")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(3)
    faultless(page)
    page.get_by_role("link", name="Back to the overview").click()
