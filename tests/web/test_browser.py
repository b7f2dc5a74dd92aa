"""What only a real browser can show: that the quick ways work, and that a screen reader would find its way."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from putthrough.audit.chain import GENESIS
from putthrough.audit.models import Head
from putthrough.deadlines.actions import begin
from tests.cast import PASSWORD, POTHOLE, UNSURE, Cast, raise_the_curtain, resident_writes

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The last test's flush took away the end of the audit chain, but not the words in the search index."""
    Head.objects.get_or_create(pk=1, defaults={"hash": GENESIS})
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO message_words(message_words) VALUES ('delete-all')")
    return raise_the_curtain()


def sign_in(page: Page, server: LiveServer, email: str) -> None:
    page.goto(f"{server.url}/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_preview_and_draft_come_while_writing(cast: Cast, live_server: LiveServer, page: Page) -> None:
    row = resident_writes(POTHOLE)
    sign_in(page, live_server, cast.harriet.email)
    page.goto(f"{live_server.url}/conversations/{row.pk}")
    page.get_by_label("Your reply").press_sequentially("A crew comes tomorrow.")
    expect(page.get_by_text("Draft saved at")).to_be_visible()
    expect(page.locator("#preview")).to_contain_text("Only @rosa will see this")
    expect(page.locator("#preview")).to_contain_text("A crew comes tomorrow.")
    page.get_by_role("button", name="Send to Rosa Penn").click()
    page.get_by_role("region", name="Just done").get_by_role("button", name="Stop it").click()
    expect(page.get_by_label("Your reply")).to_have_value("A crew comes tomorrow.")


def test_passing_on_by_typing_and_choosing(cast: Cast, live_server: LiveServer, page: Page) -> None:
    row = resident_writes(POTHOLE)
    sign_in(page, live_server, cast.harriet.email)
    page.goto(f"{live_server.url}/conversations/{row.pk}")
    page.get_by_text("Wrong team? Pass it on").click()
    page.get_by_label("Who is it for?").press_sequentially("bin")
    page.get_by_label("Missed bin collections").check()
    page.get_by_role("button", name="Pass it on").click()
    expect(page.get_by_role("region", name="Just done")).to_contain_text("went to Waste and recycling")


@pytest.mark.parametrize("width", [1440, 320])
def test_each_screen_is_accessible(cast: Cast, live_server: LiveServer, page: Page, width: int) -> None:
    row = resident_writes(POTHOLE)
    resident_writes(UNSURE, handle="@tom", private=False)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.tess.email)
    page.goto(f"{live_server.url}/triage")
    faultless(page)
    page.context.clear_cookies()
    sign_in(page, live_server, cast.harriet.email)
    clock = begin(row, "foia", received_at=row.opened_at)
    timed = ("/deadlines", "/deadlines/calendars", f"/clocks/{clock.pk}")
    for address in ("/", f"/conversations/{row.pk}", *timed, "/search?q=wheel", "/preferences", "/nowhere"):
        page.goto(f"{live_server.url}{address}")
        faultless(page)


def faultless(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is wider than its window"
