"""Text messages: the callback and the list tell the same text, seven days are caught up, charges are as on the bill."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from putthrough.channels.contract import AccountView, ChannelError, Incoming, Outgoing
from putthrough.channels.sms.notify import key_parts
from putthrough.channels.sms.numbers import normal
from putthrough.channels.sms.segments import as_sent, count
from tests.channels.sms.conftest import TOKEN, SmsRig
from tests.doubles.notify import SECRET, SERVICE, Fault

POTHOLE = "There are potholes on Mill Rise."


def answer(text: str, to: str = "+447700900123") -> Outgoing:
    return Outgoing(to=to, text=text, private=True, message_id="pt-1")


def test_callback_and_list_tell_the_same_text(rig: SmsRig) -> None:
    one = rig.notify.arrives(POTHOLE)
    (called,) = rig.channel.accept(rig.account, {"authorization": f"Bearer {TOKEN}"}, rig.notify.callback(one))
    (listed,) = rig.take()
    assert called == listed
    read = rig.channel.read(rig.account, called.raw)
    assert (read.handle, read.text, read.private) == ("+447700900123", POTHOLE, True)


@pytest.mark.parametrize("header", ["", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN])
def test_a_callback_without_the_token_is_refused(rig: SmsRig, header: str) -> None:
    body = rig.notify.callback(rig.notify.arrives(POTHOLE))
    with pytest.raises(ChannelError) as caught:
        rig.channel.accept(rig.account, {"authorization": header}, body)
    assert caught.value.permanent


def test_an_account_without_a_token_lets_nobody_in(rig: SmsRig) -> None:
    bare = AccountView(1, "sms", "07766000000", "Example Borough")
    with pytest.raises(ChannelError):
        rig.channel.accept(bare, {"authorization": "Bearer "}, rig.notify.callback(rig.notify.arrives(POTHOLE)))


def test_what_a_callback_says_of_texts_we_sent_is_left_out(rig: SmsRig) -> None:
    receipt = json.dumps({"id": "x", "reference": "pt-1", "to": "07700900123", "status": "delivered"}).encode()
    assert rig.channel.accept(rig.account, {"authorization": f"Bearer {TOKEN}"}, receipt) == []


def test_seven_days_are_caught_up_in_order_however_many(rig: SmsRig) -> None:
    rig.notify.arrives("Too old to be had.", days_ago=8)
    written = [rig.notify.arrives(f"Number {at}", days_ago=3 - at / 1000)["id"] for at in range(700)]
    told = [rig.channel.read(rig.account, one.raw) for one in rig.take()]
    assert [one.message_id for one in told if isinstance(one, Incoming)] == written
    assert rig.take() == []


@pytest.mark.parametrize(
    ("text", "characters", "texts"),
    [
        ("x" * 160, 160, 1),
        ("x" * 161, 161, 2),
        ("x" * 306, 306, 2),
        ("x" * 918, 918, 6),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("é" * 160, 160, 1),
        ("ŵ" + "x" * 69, 70, 1),
        ("ŵ" + "x" * 70, 71, 2),
        ("It’s – “fine”…", 16, 1),
    ],
)
def test_texts_are_counted_as_they_are_charged(text: str, characters: int, texts: int) -> None:
    counted = count(text)
    assert (counted.characters, counted.texts, counted.lost) == (characters, texts, "")


def test_what_no_telephone_gets_is_said_before_it_is_sent(rig: SmsRig) -> None:
    shown = rig.channel.preview(rig.account, answer("Mended 🙂 日"))
    assert shown.parts == ["Mended ? ?"]
    assert any("🙂日" in note for note in shown.notes)


@given(st.text(max_size=300))
def test_what_is_sent_holds_only_what_passes_and_changes_no_more(text: str) -> None:
    sent = as_sent(text)
    assert as_sent(sent) == sent
    assert count(sent).lost == ""


def test_the_cost_is_shown_and_told(rig: SmsRig) -> None:
    long = "Thank you. " * 20
    assert "That is about 5.0 pence." in rig.channel.preview(rig.account, answer(long)).notes
    assert rig.channel.send(rig.account, answer(long)).cost == Decimal("0.05")


@pytest.mark.parametrize(
    "written", ["07700 900123", "+44 7700 900123", "0044 7700-900123", "447700900123", "(07700) 900.123"]
)
def test_one_person_is_one_number_however_written(written: str) -> None:
    assert normal(written) == "+447700900123"


def test_a_short_code_stays_as_it_is() -> None:
    assert (normal("60006"), normal("NHSbank")) == ("60006", "nhsbank")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (("BadRequestError", "Can’t send to this recipient when service is in trial mode"), "go live"),
        (("BadRequestError", "Can’t send to this recipient using a team-only API key"), "live key"),
        (("BadRequestError", "Missing personalisation: name"), "((message))"),
        (("ValidationError", "phone_number Number is not valid – not enough digits"), "not enough digits"),
    ],
)
def test_refusals_say_what_to_do(rig: SmsRig, error: tuple[str, str], words: str) -> None:
    rig.notify.faults["send"].append(Fault(400, error=error))
    with pytest.raises(ChannelError, match=words.replace("(", r"\(").replace(")", r"\)")) as caught:
        rig.channel.send(rig.account, answer("Thank you."))
    assert caught.value.permanent


def test_a_wrong_clock_is_named(rig: SmsRig) -> None:
    rig.notify.ahead = 120
    with pytest.raises(ChannelError, match="clock"):
        rig.take()


def test_a_key_that_is_none_is_said_before_anything_is_asked(rig: SmsRig) -> None:
    bare = AccountView(1, "sms", "1", "x", rig.account.settings, {"api_key": "made-up"})
    with pytest.raises(ChannelError, match=r"API key is not one of GOV\.UK Notify"):
        list(rig.channel.receive(bare, {}))
    assert key_parts(f"my key-{SERVICE}-{SECRET} ") == (SERVICE, SECRET)


def test_a_template_that_holds_more_is_found_by_the_test(rig: SmsRig) -> None:
    rig.notify.template = "Dear ((name)), ((message))"
    wrong = [line for line in rig.channel.test(rig.account) if not line.works]
    assert ["Make a template" in line.words for line in wrong] == [True]


@pytest.mark.parametrize("status", ["permanent-failure", "temporary-failure", "technical-failure"])
def test_a_text_that_could_not_be_delivered_comes_back(rig: SmsRig, status: str) -> None:
    rig.channel.send(rig.account, answer("Thank you."))
    receipt = rig.notify.fails("pt-1", status)
    (called,) = rig.channel.accept(rig.account, {"authorization": f"Bearer {TOKEN}"}, receipt)
    (listed,) = rig.take()
    assert called.external_id == listed.external_id
    assert rig.take() == []
    for one in (called, listed):
        notice = rig.channel.read(rig.account, one.raw)
        assert (notice.automatic, list(notice.refers_to), notice.handle) == ("bounce", ["pt-1"], "+447700900123")
        assert notice.text.startswith("The text could not be delivered: ")
    with pytest.raises(ChannelError, match="could not deliver"):
        rig.channel.read_back(rig.account, answer("Thank you."))


def test_receipts_of_texts_that_arrived_or_that_others_sent_say_nothing(rig: SmsRig) -> None:
    head = {"authorization": f"Bearer {TOKEN}"}
    for status, reference in (("delivered", "pt-1"), ("permanent-failure", None), ("permanent-failure", "theirs")):
        body = {"id": "9", "status": status, "reference": reference, "to": "1", "completed_at": "2026-11-27T10:00:00Z"}
        assert rig.channel.accept(rig.account, head, json.dumps(body).encode()) == []


def test_names_keep_their_letters_and_leave_as_they_were_written(rig: SmsRig) -> None:
    text = "Michał, Łódź façade − on\tFriday"
    assert as_sent(text) == "Michal, Lódz facade - on Friday"
    assert count(text).lost == ""
    rig.channel.send(rig.account, answer(text))
    assert rig.sent() == [text]


def test_a_days_limit_is_waited_out(rig: SmsRig) -> None:
    error = ("TooManyRequestsError", "Exceeded send limits (1000) for today")
    rig.notify.faults["send"].append(Fault(429, error=error))
    with time_machine.travel("2026-11-27T20:00:00Z", tick=False), pytest.raises(ChannelError) as caught:
        rig.channel.send(rig.account, answer("Thank you."))
    assert caught.value.retry_after == 4 * 3600 + 60
