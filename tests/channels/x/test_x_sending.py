"""Answering on X: once, in parts where it is long, and in plain words where X refuses."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from putthrough.channels.contract import AccountView, ChannelError, Outgoing
from putthrough.channels.x import CHANNEL
from putthrough.channels.x.counting import LIMIT, weighted
from tests.channels.x.conftest import account_at, reply, taken
from tests.doubles.x import US, Fault, X

LONG = "We have asked the crew to come back to your street on Friday morning before nine. " * 8


def asked(double: X) -> str:
    return double.post(double.person("Pat"), "@council my bin was missed")


def refused(account: AccountView, outgoing: Outgoing) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        CHANNEL.send(account, outgoing)
    return caught.value


def test_a_reply_goes_under_the_post_and_says_what_it_cost(double: X, account: AccountView) -> None:
    post = asked(double)
    receipt = CHANNEL.send(account, reply(post, "We are on it."))
    ours = double.posts[receipt.external_id]
    assert (ours["author_id"], ours["referenced_tweets"]) == (US, [{"type": "replied_to", "id": post}])
    assert (double.sent, receipt.cost) == (["We are on it."], Decimal("0.010"))
    assert receipt.url == f"https://x.com/council/status/{receipt.external_id}"


@pytest.mark.parametrize("text", ["See https://example.org/bins", "See council.gov.uk for it"])
def test_a_reply_with_a_web_address_costs_more(double: X, account: AccountView, text: str) -> None:
    assert CHANNEL.send(account, reply(asked(double), text)).cost == Decimal("0.200")


def test_a_long_reply_becomes_a_numbered_thread_as_its_preview_says(double: X, account: AccountView) -> None:
    post = asked(double)
    outgoing = reply(post, LONG)
    shown = CHANNEL.preview(account, outgoing)
    receipt = CHANNEL.send(account, outgoing)
    assert double.sent == list(shown.parts)
    assert len(shown.parts) == 3
    assert shown.parts[0].endswith("(1/3)")
    assert max(map(weighted, double.sent)) <= LIMIT
    chain = [post, *receipt.parts]
    assert [double.posts[key]["referenced_tweets"][0]["id"] for key in receipt.parts] == chain[:-1]
    assert (receipt.external_id, receipt.cost) == (receipt.parts[0], Decimal("0.010") + 2 * Decimal("0.015"))


def test_a_lost_answer_is_uncertain_and_found_again(double: X, account: AccountView) -> None:
    outgoing = reply(asked(double), "See https://example.org/a?b=1&c=<2> & wait")
    double.order("send", Fault(0, after=True))
    error = refused(account, outgoing)
    assert (error.uncertain, error.permanent) == (True, False)
    found = CHANNEL.read_back(account, outgoing)
    assert found is not None
    assert found.external_id in double.posts
    assert found.cost > Decimal("0.200")
    assert len(double.sent) == 1


def test_what_was_never_taken_is_surely_not_there(double: X, account: AccountView) -> None:
    post = asked(double)
    CHANNEL.send(account, reply(post, "Something else."))
    double.order("send", Fault(0))
    assert refused(account, reply(post, "We are on it.")).uncertain
    assert CHANNEL.read_back(account, reply(post, "We are on it.")) is None


def test_the_same_words_under_another_post_are_not_taken_for_it(double: X, account: AccountView) -> None:
    first, second = asked(double), asked(double)
    double.post(US, "We are on it.", to=second)
    assert CHANNEL.read_back(account, reply(first, "We are on it.")) is None


def test_an_unreachable_x_is_not_uncertain(account: AccountView, double: X) -> None:
    double.stop()
    error = refused(account, reply("1", "We are on it."))
    assert (error.uncertain, error.permanent) == (False, False)


def test_a_thread_that_broke_off_goes_on_where_it_was(double: X, account: AccountView) -> None:
    double.spots_duplicates = False  # X does so only for a while
    outgoing = reply(asked(double), LONG)
    original = double.create

    def second_fails(body: dict[str, object]) -> dict[str, object]:
        made = original(body)
        if len(double.sent) == 1:
            double.rate_limited("send", 60)
        return made

    double.create = second_fails  # type: ignore[method-assign]  # of this one double
    error = refused(account, outgoing)
    assert "1 of 3 parts" in str(error)
    assert error.retry_after == pytest.approx(60, abs=3)
    receipt = CHANNEL.send(account, replace(outgoing, attempt=2))
    assert len(double.sent) == len(set(double.sent)) == len(receipt.parts) == 3


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_thread_of_which_one_answer_was_lost_is_completed_and_never_doubled(
    double: X, account: AccountView, lost: int
) -> None:
    double.spots_duplicates = False  # X does so only for a while
    outgoing = reply(asked(double), LONG)
    original = double.create

    def loses(body: dict[str, object]) -> dict[str, object]:
        made = original(body)
        if len(double.sent) == lost - 1:
            double.order("send", Fault(0, after=True))
        return made

    double.create = loses  # type: ignore[method-assign]  # of this one double
    if lost == 1:
        double.order("send", Fault(0, after=True))
    assert refused(account, outgoing).uncertain
    found = CHANNEL.read_back(account, outgoing) or CHANNEL.send(account, outgoing)
    assert len(double.sent) == len(set(double.sent)) == len(found.parts) == 3


def test_a_second_attempt_looks_first(double: X, account: AccountView) -> None:
    """A server's trouble may hide that it was taken."""
    double.spots_duplicates = False
    outgoing = reply(asked(double), "We are on it.")
    double.order("send", Fault(503, after=True))
    error = refused(account, outgoing)
    assert (error.uncertain, error.permanent) == (False, False)
    assert CHANNEL.send(account, replace(outgoing, attempt=2)).external_id in double.posts
    assert len(double.sent) == 1


def test_duplicate_words_may_be_ours_and_there_already(double: X, account: AccountView) -> None:
    outgoing = reply(asked(double), "We are on it.")
    first = CHANNEL.send(account, outgoing)
    assert CHANNEL.send(account, outgoing).external_id == first.external_id
    error = refused(account, reply(asked(double), "We are on it."))
    assert error.permanent
    assert "other words" in str(error)
    double.order("other", Fault(503))
    assert refused(account, reply(asked(double), "We are on it.")).uncertain


def test_who_did_not_call_us_is_not_answered_through_the_interface(double: X, account: AccountView) -> None:
    post = double.post(double.person("Pat"), "Not here", to=double.post(US, "Bins on Friday."))
    error = refused(account, reply(post, "Sorry."))
    assert error.permanent
    assert "Open the post on X" in str(error)
    assert double.sent == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(400), "did not let us"),
        (Fault(403, detail="Your account is suspended"), "suspended our account"),
        (Fault(403, detail="User has blocked you"), "blocked this account"),
        (Fault(403, detail="something quite new"), "whether x.com lets you"),
        (Fault(401), "Sign in again in Set-up"),
    ],
)
def test_a_refusal_says_what_to_do(double: X, account: AccountView, fault: Fault, words: str) -> None:
    double.order("send", fault)
    error = refused(account, reply(asked(double), "We are on it."))
    assert (error.permanent, error.uncertain) == (True, False)
    assert words in str(error)
    assert "quite new" not in str(error)


def test_too_many_replies_wait_as_x_says(double: X, account: AccountView) -> None:
    double.rate_limited("send", 120)
    error = refused(account, reply(asked(double), "We are on it."))
    assert error.retry_after == pytest.approx(120, abs=3)
    assert (error.permanent, error.uncertain) == (False, False)


def test_a_full_day_waits_for_the_next(double: X, account: AccountView) -> None:
    import time

    reset = {"x-rate-limit-reset": str(int(time.time()) + 60), "x-user-limit-24hour-remaining": "0"}
    double.order("send", Fault(429, {**reset, "x-user-limit-24hour-reset": str(int(time.time()) + 7200)}))
    assert refused(account, reply(asked(double), "Hello")).retry_after == pytest.approx(7200, abs=3)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"data": {"id": "none"}}', b'{"data": [1]}'])
def test_a_strange_answer_leaves_it_uncertain(double: X, account: AccountView, body: bytes) -> None:
    double.order("send", Fault(201, body=body, after=True))
    outgoing = reply(asked(double), "We are on it.")
    assert refused(account, outgoing).uncertain
    assert CHANNEL.read_back(account, outgoing) is not None


# Direct messages.


def private(reference: str, text: str, **more: object) -> Outgoing:
    return Outgoing(to="@pat", text=text, private=True, in_reply_to=reference, references=[reference], **more)  # type: ignore[arg-type]  # more: any fields


def test_a_direct_message_goes_to_its_writer_alone_and_uncut(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    reference = f"dm:{pat}:{double.message(pat, 'my child')}"
    shown = CHANNEL.preview(account, private(reference, LONG))
    receipt = CHANNEL.send(account, private(reference, LONG))
    assert double.messages[-1]["dm_conversation_id"] == f"{pat}-{US}"
    assert double.sent == list(shown.parts) == [LONG]
    assert receipt.external_id == f"dm:{US}:{double.messages[-1]['id']}"
    assert receipt.cost == Decimal("0.015")
    assert shown.audience == "Only @pat will see this, as a direct message."
    assert "$0.015" in shown.notes[0]
    assert CHANNEL.read(account, taken(account)[0][-1].raw).message_id == receipt.external_id


def test_a_private_answer_to_a_public_post_finds_the_person(double: X, account: AccountView) -> None:
    post = asked(double)
    receipt = CHANNEL.send(account, private(post, "Please tell us your address."))
    assert receipt.cost == Decimal("0.025")
    assert double.messages[-1]["dm_conversation_id"].startswith(double.person("Pat"))
    error = refused(account, replace(private(post, "Hello"), to="@nobody"))
    assert (error.permanent, "@nobody" in str(error)) == (True, True)
    assert refused(account, replace(private(post, "Hello"), to="pat@example.org")).permanent


def test_a_lost_direct_message_is_found_again(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    double.message(US, "See https://example.org", dm_conversation_id=f"{pat}-{US}")
    reference = f"dm:{pat}:{double.message(pat, 'my child')}"
    outgoing = private(reference, "See https://example.org")
    assert CHANNEL.read_back(account, outgoing) is None, "what we wrote before is another message"
    double.order("send", Fault(0, after=True))
    assert refused(account, outgoing).uncertain
    found = CHANNEL.read_back(account, outgoing)
    assert found is not None
    assert found.external_id == f"dm:{US}:{double.messages[-1]['id']}"
    assert CHANNEL.send(account, replace(outgoing, attempt=2)).external_id == found.external_id
    assert len(double.sent) == 1


def test_closed_direct_messages_are_told_as_such(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    double.order("send", Fault(403, detail="You do not have permission to DM one or more participants."))
    assert "take no direct messages" in str(refused(account, private(f"dm:{pat}:1", "Hello")))


def test_an_encrypted_exchange_is_answered_on_x(account: AccountView) -> None:
    error = refused(account, private("chat:e4f4", "Hello"))
    assert error.permanent
    assert "Open X" in str(error)
    assert "encrypted" in CHANNEL.preview(account, private("chat:e4f4", "Hello")).problems[0]


def test_a_private_message_is_never_answered_in_public(account: AccountView, double: X) -> None:
    assert refused(account, reply("dm:22:1", "Hello")).permanent
    assert refused(account, reply("", "Hello")).permanent
    assert double.sent == []


# What is shown before.


def test_the_preview_tells_what_it_costs_and_who_sees_it(account: AccountView) -> None:
    shown = CHANNEL.preview(account, reply("1", "We are on it."))
    assert shown.audience == "Everybody on X can see this, under the post by @pat that it answers."
    assert list(shown.notes) == ["This reply costs about $0.01; with a link it would cost $0.20."]
    assert (list(shown.parts), shown.used, shown.limit, list(shown.problems)) == (["We are on it."], 13, 280, [])
    linked = CHANNEL.preview(account, reply("1", "See https://example.org"))
    assert linked.notes[0] == "This reply costs about $0.20 because of the web address; without it, about $0.01."


def test_prices_are_the_accounts_own(double: X) -> None:
    account = account_at(double, price_reply="0.012", price_link="rubbish")
    notes = CHANNEL.preview(account, reply("1", "We are on it.")).notes
    assert notes[0] == "This reply costs about $0.012; with a link it would cost $0.20."


def test_names_of_others_are_pointed_out(double: X, account: AccountView) -> None:
    outgoing = reply("1", "@pat @Council ask @highways or mail x@highways.example")
    assert "(@highways)" in CHANNEL.preview(account, outgoing).notes[-1]
    assert len(CHANNEL.preview(account_at(double, reply_access="exempt"), outgoing).notes) == 1


@pytest.mark.parametrize("text", ["", "   ", "$ABC and $XYZ", "word " * 2000])
def test_what_x_would_refuse_is_a_problem_and_is_not_sent(double: X, account: AccountView, text: str) -> None:
    outgoing = reply(asked(double), text)
    assert CHANNEL.preview(account, outgoing).problems
    assert refused(account, outgoing).permanent
    assert double.sent == []


def test_one_cashtag_and_amounts_are_no_problem(account: AccountView) -> None:
    assert not CHANNEL.preview(account, reply("1", "$ABC costs $100 and $abc $5")).problems


# Hiding and taking back.


def test_hiding_and_taking_back(double: X, account: AccountView) -> None:
    post = asked(double)
    CHANNEL.hide(account, post, hidden=True)
    assert double.hidden == {post: True}
    ours = CHANNEL.send(account, reply(post, "We are on it."))
    CHANNEL.delete(account, ours.external_id)
    CHANNEL.delete(account, ours.external_id)
    assert ours.external_id not in double.posts
    pat = double.person("Pat")
    message = CHANNEL.send(account, private(f"dm:{pat}:{double.message(pat, 'hello')}", "Hello"))
    CHANNEL.delete(account, message.external_id)
    assert len(double.messages) == 1
    with pytest.raises(ChannelError):
        CHANNEL.hide(account, message.external_id, hidden=True)
