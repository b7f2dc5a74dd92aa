"""A post to everybody in a real browser: written and approved by two people, at both widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from putthrough.handover.incidents.models import Incident
from putthrough.kit.time import now
from tests.cast import Cast
from tests.web.test_browser import cast, faultless, sign_in

__all__ = ["cast"]
pytestmark = pytest.mark.browser
LINE = "Hello {name}, the main is being mended. We guarantee water by 4pm."


@pytest.mark.parametrize("width", [1440, 320])
def test_one_writes_and_another_approves(cast: Cast, live_server: LiveServer, page: Page, width: int) -> None:
    moment = now()
    values = {"title": "Burst main", "owner": cast.triage, "state": "open", "wordings": [LINE]}
    row = Incident.objects.create(key="i1", opened_at=moment, last_at=moment, **values)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.tess.email)
    page.goto(f"{live_server.url}/incidents/{row.pk}")
    page.get_by_role("button", name="Write one post for everybody").click()
    faultless(page)
    expect(page.get_by_label("What everybody is told")).to_have_value(LINE.replace("{name}", "everybody"))
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Waits to be approved")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, live_server, cast.clem.email)
    page.get_by_role("link", name="Posts 1").click()
    faultless(page)
    page.get_by_role("link", name="Hello everybody").click()
    expect(page.get_by_text("This promises something")).to_be_visible()
    faultless(page)
    page.get_by_role("button", name="Approve it: it may leave").click()
    expect(page.get_by_role("region", name="Just done")).to_contain_text("It is about to leave")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
