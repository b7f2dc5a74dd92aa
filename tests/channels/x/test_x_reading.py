"""What comes in from X: asked for and by webhook, read as what it means, the same thing only once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.channels.contract import AccountView, Arrived, Change, ChannelError, Incoming, Unreadable, What
from putthrough.channels.x import CHANNEL
from tests.channels.x.conftest import account_at, taken
from tests.doubles.x import MEDIA, US, X

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def incoming(account: AccountView, one: Arrived) -> Incoming:
    read = CHANNEL.read(account, one.raw)
    assert isinstance(read, Incoming)
    return read


def change(account: AccountView, one: Arrived) -> Change:
    read = CHANNEL.read(account, one.raw)
    assert isinstance(read, Change)
    return read


def test_a_mention_is_read_with_all_that_is_known_of_it(double: X, account: AccountView) -> None:
    pat = double.person("Pat", name="Pat of the Hill")
    identity = double.post(pat, "@council the bin at https://maps.example/x was <missed> & smells", lang="en")
    [one], _ = taken(account)
    read = incoming(account, one)
    assert one.external_id == f"post-{identity}"
    assert (read.handle, read.name, read.message_id) == ("@pat", "Pat of the Hill", identity)
    assert read.text == "@council the bin at https://maps.example/x was <missed> & smells"
    assert (read.private, read.own, read.starts_anew, list(read.refers_to)) == (False, False, True, [])
    assert read.url == f"https://x.com/pat/status/{identity}"
    assert (read.language, list(read.to)) == ("en", ["@council"])
    assert abs((read.sent_at - datetime.now(UTC)).total_seconds()) < 60


def test_an_answer_refers_to_its_parent_and_then_to_the_root(double: X, account: AccountView) -> None:
    root = double.post(US, "Roads will be closed.")
    between = double.post(double.person("Sam"), "Which?", to=root)
    identity = double.post(double.person("Pat"), "Mine, @council?", to=between)
    arrived, _ = taken(account)
    read = incoming(account, arrived[-1])
    assert (read.message_id, list(read.refers_to), read.starts_anew) == (identity, [between, root], False)


def test_names_that_x_puts_before_an_answer_are_not_its_words(double: X, account: AccountView) -> None:
    ours = double.post(US, "Roads will be closed.")
    double.post(double.person("Pat"), "@sam says so too", to=ours)
    [one], _ = taken(account)
    assert incoming(account, one).text == "@sam says so too"


def test_the_documented_reply_event_keeps_its_first_letter(account: AccountView) -> None:
    """X's own example has a display range that is off by one."""
    post = {
        "id": "2090000000000000001",
        "author_id": "2222222222222222222",
        "created_at": "2026-08-12T18:00:00.000Z",
        "conversation_id": "2080761390344937796",
        "referenced_tweets": [{"type": "replied_to", "id": "2080761390344937796"}],
        "display_text_range": [14, 45],
        "text": "@council Great post — thanks for sharing!",
        "entities": {"mentions": [{"start": 0, "end": 8, "username": "council", "id": US}]},
    }
    read = incoming(account, event(account, "post.reply.create", post))
    assert read.text == "Great post — thanks for sharing!"
    assert read.handle == "x.com/i/user/2222222222222222222", "that event tells no names"


def event(account: AccountView, kind: str, payload: dict[str, Any], includes: dict[str, Any] | None = None) -> Arrived:
    from tests.doubles.x import CONSUMER_SECRET

    data = {"event_uuid": "1", "filter": {"user_id": US}, "event_type": kind, "payload": payload}
    body = json.dumps({"data": data | {"includes": includes or {}}}).encode()
    [one] = CHANNEL.accept(account, X.signed(None, body, CONSUMER_SECRET), body)  # type: ignore[arg-type]  # it uses no self
    return one


def test_a_quote_opens_a_conversation_and_folds_what_it_quotes(double: X, account: AccountView) -> None:
    ours = double.post(US, "Bins on Friday.")
    double.post(double.person("Pat"), "Not here, @council", quoting=ours)
    [one], _ = taken(account)
    read = incoming(account, one)
    assert (read.starts_anew, list(read.refers_to), read.folded) == (True, [], "@council: Bins on Friday.")


def test_a_long_post_is_read_whole(double: X, account: AccountView) -> None:
    long = "@council " + "a long story " * 60
    double.post(double.person("Pat"), "@council a long story…", note_tweet={"text": long})
    [one], _ = taken(account)
    assert incoming(account, one).text == long.strip()


def test_a_picture_keeps_its_description_and_can_be_fetched(double: X, account: AccountView) -> None:
    picture = {"media_key": "3_1", "type": "photo", "url": f"{double.base}/media/a.png", "alt_text": "A full bin"}
    film = {"media_key": "7_2", "type": "video", "alt_text": "Wind"}
    double.post(double.person("Pat"), "@council look", media=(picture, film))
    [one], _ = taken(account)
    first, second = incoming(account, one).attachments
    assert (first.part, first.alt, first.media_type, first.refused) == ("3_1", "A full bin", "image/png", "")
    assert second.refused
    assert CHANNEL.attachment(account, one.raw, "3_1") == MEDIA
    with pytest.raises(ChannelError, match="Open the post"):
        CHANNEL.attachment(account, one.raw, "7_2")


def test_a_picture_is_fetched_from_x_alone(account: AccountView) -> None:
    raw = json.dumps({"media": [{"media_key": "3_1", "url": "https://pbs.twimg.com.evil.example/a.jpg"}]}).encode()
    with pytest.raises(ChannelError):
        CHANNEL.attachment(account, raw, "3_1")


def test_a_direct_message_asked_for_and_by_webhook_is_the_same(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    identity = double.message(pat, "My child is not safe & well")
    [polled], _ = taken(account)
    body = double.message_event(identity)
    [pushed] = CHANNEL.accept(account, double.signed(body), body)
    assert polled.external_id == pushed.external_id == f"dm-{identity}"
    first, second = incoming(account, polled), incoming(account, pushed)
    assert (first.handle, first.text, first.message_id) == (second.handle, second.text, second.message_id)
    assert (first.private, first.own, first.message_id) == (True, False, f"dm:{pat}:{identity}")
    assert first.text == "My child is not safe & well"


def test_a_mention_asked_for_and_by_webhook_is_the_same(double: X, account: AccountView) -> None:
    identity = double.post(double.person("Pat"), "@council hello")
    [polled], _ = taken(account)
    body = double.post_event(identity)
    [pushed] = CHANNEL.accept(account, double.signed(body), body)
    assert polled.external_id == pushed.external_id
    assert incoming(account, polled) == incoming(account, pushed)


def test_our_own_message_is_known_as_ours(double: X, account: AccountView) -> None:
    double.message(US, "We are on it.", dm_conversation_id=f"{double.person('Pat')}-{US}")
    [one], _ = taken(account)
    assert incoming(account, one).own


def test_an_encrypted_message_is_a_line_and_none_of_its_ciphertext_is_kept(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    payload = {"id": "e4f4d3fc", "created_at_msec": "1784841183370", "sender_id": pat, "encoded_event": "CwABAAAA"}
    one = event(account, "chat.received", payload | {"conversation_id": f"{pat}:{US}"})
    read = incoming(account, one)
    assert "encrypted message" in read.text
    assert "\n" not in read.text
    assert (read.private, read.url) == (True, "https://x.com/messages")
    assert b"CwAB" not in one.raw
    assert not CHANNEL.standing(account, one.raw, NOW).can


def test_an_edit_is_a_change_of_the_first_version(double: X, account: AccountView) -> None:
    first = double.post(double.person("Pat"), "@council the bin was mist")
    _, cursor = taken(account)
    newest = double.edit(first, "@council the bin was missed")
    known, edit = taken(account, cursor)[0]
    assert (known.external_id, edit.external_id) == (f"post-{first}", f"post-{first}-edit-{newest}")
    read = change(account, edit)
    assert (read.message_id, read.what, read.text) == (first, What.EDITED, "@council the bin was missed")


def test_an_edited_post_that_was_never_seen_is_read_as_it_is_now(double: X, account: AccountView) -> None:
    first = double.post(double.person("Pat"), "@council one")
    double.edit(first, "@council two")
    one, edit = taken(account)[0]
    assert (incoming(account, one).text, incoming(account, one).message_id) == ("@council two", first)
    assert change(account, edit).text == "@council two"


def test_following_finds_edits_and_deletions_and_asks_for_no_people(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    kept, edited, gone = (double.post(pat, f"@council {word}") for word in ("one", "two", "three"))
    newest = double.edit(edited, "@council 2")
    double.withdraw(gone)
    double.asked.clear()
    found = CHANNEL.follow(account, [kept, edited, gone, f"dm:{pat}:1"])
    assert [one.external_id for one in found] == [f"post-{edited}-edit-{newest}", f"post-{gone}-gone"]
    assert change(account, found[1]).what == What.WITHDRAWN
    assert change(account, found[1]).message_id == gone
    assert len(double.asked) == 1
    assert "author_id" not in double.asked[0].partition("expansions=")[2]


def test_following_asks_a_hundred_at_once(double: X, account: AccountView) -> None:
    ids = [double.post(double.person("Pat"), f"@council {number}") for number in range(101)]
    double.asked.clear()
    assert CHANNEL.follow(account, ids) == []
    assert len(double.asked) == 2
    assert CHANNEL.follow(account, []) == []


def test_a_post_hidden_from_us_is_not_said_to_be_deleted(account: AccountView, double: X) -> None:
    from tests.doubles.x import Fault

    problem = "https://api.x.com/2/problems/not-authorized-for-resource"
    double.order("other", Fault(200, body=json.dumps({"errors": [{"resource_id": "5", "type": problem}]}).encode()))
    assert CHANNEL.follow(account, ["5"]) == []


def test_our_own_deleted_post_is_withdrawn(account: AccountView) -> None:
    one = event(account, "post.delete", {"id": "2080761269309813134", "author_id": US})
    assert change(account, one).message_id == "2080761269309813134"


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"x":1}', b'{"x":1,"kind":"post"}', b'{"x":1,"kind":"post","post":{"id":"a"}}']
)
def test_what_is_none_of_x_is_unreadable_in_plain_words(account: AccountView, raw: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^(This is not|X sent)"):
        CHANNEL.read(account, raw)
    assert CHANNEL.standing(account, raw, NOW).can


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "url", "type", "start", "username"]), inner)
    ),
    max_leaves=6,
)
_FIELDS = [
    "entities",
    "text",
    "created_at",
    "referenced_tweets",
    "attachments",
    "display_text_range",
    "note_tweet",
    "lang",
]


@given(
    st.dictionaries(st.sampled_from(_FIELDS), _JSON),
    st.dictionaries(st.sampled_from(["users", "media", "posts"]), _JSON),
)
def test_whatever_a_post_holds_it_is_read_or_said_to_be_unreadable(post: dict[str, Any], more: dict[str, Any]) -> None:
    account = AccountView(1, "x", "@council", "Example Borough", {"user_id": US})
    post |= {"id": "2090000000000000001", "author_id": "2222222222222222222"}
    raw = json.dumps({"x": 1, "kind": "post", "post": post, **more}).encode()
    CHANNEL.standing(account, raw, NOW)
    try:
        assert isinstance(CHANNEL.read(account, raw), Incoming)
    except Unreadable as error:
        if not str(error).startswith("X sent"):
            raise


def test_a_webhook_with_a_wrong_signature_is_refused(double: X, account: AccountView) -> None:
    body = double.post_event(double.post(double.person("Pat"), "@council hello"))
    for headers in (
        double.signed(body, "another secret"),
        {},
        double.signed(body + b" "),
        {"x-twitter-webhooks-signature": "é"},
    ):
        with pytest.raises(ChannelError, match="signature") as caught:
            CHANNEL.accept(account, headers, body)
        assert caught.value.permanent


def test_a_replayed_webhook_brings_the_same_ids(double: X, account: AccountView) -> None:
    body = double.post_event(double.post(double.person("Pat"), "@council hello"))
    assert CHANNEL.accept(account, double.signed(body), body) == CHANNEL.accept(account, double.signed(body), body)


def test_a_webhook_for_another_account_names_it_or_is_left_out(double: X, account: AccountView) -> None:
    other = double.person("Library")
    identity = double.post(double.person("Pat"), "@library when do you open?")
    body = double.event("post.mention.create", double.posts[identity], {}, user_id=other)
    [one] = CHANNEL.accept(account, double.signed(body), body)
    assert one.to == "@library"
    stranger = double.event("post.mention.create", double.posts[identity], {}, user_id="999")
    assert CHANNEL.accept(account, double.signed(stranger), stranger) == []


def test_what_nobody_wants_is_left_out(double: X, account: AccountView) -> None:
    for kind in ("like.create", "dm.read", "dm.indicate_typing", "follow.follow", "oauth.revoke"):
        body = double.event(kind, {"id": "1"})
        assert CHANNEL.accept(account, double.signed(body), body) == []
    assert CHANNEL.accept(account, double.signed(b"[]"), b"[]") == []
    with pytest.raises(ChannelError, match="not JSON"):
        CHANNEL.accept(account, double.signed(b"{"), b"{")


def test_the_challenge_is_answered_as_x_documents(account: AccountView) -> None:
    """The value is that of HMAC-SHA256("consumer-secret-1", "challenge_string"), by another tool."""
    import base64
    import hashlib
    import hmac

    answer = json.loads(CHANNEL.challenge(account, {"crc_token": "challenge_string"}))
    mark = hmac.new(b"consumer-secret-1", b"challenge_string", hashlib.sha256).digest()
    assert answer == {"response_token": f"sha256={base64.b64encode(mark).decode()}"}
    with pytest.raises(ChannelError):
        CHANNEL.challenge(account, {})


# Whom X lets us answer.


def standings(double: X, account: AccountView) -> list[bool]:
    return [CHANNEL.standing(account, one.raw, NOW).can for one in taken(account)[0]]


def test_who_mentions_us_can_be_answered(double: X, account: AccountView) -> None:
    double.post(double.person("Pat"), "@council hello")
    assert standings(double, account) == [True]


def test_who_quotes_us_can_be_answered(double: X, account: AccountView) -> None:
    quote = double.post(double.person("Pat"), "So they say", quoting=double.post(US, "Bins on Friday."))
    body = double.post_event(quote, "post.quote.create")
    [one] = CHANNEL.accept(account, double.signed(body), body)
    assert CHANNEL.standing(account, one.raw, NOW).can


def test_who_only_answers_us_cannot_be_answered_through_the_interface(double: X) -> None:
    account = account_at(double)
    ours = double.post(US, "Bins on Friday.")
    identity = double.post(double.person("Pat"), "Not here", to=ours)
    [one], _ = taken(account)
    stands = CHANNEL.standing(account, one.raw, NOW)
    assert (stands.can, stands.url) == (False, f"https://x.com/pat/status/{identity}")
    assert "paste" in stands.words
    assert standings(double, account_at(double, reply_access="engaged")) == [True]
    assert standings(double, account_at(double, reply_access="exempt")) == [True]


def test_who_answers_us_and_names_us_can_be_answered(double: X, account: AccountView) -> None:
    double.post(double.person("Pat"), "not here @council", to=double.post(US, "Bins on Friday."))
    assert standings(double, account) == [True]


def test_a_public_post_can_be_answered_by_a_direct_message(double: X, account: AccountView) -> None:
    pat = double.person("Pat")
    double.post(pat, "@council hello")
    double.message(pat, "hello")
    public, private = taken(account)[0]
    assert CHANNEL.private_standing(account, public.raw, NOW).can
    assert not CHANNEL.private_standing(account, private.raw, NOW).can
    assert not CHANNEL.private_standing(account, b"{", NOW).can


def test_a_protected_writer_is_pointed_out(double: X, account: AccountView) -> None:
    double.post(double.person("Pat", protected=True), "@council hello")
    [one], _ = taken(account)
    stands = CHANNEL.standing(account, one.raw, NOW)
    assert stands.can
    assert "protected" in stands.words


def test_newer_names_of_fields_are_read_too(account: AccountView) -> None:
    """X's OpenAPI document calls them posts where its examples call them tweets."""
    post = {
        "id": "2090000000000000002",
        "author_id": "22",
        "edit_history_post_ids": ["2090000000000000001", "2090000000000000002"],
        "referenced_posts": [{"type": "quoted", "id": "7"}],
        "note_post": {"text": "all of it"},
        "text": "all…",
    }
    raw = json.dumps({"x": 1, "kind": "post", "post": post, "posts": [{"id": "7", "author_id": US, "text": "ours"}]})
    read = CHANNEL.read(account, raw.encode())
    assert isinstance(read, Incoming)
    assert (read.message_id, read.text) == ("2090000000000000001", "all of it")
    assert CHANNEL.standing(account, raw.encode(), NOW).can
