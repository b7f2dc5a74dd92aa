"""What is Meta's own: signatures, windows that shut, one private reply, echoes, and a sign-in that becomes a Page's."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from putthrough.channels.contract import AccountView, Change, ChannelError, Incoming, Outgoing, What
from putthrough.channels.facebook import CHANNEL
from tests.channels.metarig import MetaRig
from tests.channels.suite import answer_to, incoming, read
from tests.doubles.meta import IG, PAGE, PAT, POST, SECRET, VERIFY, signature
from tests.doubles.webdouble import Fault

HELLO = "Is the library open?"


def approved(rig: MetaRig) -> AccountView:
    old = rig.account
    settings = {**old.settings, "human_agent": "yes"}
    return AccountView(old.id, old.channel, old.address, old.name, settings, old.credentials)


def asked(rig: MetaRig, *, private: bool = True) -> Incoming:
    rig.resident_writes(HELLO, private=private)
    (one,) = incoming(rig)
    return one


@pytest.mark.parametrize("forged", ["", "sha256=", "sha1=abc", signature(b"{}", "guessed"), signature(b"{} ")])
def test_a_webhook_that_is_not_metas_is_refused(rig: MetaRig, forged: str) -> None:
    with pytest.raises(ChannelError, match="app's secret") as caught:
        rig.channel.accept(rig.account, {"x-hub-signature-256": forged}, b"{}")
    assert caught.value.permanent


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"object": "instagram", "entry": []}', b'{"object": "page", "entry": 7}']
)
def test_what_is_signed_but_not_for_us_is_refused_in_words(rig: MetaRig, body: bytes) -> None:
    with pytest.raises(ChannelError, match="no webhook") as caught:
        rig.channel.accept(rig.account, {"x-hub-signature-256": signature(body)}, body)
    assert not caught.value.permanent


def test_the_address_is_proved_with_the_verify_token(rig: MetaRig) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158"}
    assert rig.channel.challenge(rig.account, query) == "1158"
    for wrong in ({**query, "hub.verify_token": "guessed"}, {**query, "hub.mode": "x"}, {}):
        with pytest.raises(ChannelError, match="verify token"):
            rig.channel.challenge(rig.account, wrong)


def test_each_thing_names_the_page_that_it_is_for(rig: MetaRig) -> None:
    rig.meta.us = "999"
    rig.meta.comments_on(HELLO)
    assert [one.to for one in rig.take()] == ["999"]


def test_webhook_and_polling_tell_the_same_things(rig: MetaRig) -> None:
    rig.resident_writes(HELLO, private=True)
    rig.resident_writes("Potholes.")
    brought = {one.external_id for one in rig.take()}
    batches = list(rig.channel.receive(rig.account, {}))
    assert {one.external_id for batch in batches for one in batch.arrived} == brought
    again = list(rig.channel.receive(rig.account, batches[-1].cursor))
    assert [one for batch in again for one in batch.arrived] == []


def test_polling_finds_what_a_webhook_missed_and_loses_nothing_when_it_breaks(rig: MetaRig) -> None:
    cursor = list(rig.channel.receive(rig.account, {}))[-1].cursor
    rig.resident_writes(HELLO, private=True)
    rig.meta.waiting.clear()
    rig.fault("read", 500)
    with pytest.raises(ChannelError):
        list(rig.channel.receive(rig.account, cursor))
    found = [one for batch in rig.channel.receive(rig.account, cursor) for one in batch.arrived]
    assert [rig.channel.read(rig.account, one.raw).text for one in found] == [HELLO]


def test_our_own_answers_and_echoes_are_known_as_ours(rig: MetaRig) -> None:
    rig.meta.says("From the page's own inbox.", by=PAGE, is_echo=True)
    (one,) = read(rig, rig.take())
    assert isinstance(one, Incoming)
    assert one.own


def test_messenger_shuts_after_a_day_or_a_week_where_meta_allowed_it(rig: MetaRig) -> None:
    rig.resident_writes(HELLO, private=True)
    (arrived,) = rig.take()
    for account, days in ((rig.account, 1), (approved(rig), 7)):
        stands = rig.channel.standing(account, arrived.raw, datetime.now(UTC))
        assert stands.can
        assert "Ask for an email address now" in stands.words
        assert stands.shuts_at is not None
        with time_machine.travel(datetime.now(UTC) + timedelta(days=days, minutes=1)):
            late = rig.channel.standing(account, arrived.raw, datetime.now(UTC))
        assert (late.can, PAGE in late.url) == (False, True)


def test_a_comment_can_always_be_answered_and_privately_for_a_week(rig: MetaRig) -> None:
    rig.resident_writes("Potholes.")
    (arrived,) = rig.take()
    assert rig.channel.standing(rig.account, arrived.raw, datetime.now(UTC)).shuts_at is None
    assert rig.channel.private_standing(rig.account, arrived.raw, datetime.now(UTC)).can
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        late = rig.channel.private_standing(rig.account, arrived.raw, datetime.now(UTC))
    assert (late.can, "seven days" in late.words) == (False, True)


def test_after_a_day_a_person_answers_only_where_meta_allowed_it(rig: MetaRig) -> None:
    one = asked(rig)
    rig.meta.window_over = True
    with pytest.raises(ChannelError) as caught:
        rig.channel.send(rig.account, answer_to(rig, one))
    assert caught.value.permanent
    rig.channel.send(approved(rig), answer_to(rig, one))
    assert rig.meta.calls[-1][1]["tag"] == "HUMAN_AGENT"


def privately(one: Incoming, **more: object) -> Outgoing:
    values = {"to": one.handle, "text": "Which house is it?", "private": True, "in_reply_to": one.message_id}
    return Outgoing(**{**values, **more})


def test_a_comment_is_answered_in_private_once(rig: MetaRig) -> None:
    one = asked(rig, private=False)
    assert rig.channel.read_back(rig.account, privately(one)) is None
    receipt = rig.channel.send(rig.account, privately(one))
    assert rig.meta.calls[-1][1]["recipient"] == {"comment_id": one.message_id}
    found = rig.channel.read_back(rig.account, privately(one))
    assert found is not None
    assert found.external_id == receipt.external_id
    with pytest.raises(ChannelError, match="once"):
        rig.channel.send(rig.account, privately(one))


@pytest.mark.parametrize(
    ("code", "subcode", "words"),
    [
        (190, 463, "Sign in"),
        (10, 0, "permission"),
        (200, 0, "permission"),
        (551, 0, "blocked"),
        (100, 0, "not take"),
        (368, 0, "Page quality"),
    ],
)
def test_refusals_say_what_to_do(rig: MetaRig, code: int, subcode: int, words: str) -> None:
    one = asked(rig)
    error = {"message": "Meta's own words", "code": code, "error_subcode": subcode}
    rig.meta.faults["send"].append(Fault(400, body={"error": error}))
    with pytest.raises(ChannelError, match=words) as caught:
        rig.channel.send(rig.account, answer_to(rig, one))
    assert caught.value.permanent


@pytest.mark.parametrize("code", [1, 2, 4, 17, 613])
def test_what_passes_is_tried_again(rig: MetaRig, code: int) -> None:
    one = asked(rig)
    rig.meta.faults["send"].append(Fault(400, body={"error": {"message": "Later", "code": code}}))
    with pytest.raises(ChannelError) as caught:
        rig.channel.send(rig.account, answer_to(rig, one))
    assert not caught.value.permanent


def test_reactions_count_and_are_taken_back(rig: MetaRig) -> None:
    for verb in ("add", "remove"):
        value = {"item": "reaction", "verb": verb, "post_id": POST, "reaction_type": "like", "from": {"id": PAT}}
        rig.meta._told("feed", value | {"created_time": 1_764_000_000})
    mid = rig.meta.says(HELLO)
    rig.meta.event(reaction={"mid": mid, "action": "react", "emoji": "x"})
    changes = [one for one in read(rig, rig.take()) if isinstance(one, Change)]
    assert [(one.what, one.amount) for one in changes] == [(What.LIKED, 1), (What.LIKED, -1), (What.LIKED, 1)]


def test_receipts_of_reading_and_delivery_are_left_out(rig: MetaRig) -> None:
    rig.meta.event(read={"watermark": 1})
    rig.meta.event(delivery={"mids": ["m_1"]})
    rig.meta._told("ratings", {"item": "rating"})
    assert rig.take() == []


def test_an_edited_message_and_a_pressed_button_are_read(rig: MetaRig) -> None:
    rig.meta.event(message_edit={"mid": "m_1", "text": "Closed on Monday?", "num_edit": 1})
    rig.meta.event(postback={"mid": "m_2", "title": "Report a pothole", "payload": "P"})
    edit, pressed = read(rig, rig.take())
    assert isinstance(edit, Change)
    assert isinstance(pressed, Incoming)
    assert (edit.what, edit.text, pressed.text) == (What.EDITED, "Closed on Monday?", "Report a pothole")


def test_a_visitors_post_opens_and_a_comment_without_a_name_does_too(rig: MetaRig) -> None:
    value = {"item": "status", "verb": "add", "post_id": f"{PAGE}_77", "from": {"id": PAT, "name": "Pat"}}
    rig.meta._told("feed", value | {"message": "Thank you, gritters!", "created_time": 1_764_000_000})
    nameless = {"item": "comment", "verb": "add", "comment_id": "900_5", "post_id": POST, "parent_id": POST}
    rig.meta._told("feed", nameless | {"message": "Potholes.", "created_time": 1_764_000_000})
    post, comment = read(rig, rig.take())
    assert isinstance(post, Incoming)
    assert isinstance(comment, Incoming)
    assert (post.starts_anew, post.refers_to) == (True, [])
    assert (comment.handle, list(comment.refers_to)) == ("unknown:900_5", [POST])


def test_a_comment_is_hidden_and_shown_again(rig: MetaRig) -> None:
    for hidden in (True, False):
        rig.channel.hide(rig.account, "900_5", hidden=hidden)
    assert rig.meta.calls == [("900_5", {"is_hidden": True}), ("900_5", {"is_hidden": False})]


def test_signing_in_ends_with_the_pages_own_permission(rig: MetaRig) -> None:
    url, kept = CHANNEL.sign_in(rig.account, "https://pt.example/back")
    assert url.startswith(f"{rig.meta.base}/v24.0/dialog/oauth?")
    query = {"code": "good", "state": kept["state"]}
    signed = CHANNEL.signed_in(rig.account, "https://pt.example/back", kept, query)
    assert (signed.address, signed.name, signed.settings["page_id"]) == (PAGE, "Example Borough", PAGE)
    settings = {**rig.account.settings, **signed.settings}
    about = AccountView(1, "facebook", PAGE, "x", settings, {"app_secret": SECRET})
    assert CHANNEL.expires_at(about) == datetime.fromtimestamp(1_900_000_000, UTC)


def test_who_does_not_look_after_the_page_is_told_which_they_do(rig: MetaRig) -> None:
    _, kept = CHANNEL.sign_in(rig.account, "https://pt.example/back")
    other = AccountView(1, "facebook", "777777", "x", rig.account.settings, rig.account.credentials)
    with pytest.raises(ChannelError, match=rf"Example Borough \({PAGE}\)"):
        CHANNEL.signed_in(other, "https://pt.example/back", kept, {"code": "good", "state": kept["state"]})
    with pytest.raises(ChannelError, match="did not allow"):
        CHANNEL.signed_in(rig.account, "https://pt.example/back", kept, {"error": "access_denied"})


def test_the_connections_test_finds_webhooks_that_are_off(rig: MetaRig) -> None:
    rig.meta.subscribed = ["feed", "mention"]
    (wrong,) = [line for line in rig.channel.test(rig.account) if not line.works]
    assert wrong.words.startswith("It does not hand over: messages, message_echoes")


@pytest.mark.parametrize("takes_edits", [True, False])
def test_signing_in_has_the_page_hand_over_what_happens(rig: MetaRig, takes_edits: bool) -> None:
    rig.meta.subscribed, rig.meta.takes_edits = [], takes_edits
    _, kept = CHANNEL.sign_in(rig.account, "https://pt.example/back")
    CHANNEL.signed_in(rig.account, "https://pt.example/back", kept, {"code": "good", "state": kept["state"]})
    assert ("message_edits" in rig.meta.subscribed) is takes_edits
    assert [line.words for line in rig.channel.test(rig.account) if not line.works] == []


def test_a_configuration_for_businesses_takes_the_place_of_permissions(rig: MetaRig) -> None:
    settings = {**rig.account.settings, "configuration": "7654321"}
    about = AccountView(1, "facebook", PAGE, "x", settings, rig.account.credentials)
    url, _ = CHANNEL.sign_in(about, "https://pt.example/back")
    assert ("config_id=7654321" in url, "scope=" in url) == (True, False)
    assert "business_management" in CHANNEL.sign_in(rig.account, "https://pt.example/back")[0]


def test_an_answer_is_found_among_many_and_where_meta_put_it(rig: MetaRig) -> None:
    one = asked(rig, private=False)
    for at in range(60):
        rig.meta.comments_on(f"Me too {at}", to=one.message_id)
    inner = rig.meta.comments_on("And Elm Street?", to=one.message_id)
    leaving = Outgoing(to=PAT, text="On Friday.", private=False, in_reply_to=inner)
    assert rig.channel.read_back(rig.account, leaving) is None
    sent = rig.channel.send(rig.account, leaving)
    for at in range(60):
        rig.meta.comments_on(f"Thanks {at}", to=one.message_id)
    found = rig.channel.read_back(rig.account, leaving)
    assert found is not None
    assert found.external_id == sent.external_id


def test_a_private_reply_is_one_message(rig: MetaRig) -> None:
    leaving = privately(asked(rig, private=False), text="Long. " * 500)
    assert "one message only" in rig.channel.preview(rig.account, leaving).problems[0]


def test_a_visitors_post_is_answered_in_private_as_a_post(rig: MetaRig) -> None:
    leaving = Outgoing(to=PAT, text="Which house is it?", private=True, in_reply_to=f"{PAGE}_77")
    rig.channel.send(rig.account, leaving)
    assert rig.meta.calls[-1][1]["recipient"] == {"post_id": f"{PAGE}_77"}


def test_comments_come_although_messages_are_not_allowed(rig: MetaRig) -> None:
    rig.resident_writes("Potholes.")
    rig.meta.waiting.clear()
    rig.fault("read", 403)
    batches = rig.channel.receive(rig.account, {})
    found = next(batches).arrived
    with pytest.raises(ChannelError):
        next(batches)
    assert [rig.channel.read(rig.account, one.raw).text for one in found] == ["Potholes."]


def test_two_edits_within_a_second_are_two_and_an_edit_of_no_words_is_none(rig: MetaRig) -> None:
    made = rig.resident_writes("One")
    rig.take()
    for text in ("Two", "Three"):
        rig.resident_edits(made, text)
    value = {"item": "post", "verb": "edited", "post_id": POST, "created_time": 1_764_000_000}
    rig.meta._told("feed", value)
    found = rig.take()
    assert len({one.external_id for one in found}) == 2
    assert [one.text for one in read(rig, found)] == ["Two", "Three"]


def test_pictures_films_and_what_is_not_handed_over(rig: MetaRig) -> None:
    base = {"verb": "add", "from": {"id": PAT}, "created_time": 1_764_000_000}
    photo = {"item": "photo", "post_id": f"{PAGE}_7", "photo_id": "7", "link": "https://cdn.example/a.jpg"}
    several = {"item": "status", "post_id": f"{PAGE}_8", "photos": ["https://cdn.example/b.jpg"], "message": "Look"}
    film = {"item": "comment", "comment_id": "900_9", "post_id": POST, "video": "https://cdn.example/c.mp4"}
    sticker = {"item": "comment", "comment_id": "900_10", "post_id": POST}
    for value in (photo, several, film, sticker):
        rig.meta._told("feed", base | value)
    shared = {"type": "fallback", "payload": None, "url": "https://cdn.example/d"}
    rig.meta.event(message={"mid": "m_5", "attachments": [shared]})
    rig.meta.event(message={"mid": "m_6", "is_unsupported": True})
    told = [one for one in read(rig, rig.take()) if isinstance(one, Incoming)]
    assert [(len(one.attachments), "Open it there" in one.text) for one in told] == [
        *[(1, False)] * 3,
        (0, True),
        (1, False),
        (0, True),
    ]


def test_meta_may_have_taken_what_it_calls_a_passing_error(rig: MetaRig) -> None:
    one = asked(rig, private=False)
    rig.meta.faults["send"].append(Fault(400, body={"error": {"message": "Unknown error", "code": 1}}))
    with pytest.raises(ChannelError) as caught:
        rig.channel.send(rig.account, answer_to(rig, one))
    assert caught.value.uncertain


def test_an_echo_says_to_whom_it_went(rig: MetaRig) -> None:
    rig.meta.event(
        sender={"id": PAGE}, recipient={"id": PAT}, message={"mid": "m_7", "text": "Tuesday", "is_echo": True}
    )
    (one,) = read(rig, rig.take())
    assert isinstance(one, Incoming)
    assert (one.own, list(one.to)) == (True, [PAT])


def test_raw_words_hold_everything_that_reading_needs(rig: MetaRig) -> None:
    rig.resident_writes("Potholes.")
    (one,) = rig.take()
    assert json.loads(one.raw)["from"] == {"id": PAT, "name": "Pat Lark"}
    assert IG not in one.raw.decode()


def test_an_exchange_of_more_than_one_page_is_read_to_the_end(rig: MetaRig) -> None:
    for at in range(120):
        rig.meta.says(f"Number {at}")
    found = [one for batch in rig.channel.receive(rig.account, {}) for one in batch.arrived]
    assert {rig.channel.read(rig.account, one.raw).text for one in found} == {f"Number {at}" for at in range(120)}
