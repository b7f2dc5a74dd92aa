"""The same against a real server that speaks the Mastodon API."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from putthrough.channels.contract import AccountView, ChannelError, Incoming, Outgoing
from putthrough.channels.mastodon import CHANNEL
from tests.parts import SNAC, need
from tests.parts.snac import Snac

POTHOLE = "There are potholes on Mill Rise, see https://council.example/a/rather/long/path?with=query#part"
ANSWER = "Thank you. We mend it on Friday."


@pytest.fixture(scope="module")
def snac() -> Iterator[Snac]:
    need(SNAC)
    server = Snac()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def borough(snac: Snac) -> AccountView:
    return snac.account("borough")


@pytest.fixture(scope="module")
def pat(snac: Snac) -> AccountView:
    return snac.account("pat")


def writes(account: AccountView, text: str, **more: str) -> str:
    headers = {"Authorization": f"Bearer {account.credentials['access_token']}"}
    url = f"{account.settings['instance']}/api/v1/statuses"
    answer = httpx.post(url, json={"status": text, **more}, headers=headers)
    return str(answer.json()["id"])


def arrives(account: AccountView, words: str, cursor: Mapping[str, Any]) -> tuple[Incoming, Mapping[str, Any]]:
    """What was written with these words, within the ten seconds that the server takes to hand it on."""
    for _ in range(150):
        for batch in CHANNEL.receive(account, cursor):
            cursor = batch.cursor
            for one in batch.arrived:
                read = CHANNEL.read(account, one.raw)
                if isinstance(read, Incoming) and words in read.text:
                    return read, cursor
        time.sleep(0.1)
    raise AssertionError(f"{words!r} never arrived.")


def test_a_mention_is_answered_and_the_thanks_point_to_the_answer(borough: AccountView, pat: AccountView) -> None:
    writes(pat, f"@borough {POTHOLE}")
    one, cursor = arrives(borough, "Mill Rise", {})
    assert one.text == f"@borough@{borough.address.rpartition('@')[2]} {POTHOLE}"
    assert (one.handle, one.private, one.own) == (pat.address, False, False)
    leaving = Outgoing(to=one.handle, text=ANSWER, private=False, message_id="r-1", in_reply_to=one.message_id)
    assert CHANNEL.read_back(borough, leaving) is None
    receipt = CHANNEL.send(borough, leaving)
    found = CHANNEL.read_back(borough, leaving)
    assert found is not None
    assert found.external_id == receipt.external_id
    writes(pat, "@borough Thank you!", in_reply_to_id=receipt.external_id)
    thanks, _ = arrives(borough, "Thank you!", cursor)
    assert list(thanks.refers_to) == [receipt.external_id]


def test_every_line_of_the_connections_test_works(borough: AccountView) -> None:
    lines = CHANNEL.test(borough)
    assert all(line.works for line in lines)
    assert f"Signed in as {borough.address}." in lines[0].words


def test_a_sign_in_that_the_server_does_not_know_says_so(borough: AccountView) -> None:
    stranger = AccountView(1, "mastodon", borough.address, "x", borough.settings, {"access_token": "made-up"})
    with pytest.raises(ChannelError, match="Sign in again") as caught:
        list(CHANNEL.receive(stranger, {}))
    assert caught.value.permanent
