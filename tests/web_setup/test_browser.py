"""Set-up and rehearsal in a real browser: nothing that axe minds, and nothing wider than a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.cast import Cast, resident_writes
from tests.web.test_browser import cast, faultless, sign_in

__all__ = ["cast"]

pytestmark = pytest.mark.browser

_PARTS = ("services/", "teams/", "people/", "rules/", "routing", "accounts/", "organisation", "health")
_FORMS = ("services/new", "services/import", "teams/new", "people/new", "rules/new", "accounts/new")


@pytest.mark.parametrize("width", [1440, 320])
def test_each_screen_of_set_up_is_accessible(cast: Cast, live_server: LiveServer, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.ada.email)
    account = f"accounts/{cast.account.pk}"
    for address in ("", *_PARTS, *_FORMS, "accounts/new?channel=email", account):
        page.goto(f"{live_server.url}/setup/{address}")
        faultless(page)


def test_a_form_with_something_to_mend_is_accessible(cast: Cast, live_server: LiveServer, page: Page) -> None:
    sign_in(page, live_server, cast.ada.email)
    for address, button in (
        ("services/new", "Save the service"),
        ("rules/new", "Try it"),
        ("people/new", "Save the person"),
    ):
        page.goto(f"{live_server.url}/setup/{address}")
        page.get_by_role("button", name=button).click()
        assert page.get_by_role("alert").is_visible()
        faultless(page)


@pytest.mark.parametrize("width", [1440, 320])
def test_the_rehearsal_network_is_accessible(cast: Cast, live_server: LiveServer, page: Page, width: int) -> None:
    resident_writes("Is anybody there?", private=False)
    resident_writes("Only for you.", handle="@kit", name="Kit Vane")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.harriet.email)
    page.goto(f"{live_server.url}/rehearsal/")
    faultless(page)
