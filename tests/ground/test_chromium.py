"""The browser is real, shows what this machine serves, and finds nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error

pytestmark = pytest.mark.browser


def test_the_browser_shows_a_page(page):
    page.set_content("<h1>Pothole on Mill Lane</h1>")
    assert page.get_by_role("heading").inner_text() == "Pothole on Mill Lane"


def test_the_browser_stays_on_this_machine(page):
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.test/")
