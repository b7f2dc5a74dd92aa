"""What is Bluesky's own: sessions, bytes and signs, links shown short, strangers' requests, addresses of ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from putthrough.channels import asking
from putthrough.channels.bluesky.composing import MOST, MOST_BYTES, facets, parts
from putthrough.channels.bluesky.names import next_key, record_key
from putthrough.channels.bluesky.reading import whole
from putthrough.channels.bluesky.session import expires
from putthrough.channels.contract import AccountView, Change, ChannelError, File, Incoming, Outgoing, What
from putthrough.kit.cutting import graphemes
from tests.channels.bluesky.conftest import BlueskyRig
from tests.channels.suite import answer_to, incoming, read
from tests.doubles.bluesky import PASSWORD, US, Server, _token
from tests.doubles.bluesky_chat import CONVO

LINK = "https://www.council.example/roads/potholes/report-a-pothole?from=bluesky"
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"


def public(text: str) -> Outgoing:
    return Outgoing(to="@pat.example", text=text, private=False, message_id="at://did:plc:borough/x/3kaaaaaaaaaaa")


def without(rig: BlueskyRig, *names: str, **more: str) -> AccountView:
    secrets = {name: value for name, value in rig.account.credentials.items() if name not in names}
    old = rig.account
    return AccountView(old.id, old.channel, old.address, old.name, old.settings, {**secrets, **more})


def test_a_sign_in_is_kept_and_renewed_not_repeated(rig: BlueskyRig) -> None:
    assert rig.server.sign_ins == 1
    assert rig.channel.refresh(rig.account) == {}
    old = without(rig, access_jwt=_token("access", timedelta(minutes=1)))
    fresh = rig.channel.refresh(old)
    assert expires(fresh["access_jwt"]) > expires(old.credentials["access_jwt"])
    assert rig.server.sign_ins == 1


def test_a_renewal_that_is_refused_signs_in_anew_and_a_wrong_password_says_so(rig: BlueskyRig) -> None:
    rig.channel.refresh(without(rig, "access_jwt", "refresh_jwt"))
    assert rig.server.sign_ins == 2
    wrong = without(rig, "access_jwt", "refresh_jwt", app_password="made-up")
    with pytest.raises(ChannelError, match="app password") as caught:
        rig.channel.refresh(wrong)
    assert caught.value.permanent


def test_a_token_that_ran_out_unnoticed_is_renewed_on_the_way(rig: BlueskyRig) -> None:
    rig.resident_writes("Potholes.")
    stale = without(rig, access_jwt=_token("access", timedelta(hours=-1)))
    assert [one for batch in rig.channel.receive(stale, {}) for one in batch.arrived]


def test_a_picture_goes_out_with_the_first_post_and_its_description(rig: BlueskyRig) -> None:
    rig.resident_writes("Which roads are closed?")
    (one,) = incoming(rig)
    picture = File("map.png", "image/png", b"\x89PNG\r\n\x1a\n...", "Mill Rise is closed")
    stale = without(rig, access_jwt=_token("access", timedelta(hours=-1)))
    rig.channel.send(stale, replace(answer_to(rig, one, "word " * 100), files=[picture]))
    first, second = [post["record"] for post in rig.server.posts.values() if post["author"] == US]
    assert [(file["alt"], file["image"]["size"]) for file in first["embed"]["images"]] == [(picture.alt, 11)]
    assert "embed" not in second


def test_an_account_that_never_signed_in_does_so_when_it_is_first_asked(rig: BlueskyRig) -> None:
    bare = without(rig, "access_jwt", "refresh_jwt", "did", "pds", app_password=PASSWORD)
    assert [one for batch in rig.channel.receive(bare, {}) for one in batch.arrived] == []


def test_strangers_requests_are_read_and_accepted_when_answered(rig: BlueskyRig) -> None:
    rig.server.requests = [CONVO]
    rig.resident_writes("Is the library open?", private=True)
    (one,) = incoming(rig)
    assert one.private
    rig.channel.send(rig.account, answer_to(rig, one))
    assert rig.server.requests == []


def test_an_app_password_without_private_messages_reads_posts_and_says_what_to_do(rig: BlueskyRig) -> None:
    rig.server.chat_allowed = False
    rig.resident_writes("Potholes.")
    assert len(incoming(rig)) == 1
    (wrong,) = [line for line in rig.channel.test(rig.account) if not line.works]
    assert "Allow access to your direct messages" in wrong.words


def test_nobody_who_has_not_written_in_private_can_be_written_to(rig: BlueskyRig) -> None:
    with pytest.raises(ChannelError, match="no private conversation"):
        rig.channel.send(rig.account, Outgoing(to="@pat.example", text="Hello", private=True, in_reply_to=""))


def test_a_public_post_is_answered_in_private_if_its_writer_takes_messages(rig: BlueskyRig) -> None:
    rig.resident_writes("Potholes.")
    (arrived,) = rig.take()
    assert rig.channel.private_standing(rig.account, arrived.raw, datetime.now(UTC)).again
    (one,) = read(rig, [arrived])
    assert isinstance(one, Incoming)
    private = Outgoing(to=one.handle, text="Which house is it?", private=True, in_reply_to=one.message_id)
    sent = rig.channel.send(rig.account, private)
    assert [line["text"] for line in rig.server.chat] == ["Which house is it?"]
    assert rig.channel.read_back(rig.account, private) == sent
    rig.server.takes_messages = False
    with pytest.raises(ChannelError, match="take no private messages from us") as refused:
        rig.channel.send(rig.account, private)
    assert refused.value.permanent


def test_likes_and_reposts_count_and_a_quote_opens_with_what_it_quotes(rig: BlueskyRig) -> None:
    rig.resident_writes("Potholes.")
    (one,) = incoming(rig)
    ours = rig.channel.send(rig.account, answer_to(rig, one)).external_id
    rig.server.notify("like", "at://did:plc:pat/app.bsky.feed.like/1", {}, subject=ours)
    rig.server.notify("repost", "at://did:plc:pat/app.bsky.feed.repost/1", {}, subject=ours)
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": ours, "cid": "x"}}
    rig.server.writes("Really?", reason="quote", embed=embed)
    like, share, quoted = read(rig, rig.take())
    assert isinstance(like, Change)
    assert isinstance(share, Change)
    assert isinstance(quoted, Incoming)
    assert [(like.what, like.message_id), share.what] == [(What.LIKED, ours), What.SHARED]
    assert (quoted.folded, quoted.starts_anew) == ("Thank you. We mend it on Friday.", True)


def test_an_answer_names_root_and_parent(rig: BlueskyRig) -> None:
    first = rig.resident_writes("Potholes.")
    second = rig.resident_writes("Still there!", to=first)
    one = incoming(rig)[-1]
    assert list(one.refers_to) == [first]
    posted = rig.channel.send(rig.account, answer_to(rig, one)).external_id
    reply = rig.server.posts[posted]["record"]["reply"]
    assert (reply["root"]["uri"], reply["parent"]["uri"]) == (first, second)


def test_a_thread_that_broke_half_way_is_finished(rig: BlueskyRig) -> None:
    rig.resident_writes("Potholes.")
    (one,) = incoming(rig)
    leaving = answer_to(rig, one, "A long answer. " * 60)
    shown = list(rig.channel.preview(rig.account, leaving).parts)
    assert len(shown) == 4
    whole_ids = [f"{leaving.message_id[:-13]}{next_key(leaving.message_id[-13:], step)}" for step in range(4)]
    rig.channel.send(rig.account, leaving)
    for address in whole_ids[2:]:
        del rig.server.posts[address]
    again = answer_to(rig, one, leaving.text, attempt=2, key=leaving.message_id)
    assert rig.channel.read_back(rig.account, again) is None
    assert list(rig.channel.send(rig.account, again).parts) == whole_ids
    assert rig.sent() == shown


def test_a_name_that_leads_to_nobody_is_sent_as_plain_words(rig: BlueskyRig) -> None:
    rig.resident_writes("Who mends it?")
    (one,) = incoming(rig)
    posted = rig.channel.send(rig.account, answer_to(rig, one, "Ask @nobody.example.")).external_id
    assert "facets" not in rig.server.posts[posted]["record"]


def test_a_link_is_shown_short_and_leads_where_it_should(rig: BlueskyRig) -> None:
    (part,) = parts(public(f"Wŷr: see {LINK}, @pat.example."))
    (link, mention) = facets(part, {"pat.example": "did:plc:pat"})
    content = part.text.encode()
    shown = content[link["index"]["byteStart"] : link["index"]["byteEnd"]].decode()
    assert (shown, link["features"][0]["uri"]) == ("www.council.example/roads/potho…", LINK)
    assert content[mention["index"]["byteStart"] : mention["index"]["byteEnd"]] == b"@pat.example"
    assert whole(part.text, [link]) == f"Wŷr: see {LINK}, @pat.example."


PIECES = ["a", "ŵ", "日", FAMILY, " ", "\n", f" {LINK}", " @pat.example ", ". "]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@given(TEXTS)
def test_every_part_fits_and_every_offset_names_what_it_marks(text: str) -> None:
    for part in parts(public(text)):
        content = part.text.encode()
        assert graphemes(part.text) <= MOST
        assert len(content) <= MOST_BYTES
        for start, end, link in part.links:
            assert content[start:end].decode().rstrip("…") in link
        for start, end, handle in part.names:
            assert content[start:end].decode() == f"@{handle}"


@given(st.text(max_size=50), st.text(max_size=20), st.text(max_size=20))
def test_shortened_links_are_read_in_full_wherever_they_stand(before: str, shown: str, after: str) -> None:
    start = len(before.encode("utf-8", "replace"))
    text = f"{before}{shown}{after}".encode("utf-8", "replace").decode()
    end = start + len(shown.encode("utf-8", "replace"))
    facet = {"index": {"byteStart": start, "byteEnd": end}, "features": [{"uri": LINK}]}
    assert (LINK in whole(text, [facet])) == bool(shown)


@given(st.integers(0, 2**53 - 200), st.integers(0, 1023), st.integers(1, 98))
def test_record_keys_sort_as_time_does(micros: int, clock: int, steps: int) -> None:
    key = record_key(micros, clock)
    assert len(key) == 13
    assert next_key(key, steps) == record_key(micros + steps, clock) > key


def test_many_that_waited_are_told_in_order_in_pages(rig: BlueskyRig) -> None:
    written = [rig.server.writes(f"Number {at}") for at in range(1050)]
    batches = list(rig.channel.receive(rig.account, {}))
    told = [rig.channel.read(rig.account, one.raw).message_id for batch in batches for one in batch.arrived]
    assert told == written
    assert max(len(batch.arrived) for batch in batches) <= 100


def test_what_comes_late_or_from_a_slow_clock_is_read_among_what_is_known(rig: BlueskyRig) -> None:
    """The network puts a post where the writer's own clock says."""
    for number in range(300):
        rig.server.writes(f"Number {number}")
    rig.take()
    for minutes in (1, 90, 1380):
        moment = datetime.now(UTC) - timedelta(minutes=minutes)
        rig.server.writes(f"{minutes} minutes slow", createdAt=moment.isoformat(timespec="microseconds"))
        assert [one.text for one in incoming(rig)] == [f"{minutes} minutes slow"]


def test_however_much_was_read_only_a_day_and_some_hundreds_are_asked_for_again(rig: BlueskyRig) -> None:
    for number in range(1200):
        rig.server.writes(f"Number {number}")
    rig.take()
    rig.server.asked.clear()
    assert incoming(rig) == []
    assert len([one for one in rig.server.asked if rig.server.kind(one) == "read"]) == 5


def test_a_picture_is_described(rig: BlueskyRig) -> None:
    image = {"alt": "A deep hole", "image": {"mimeType": "image/png", "size": 9, "ref": {"$link": "bafy"}}}
    rig.server.writes("See.", embed={"images": [image]})
    (one,) = incoming(rig)
    assert [(file.name, file.alt, file.size) for file in one.attachments] == [("picture-1.png", "A deep hole", 9)]


@pytest.fixture
def elsewhere(rig: BlueskyRig) -> Iterator[Server]:
    """Another server, on which Pat's account is, with a picture that a post to us shows."""
    server = Server()
    server.blobs["bafy"] = b"A picture"
    rig.server.pats_server = server.base
    image = {"alt": "A deep hole", "image": {"mimeType": "image/png", "size": 9, "ref": {"$link": "bafy"}}}
    rig.server.writes("See.", embed={"images": [image]})
    yield server
    server.stop()


def test_a_picture_is_fetched_from_the_server_of_whoever_wrote(
    rig: BlueskyRig, elsewhere: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "may_be_asked", lambda url, home: url.startswith((home, elsewhere.base)))
    (one,) = rig.take()
    assert rig.channel.attachment(rig.account, one.raw, "0") == b"A picture"


def test_a_server_inside_our_own_network_is_not_asked_for_a_strangers_picture(
    rig: BlueskyRig, elsewhere: Server
) -> None:
    (one,) = rig.take()
    with pytest.raises(ChannelError, match="leads nowhere in public"):
        rig.channel.attachment(rig.account, one.raw, "0")
    assert elsewhere.asked == []


def test_a_picture_of_somebody_whose_server_is_not_named_says_where_to_look(rig: BlueskyRig, elsewhere: Server) -> None:
    rig.server.pats_server = ""
    (one,) = rig.take()
    with pytest.raises(ChannelError, match="Open the message on Bluesky") as caught:
        rig.channel.attachment(rig.account, one.raw, "0")
    assert caught.value.permanent


def test_galleries_videos_and_cards_are_not_lost(rig: BlueskyRig) -> None:
    image = {"alt": "A deep hole", "image": {"mimeType": "image/png", "size": 9, "ref": {"$link": "bafy"}}}
    video = {"video": {"mimeType": "video/mp4", "size": 8, "ref": {"$link": "bafy"}}, "alt": "Water comes out"}
    rig.server.writes("See.", embed={"items": [image, image]})
    rig.server.writes("See.", embed={"record": {"record": {"uri": "at://x"}}, "media": video})
    rig.server.writes("", embed={"external": {"uri": LINK, "title": "Report it", "description": ""}})
    rig.server.writes(f"At {LINK}", embed={"external": {"uri": LINK, "title": "Report it", "description": ""}})
    gallery, film, card, twice = incoming(rig)
    assert [file.name for file in gallery.attachments] == ["picture-1.png", "picture-2.png"]
    assert [(file.name, file.alt) for file in film.attachments] == [("video-1.mp4", "Water comes out")]
    assert (card.text, twice.text) == (LINK, f"At {LINK}")


def test_who_wrote_with_a_handle_that_leads_nowhere_is_known_by_their_identifier(rig: BlueskyRig) -> None:
    rig.server.writes("Potholes.")
    rig.server.told[-1]["author"] = {"did": "did:plc:Sam", "handle": "handle.invalid"}
    (one,) = incoming(rig)
    assert one.handle == "did:plc:sam"


def test_our_own_words_in_chat_are_known_as_ours(rig: BlueskyRig) -> None:
    rig.server.says("From the app on a telephone.", by=US["did"])
    (one,) = read(rig, rig.take())
    assert isinstance(one, Incoming)
    assert one.own


def test_a_new_account_looks_back_a_day_in_private_as_in_public(rig: BlueskyRig) -> None:
    for days in (9, 3, 0):
        rig.server.says(f"{days} days ago", at=datetime.now(UTC) - timedelta(days=days))
    assert [one.text for one in incoming(rig)] == ["0 days ago"]


def test_what_came_while_we_were_away_for_days_is_read_although_nothing_came_before(rig: BlueskyRig) -> None:
    assert incoming(rig) == []
    with time_machine.travel(datetime.now(UTC) + timedelta(days=5)):
        rig.server.says("Written while you were away", at=datetime.now(UTC) - timedelta(days=3))
        rig.server.writes("Said in public then")
        rig.server.told[-1]["indexedAt"] = (datetime.now(UTC) - timedelta(days=3)).isoformat(timespec="microseconds")
        assert {one.text for one in incoming(rig)} == {"Written while you were away", "Said in public then"}


def test_a_conversation_with_hundreds_of_messages_is_read_to_the_last_one_known(rig: BlueskyRig) -> None:
    written = [rig.server.says(f"Number {at}") for at in range(450)]
    assert [one.message_id for one in incoming(rig)] == written
