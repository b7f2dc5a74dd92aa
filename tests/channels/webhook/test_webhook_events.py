"""What another network may bring: the documented form, signed now, and nothing else."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from putthrough.channels.contract import Change, ChannelError, Incoming, Unreadable, What
from putthrough.channels.webhook import events
from putthrough.channels.webhook.signing import FRESH, Forged, check, sign
from tests.channels.webhook.conftest import SECRET, WebhookRig

SCHEMA = Path(__file__).parents[3] / "docs" / "channels" / "webhook.schema.json"
VALID = Draft202012Validator(json.loads(SCHEMA.read_text()))
AT = "2026-11-24T08:55:00Z"
POST = {"id": "post-17", "at": AT, "contact": "Pat.Lark", "text": "Potholes on Mill Rise.", "private": False}
NOW = 1_764_230_400


def read(rig: WebhookRig, event: dict[str, Any]) -> Incoming | Change:
    (arrived,) = events.split(json.dumps(event).encode())
    return rig.channel.read(rig.account, arrived.raw)


EVENTS = [
    POST,
    {**POST, "type": "message", "name": "Pat", "subject": "Roads", "in_reply_to": "pt-1", "thread": "c-1-x"},
    {**POST, "files": [{"name": "a.txt", "media_type": "text/plain", "content": "aGVsbG8=", "alt": "A word"}]},
    {"type": "edited", "id": "post-17", "at": AT, "text": "Craters."},
    {"type": "withdrawn", "id": "post-17", "at": AT},
    {"type": "liked", "id": "post-17", "at": AT, "by": "sam"},
    {"type": "shared", "id": "post-17", "at": AT, "by": "sam", "taken_back": True},
]


@pytest.mark.parametrize("event", EVENTS)
def test_what_the_document_allows_is_read(rig: WebhookRig, event: dict[str, Any]) -> None:
    VALID.validate(event)
    assert read(rig, event).message_id == "post-17"


@pytest.mark.parametrize(
    "event",
    [
        {**POST, "id": ""},
        {**POST, "contact": 7},
        {**POST, "at": "yesterday"},
        {**POST, "type": "melted"},
        {"type": "liked", "id": "post-17", "at": AT},
        {"type": "edited", "id": "post-17"},
        [],
        "post",
    ],
)
def test_what_it_does_not_allow_is_refused_in_words(rig: WebhookRig, event: Any) -> None:
    assert event == [] or not VALID.is_valid(event) or event["at"] == "yesterday"
    body = json.dumps([event]).encode()
    head = {"putthrough-signature": sign(body, SECRET, at=_now())}
    with pytest.raises((ChannelError, Unreadable)) as caught:
        [rig.channel.read(rig.account, one.raw) for one in rig.channel.accept(rig.account, head, body)]
    assert len(str(caught.value)) > 15


def _now() -> int:
    from putthrough.kit.time import now

    return int(now().timestamp())


def test_the_parts_of_a_message_land_where_they_belong(rig: WebhookRig) -> None:
    one = read(rig, EVENTS[1])
    assert isinstance(one, Incoming)
    assert (one.handle, one.name, one.subject) == ("pat.lark", "Pat", "Roads")
    assert (list(one.refers_to), one.thread, one.starts_anew) == (["pt-1"], "c-1-x", False)


def test_a_file_comes_out_as_it_went_in(rig: WebhookRig) -> None:
    content = bytes(range(256))
    post = {**POST, "files": [{"name": "b", "media_type": "image/png", "content": base64.b64encode(content).decode()}]}
    (arrived,) = events.split(json.dumps(post).encode())
    one = rig.channel.read(rig.account, arrived.raw)
    assert isinstance(one, Incoming)
    assert rig.channel.attachment(rig.account, arrived.raw, one.attachments[0].part) == content
    with pytest.raises(Unreadable):
        rig.channel.attachment(rig.account, arrived.raw, "7")


def test_a_like_is_told_once_each_and_can_be_taken_back(rig: WebhookRig) -> None:
    like = {"type": "liked", "id": "post-17", "at": AT, "by": "sam"}
    again, back, other = {**like, "at": "2026-11-25"}, {**like, "taken_back": True}, {**like, "by": "pat"}
    ids = [events.split(json.dumps(one).encode())[0].external_id for one in (like, again, back, other)]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    change = read(rig, back)
    assert isinstance(change, Change)
    assert (change.what, change.amount) == (What.LIKED, -1)


@given(st.binary(max_size=200))
def test_whatever_is_brought_is_read_or_refused_in_words(body: bytes) -> None:
    with suppress(Unreadable):
        assert all(one.external_id for one in events.split(body))


def test_a_signature_is_of_this_secret_this_body_and_now() -> None:
    header = sign(b"{}", SECRET, at=NOW)
    check(header, b"{}", ["", SECRET], now=NOW + FRESH)
    check(f"{header},v1=00", b"{}", ["the new secret", SECRET], now=NOW - FRESH)
    for body, secret, now in ((b"{ }", SECRET, NOW), (b"{}", "guessed", NOW), (b"{}", SECRET, NOW + FRESH + 1)):
        with pytest.raises(Forged):
            check(header, body, [secret], now=now)


@pytest.mark.parametrize("header", ["", "v1=00", "t=,v1=00", "t=now,v1=00", "t=1,t=2,v1=00", "t=99999999999999,v1=0"])
def test_what_is_no_signature_is_none(header: str) -> None:
    with pytest.raises(Forged):
        check(header, b"{}", [SECRET, ""], now=NOW)


def test_an_account_without_a_secret_lets_nobody_in() -> None:
    with pytest.raises(Forged):
        check(sign(b"{}", "", at=NOW), b"{}", ["", ""], now=NOW)
