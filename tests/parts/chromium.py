"""The real browser: the system's Chromium, driven by playwright, talking to loopback alone."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.parts import CHROMIUM, NODE, need

OPTIONS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # containers give /dev/shm 64 MB, too little for a page
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
)


def options() -> list[str]:
    """Chromium's sandbox refuses root, who may need no protection from our own pages."""
    return [*OPTIONS, "--no-sandbox"] if os.geteuid() == 0 else [*OPTIONS]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser a test process; skips, or fails under CI, where there is none."""
    path = need(CHROMIUM)
    if NODE.exists():  # playwright's own needs libatomic, which a bare Debian lacks
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(NODE))
    # playwright's own event loop lives in this thread, which Django would take for asynchronous code of ours
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=options())
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page with cookies of its own, the size of a desk's screen."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    yield context.new_page()
    context.close()
