"""Asking X: oldest first, no page lost, nothing twice, X's own limits kept, and each read counted."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from itertools import pairwise

import pytest

from putthrough.channels.contract import AccountView, ChannelError
from putthrough.channels.x import CHANNEL
from tests.channels.x.conftest import account_at, taken
from tests.doubles.x import US, Fault, X


def test_pages_come_oldest_first_and_none_is_lost(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    ids = [double.post(pat, f"@council number {number}") for number in range(250)]
    batches = list(CHANNEL.receive(account, {}))
    assert [one.external_id for batch in batches for one in batch.arrived] == [f"post-{key}" for key in ids]
    assert max(len(batch.arrived) for batch in batches) <= 100


def test_it_is_safe_to_stop_after_any_batch(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    ids = [f"post-{double.post(pat, f'@council number {number}')}" for number in range(230)]
    ids += [f"dm-{double.message(pat, f'number {number}')}" for number in range(130)]
    cursor: dict[str, object] = {}
    seen: list[str] = []
    for _ in range(6):
        for batch in CHANNEL.receive(account, json.loads(json.dumps(cursor))):
            seen += [one.external_id for one in batch.arrived]
            cursor = dict(batch.cursor)
            if batch.arrived:
                break
    assert seen == ids


def test_nothing_new_is_handed_over_twice(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    double.post(pat, "@council one")
    double.message(pat, "two")
    first, cursor = taken(account)
    again, cursor = taken(account, cursor)
    assert (len(first), len(again)) == (2, 0)
    newest = double.post(pat, "@council three")
    assert [one.external_id for one in taken(account, cursor)[0]] == [f"post-{newest}"]


def test_a_post_that_x_shows_late_is_not_lost(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    late = double.post(pat, "@council I was slow")
    hidden = double.posts.pop(late)
    double.post(pat, "@council I was quick")
    _, cursor = taken(account)
    double.posts[late] = hidden
    arrived, cursor = taken(account, cursor)
    assert [one.external_id for one in arrived] == [f"post-{late}"]
    assert taken(account, cursor)[0] == []


def test_when_it_breaks_off_between_pages_nothing_is_lost(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    ids = [f"post-{double.post(pat, f'@council number {number}')}" for number in range(150)]
    answers = iter(CHANNEL.receive(account, {}))
    next(answers)
    double.order("read", Fault(503))
    with pytest.raises(ChannelError, match="trouble of its own") as caught:
        list(answers)
    assert not caught.value.permanent
    assert [one.external_id for one in taken(account)[0]] == ids


def test_ten_thousand_come_in_bounded_pages() -> None:
    double = X(timeline=20_000)
    try:
        pat = double.person("Pat")
        ids = [double.post(pat, "@council a burst") for _ in range(10_000)]
        batches = list(CHANNEL.receive(account_at(double), {}))
        assert [one.external_id for batch in batches for one in batch.arrived] == [f"post-{key}" for key in ids]
        assert max(len(batch.arrived) for batch in batches) <= 100
        assert max(len(json.dumps(batch.cursor)) for batch in batches) < 60_000
    finally:
        double.stop()


def test_a_new_account_begins_a_week_back(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    month = str((int(time.time() * 1000) - 20 * 86400_000 - 1288834974657) << 22)
    double.posts[month] = {"id": month, "author_id": pat, "edit_history_tweet_ids": [month], "text": "@council old"}
    double.posts[month]["entities"] = {"mentions": [{"id": US, "username": "council", "start": 0, "end": 8}]}
    double.messages.append({"id": month, "sender_id": pat, "text": "old", "dm_conversation_id": f"{pat}-{US}"})
    assert taken(account)[0] == []


def test_direct_messages_are_asked_for_no_more_often_than_x_lets(double: X) -> None:
    account = account_at(double, message_seconds="120")
    _, cursor = taken(account)
    double.asked.clear()
    taken(account, cursor)
    assert not [one for one in double.asked if "dm_events" in one]
    cursor["messages_at"] = time.time() - 121
    taken(account, cursor)
    assert [one for one in double.asked if "dm_events" in one]


def test_direct_messages_can_be_switched_off(double: X) -> None:
    double.message(double.person("Pat"), "hello")
    assert taken(account_at(double, direct_messages="no"))[0] == []


def test_mentions_are_handed_over_although_messages_fail(double: X, account: AccountView) -> None:
    double.post(double.person("Pat"), "@council one")
    answers = CHANNEL.receive(account, {})
    assert len(next(iter(answers)).arrived) == 1
    double.rate_limited("read", 90)
    with pytest.raises(ChannelError) as caught:
        list(answers)
    assert caught.value.retry_after == pytest.approx(90, abs=3)


def test_each_read_is_counted_by_the_price_table(double: X) -> None:
    pat = double.person("Pat")
    double.post(pat, "@council one")
    double.post(pat, "@council two")
    double.message(pat, "three")
    batches = list(CHANNEL.receive(account_at(double, price_mention_read="0.005"), {}))
    mentions, people_along, message, person = 2, 1, Decimal("0.010"), Decimal("0.010")
    assert sum(batch.cost for batch in batches) == (mentions + people_along) * Decimal("0.005") + message + person
    again = list(CHANNEL.receive(account_at(double), batches[-1].cursor))
    assert sum(batch.cost for batch in again) == 0


def test_what_was_read_before_it_broke_off_is_counted(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    for number in range(150):
        double.post(pat, f"@council number {number}")
    first = next(iter(CHANNEL.receive(account, {})))
    assert (len(first.arrived), first.cost, first.cursor) == (0, Decimal("0.001") * 101, {})


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_trouble_at_x_is_tried_again(double: X, account: AccountView, status: int) -> None:
    double.order("read", Fault(status))
    with pytest.raises(ChannelError, match="tried again") as caught:
        taken(account)
    assert not caught.value.permanent


def test_a_lost_connection_is_tried_again(double: X, account: AccountView) -> None:
    double.order("read", Fault(0))
    with pytest.raises(ChannelError) as caught:
        taken(account)
    assert not caught.value.permanent


def test_too_many_requests_wait_for_the_moment_that_x_names(double: X, account: AccountView) -> None:
    double.rate_limited("read", 300)
    with pytest.raises(ChannelError, match="5 minutes") as caught:
        taken(account)
    assert caught.value.retry_after == pytest.approx(300, abs=3)
    assert not caught.value.permanent


def test_too_many_requests_without_a_moment_wait_a_quarter_of_an_hour(double: X, account: AccountView) -> None:
    double.order("read", Fault(429))
    with pytest.raises(ChannelError) as caught:
        taken(account)
    assert caught.value.retry_after == 900


def test_a_sign_in_that_was_ended_says_what_to_do(double: X, account: AccountView) -> None:
    double.revoke()
    with pytest.raises(ChannelError, match="Sign in again in Set-up") as caught:
        taken(account)
    assert caught.value.permanent


def test_a_token_that_ran_out_is_no_reason_to_stop(double: X, account: AccountView) -> None:
    """Whoever calls renews it before the next time; see ``refresh``."""
    from dataclasses import replace

    double.tokens.clear()
    stale = replace(account, credentials={**account.credentials, "expires_at": "1"})
    with pytest.raises(ChannelError, match="renewed") as caught:
        taken(stale)
    assert not caught.value.permanent
    renewed = replace(stale, credentials={**stale.credentials, **CHANNEL.refresh(stale)})
    assert taken(renewed)[0] == []


@pytest.mark.parametrize("status", [402, 403, 429])
def test_used_up_credit_is_told_as_such_and_tried_again_when_there_is_more(
    double: X, account: AccountView, status: int
) -> None:
    double.order("read", Fault(status, detail="Your enrolled account does not have any credits"))
    with pytest.raises(ChannelError, match="Developer Console") as caught:
        taken(account)
    assert (caught.value.permanent, caught.value.retry_after) == (False, 3600)


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"data": {"id": 1}}', b'{"data": 7}'])
def test_an_answer_of_another_form_is_tried_again(double: X, account: AccountView, body: bytes) -> None:
    double.order("read", Fault(200, body=body))
    with pytest.raises(ChannelError, match="tried again") as caught:
        taken(account)
    assert not caught.value.permanent


def test_what_has_no_id_is_left_out(double: X, account: AccountView) -> None:
    post = {"id": str((int(time.time() * 1000) - 1288834974657) << 22), "author_id": "22", "text": "@council"}
    double.order("read", Fault(200, body=json.dumps({"data": [{"text": "no id"}, {"id": "x1"}, 7, post]}).encode()))
    assert [one.external_id for one in taken(account)[0]] == [f"post-{post['id']}"]


def test_pages_in_a_circle_come_to_an_end(double: X, account: AccountView) -> None:
    page = Fault(200, body=json.dumps({"data": [], "meta": {"next_token": "again"}}).encode())
    double.order("read", page, page, page)
    with pytest.raises(ChannelError, match="circle"):
        taken(account)


def test_out_of_order_pages_are_put_in_order(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    ids = [double.post(pat, f"@council number {number}") for number in range(20)]
    double.posts = dict(sorted(double.posts.items(), key=lambda one: one[0][::-1]))
    found = [one.external_id for one in taken(account)[0]]
    assert len(found) == len(ids)
    assert all(first < second for first, second in pairwise(found))


def test_nobody_signed_in_says_so(double: X) -> None:
    with pytest.raises(ChannelError, match="signed in") as caught:
        taken(account_at(double, user_id=""))
    assert caught.value.permanent
