"""At night, on a telephone: the link in an alert, the conversation that it is about, one key for each thing to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from putthrough.handover.alerts.models import Alert
from putthrough.handover.alerts.step import alert
from putthrough.handover.alerts.tokens import token
from putthrough.replies.models import Reply
from tests.cast import POTHOLE, Cast, resident_writes
from tests.web.test_browser import cast, faultless, sign_in

__all__ = ["cast"]
pytestmark = pytest.mark.browser


def test_who_is_told_takes_it_and_holds(cast: Cast, live_server: LiveServer, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    row = resident_writes(f"{POTHOLE} I want to kill myself tonight.", private=False)
    while alert():
        pass
    telling = Alert.objects.get().tellings.filter(user=cast.harriet)[0]
    page.goto(f"{live_server.url}/alerts/{token(telling.pk)}")
    faultless(page)
    cast.harriet.keys_on = True
    cast.harriet.save()
    sign_in(page, live_server, cast.harriet.email)
    page.goto(f"{live_server.url}/conversations/{row.pk}")
    faultless(page)
    page.keyboard.press("i")
    expect(page.get_by_text("You have had it since")).to_be_visible()
    page.keyboard.press("y")
    expect(page.get_by_text("The holding words are on their way")).to_be_visible()
    assert "999" in Reply.objects.get(state=Reply.State.HELD).text
    faultless(page)
    page.goto(f"{live_server.url}/alerts/{token(telling.pk)}")
    expect(page.get_by_text("You have it.")).to_be_visible()
