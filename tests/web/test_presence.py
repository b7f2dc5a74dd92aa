from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from putthrough.conversations import presence
from putthrough.conversations.models import Conversation, Presence
from putthrough.directory.models import User
from tests.cast import POTHOLE, Cast, person, resident_writes, residents_write, signed_in_as


def colleague(cast: Cast) -> User:
    return person("Hal Best", User.Role.RESPONDER, cast.highways)


def opened(client: Client, row: Conversation) -> str:
    return client.get(f"/conversations/{row.pk}").content.decode()


def told(client: Client, row: Conversation, shown: str = "") -> Any:
    return client.post(f"/conversations/{row.pk}/presence", {"shown": shown})


def shown(text: str) -> str:
    found = re.search(r'name="shown" value="(\w+)"', text)
    assert found is not None
    return found[1]


def test_without_a_script_the_page_itself_says_who_is_here(cast: Cast) -> None:
    row, hal = resident_writes(POTHOLE), colleague(cast)
    told(signed_in_as(hal), row)
    assert "Hal Best is looking at this too." in opened(signed_in_as(cast.harriet), row)
    signed_in_as(hal).post(f"/conversations/{row.pk}/draft", {"text": "A crew comes on Friday."})
    text = opened(signed_in_as(cast.harriet), row)
    assert re.search(r"Hal Best is writing here since \d\d:\d\d\.", text)
    assert "Agree which of you sends" in text
    assert "A crew comes on Friday" not in text
    assert "Hal Best is writing" in signed_in_as(cast.harriet).get("/").content.decode()
    assert "is writing" not in signed_in_as(hal).get("/").content.decode()


def test_an_open_page_is_told_only_what_is_new(cast: Cast) -> None:
    row, hal = resident_writes(POTHOLE), colleague(cast)
    client = signed_in_as(cast.harriet)
    before = shown(opened(client, row))
    assert told(client, row, before).status_code == 204
    told(signed_in_as(hal), row)
    answer = told(client, row, before).content.decode()
    assert "Hal Best is looking" in answer
    assert told(client, row, shown(answer)).status_code == 204


def test_opening_a_page_writes_nothing(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    opened(signed_in_as(cast.harriet), row)
    assert not Presence.objects.exists()


def test_sending_while_somebody_writes_is_hinted_at_and_goes_all_the_same(cast: Cast) -> None:
    row, hal = resident_writes(POTHOLE), colleague(cast)
    presence.write(row, by=hal)
    client = signed_in_as(cast.harriet)
    client.post(f"/conversations/{row.pk}/draft", {"text": "We mend it"})
    sent = {"text": "We mend it on Friday.", "verb": "send"}
    answer = client.post(f"/conversations/{row.pk}/reply", sent, follow=True).content.decode()
    assert "Hal Best is writing an answer here too. Tell them that yours goes, or stop it." in answer
    assert "Your answer to Rosa Penn leaves at" in answer
    assert presence.writers(hal, [row]) == {}


def test_nobody_without_access_is_told_or_noted(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    presence.look(row, by=cast.harriet)
    assert told(signed_in_as(cast.wilf), row).status_code == 404
    assert Presence.objects.count() == 1


def test_a_list_asks_once_however_many_write(cast: Cast) -> None:
    hal, client = colleague(cast), signed_in_as(cast.harriet)
    residents_write(12)
    rows = list(Conversation.objects.all())

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/")
        return len(caught)

    before = statements()
    for row in rows:
        presence.write(row, by=hal)
    assert statements() == before
    assert client.get("/").content.decode().count("Hal Best is writing") == 12
