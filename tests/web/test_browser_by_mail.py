"""The page behind a link in a mail to a colleague, and what is kept of their mails, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from putthrough.channels.contract import Arrived
from putthrough.conversations.models import Conversation
from putthrough.intake.actions import keep
from putthrough.intake.models import Arrival
from putthrough.kit.time import now
from putthrough.plainmail.models import Answer, Notice
from putthrough.plainmail.tokens import LINK, token
from tests.cast import POTHOLE, Cast, resident_writes
from tests.web.test_browser import cast, faultless, sign_in

__all__ = ["cast"]
pytestmark = pytest.mark.browser


def mailed(cast: Cast, row: Conversation) -> Notice:
    moment = now()
    return Notice.objects.create(
        conversation=row,
        person=cast.harriet,
        recipient=cast.harriet.email,
        event="entry:1",
        state=Notice.State.SENT,
        next_attempt_at=moment,
        made_at=moment,
        expires_at=moment + timedelta(days=1),
    )


@pytest.mark.parametrize("width", [1440, 320])
def test_the_page_behind_the_link(cast: Cast, live_server: LiveServer, page: Page, width: int) -> None:
    row = resident_writes(POTHOLE)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/by-mail/{token(mailed(cast, row).pk, LINK)}/not-mine")
    faultless(page)
    page.get_by_label("Why it is not yours").fill("The county has it.")
    page.get_by_role("button", name="Send it back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It went back. Thank you.")
    faultless(page)
    row.refresh_from_db()
    assert row.owner == cast.triage


@pytest.mark.parametrize("width", [1440, 320])
def test_what_was_kept_goes_into_the_reply(cast: Cast, live_server: LiveServer, page: Page, width: int) -> None:
    row = resident_writes(POTHOLE)
    keep([(cast.account.pk, Arrived("mail", b"?"))])
    arrival = Arrival.objects.get(external_id="mail")
    Arrival.objects.filter(pk=arrival.pk).update(state=Arrival.State.ANSWER)
    kept = {"text": "A crew comes on Friday.", "state": Answer.State.KEPT, "words": "a document came with it"}
    Answer.objects.create(arrival=arrival, notice=mailed(cast, row), key="k", writer="h@x.example", at=now(), **kept)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server, cast.harriet.email)
    page.goto(f"{live_server.url}/conversations/{row.pk}")
    faultless(page)
    page.get_by_role("button", name="Put it into my reply").click()
    expect(page.get_by_label("Your reply")).to_have_value("A crew comes on Friday.")
    page.get_by_text("Answers given to messages like this").click()
    expect(page.locator("#suggested")).to_contain_text("Nothing like it was answered before")
    page.goto(f"{live_server.url}/conversations/{row.pk}/suggested")
    faultless(page)
