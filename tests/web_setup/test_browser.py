"""Set-up and rehearsal in a real browser: nothing that axe minds, and nothing wider than a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import Cast, resident_writes
from tests.web.test_browser import cast, faultless, sign_in

__all__ = ["cast"]

pytestmark = pytest.mark.browser

_PARTS = (
    "services/",
    "teams/",
    "places/",
    "people/",
    "rules/",
    "routing",
    "accounts/",
    "plain-email",
    "organisation",
    "health",
    "retention/",
    "retention/keep",
)
_FORMS = ("services/new", "services/import", "teams/new", "people/new", "rules/new", "accounts/new")
_PLACES = ("places/new", "places/import", "places/clear", "places/?q=nothing")
_ALERTS = ("alerts/", "alerts/new", "alerts/settings")
_CLOCKS = (
    "deadlines/",
    "deadlines/foia",
    "deadlines/policy",
    "deadlines/days/",
    "deadlines/days/new",
    "deadlines/named/",
)


@pytest.mark.parametrize("width", [1440, 320])
def test_each_screen_of_set_up_is_accessible(cast: Cast, live_server: LiveServer, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.ada.email)
    account = f"accounts/{cast.account.pk}"
    for address in ("", *_PARTS, *_FORMS, *_PLACES, *_CLOCKS, *_ALERTS, "accounts/new?channel=email", account):
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
def test_importing_places_is_accessible(cast: Cast, live_server: LiveServer, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.ada.email)
    for raw, end in (
        (b"street,ward,area,service,team\nMill Lane,,North,,\nLarch Road,,South,,nobody\n", "was not imported"),
        (b"street,ward,area,USRN\nMill Lane,Eastfield,North,7\nLarch Road,,South,8\n", "would do"),
    ):
        page.goto(f"{live_server.url}/setup/places/import")
        page.get_by_label("A CSV file").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": raw})
        page.get_by_role("button", name="Show what it would do").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(end)
        faultless(page)
    page.get_by_role("button", name="Import these").click()
    expect(page.get_by_text("There are 2 places in 2 areas.")).to_be_visible()
    faultless(page)


@pytest.mark.parametrize("width", [1440, 320])
def test_the_rehearsal_network_is_accessible(cast: Cast, live_server: LiveServer, page: Page, width: int) -> None:
    resident_writes("Is anybody there?", private=False)
    resident_writes("Only for you.", handle="@kit", name="Kit Vane")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.harriet.email)
    page.goto(f"{live_server.url}/rehearsal/")
    faultless(page)
