"""What is Mastodon's own: visibility, warnings, threads, counts, streams, and a sign-in that registers itself."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from putthrough.channels.contract import AccountView, Arrived, Change, ChannelError, File, Incoming, Outgoing, What
from putthrough.channels.mastodon import CHANNEL, files, listening
from putthrough.channels.mastodon.composing import length, problems, statuses
from putthrough.channels.mastodon.reading import to_text
from tests.channels.mastodon.conftest import MastodonRig
from tests.channels.posting import to_everybody
from tests.channels.suite import incoming, read
from tests.doubles.mastodon import CODE, TOKEN, US, Instance
from tests.doubles.mastodon_socket import Socket
from tests.doubles.webdouble import Asked, Said

PAT = "@pat@elsewhere.example"
MAP = File("map.png", "image/png", b"\x89PNG\r\n\x1a\n...", "Mill Rise is closed between the church and the bridge")


def reply(one: Incoming, text: str, **more: object) -> Outgoing:
    values = {"to": one.handle, "text": text, "private": one.private, "message_id": "r-1", "subject": one.subject}
    return Outgoing(**{**values, "in_reply_to": one.message_id, **more})


def asked(rig: MastodonRig, text: str = "Potholes on Mill Rise.", **more: object) -> Incoming:
    rig.instance.writes(text, **more)
    (one,) = incoming(rig)
    return one


@pytest.mark.parametrize(
    ("theirs", "ours"), [("public", "public"), ("unlisted", "unlisted"), ("direct", "direct"), ("private", "direct")]
)
def test_an_answer_is_never_more_public_than_what_it_answers(rig: MastodonRig, theirs: str, ours: str) -> None:
    rig.channel.send(rig.account, reply(asked(rig, visibility=theirs), "On Friday."))
    assert [status["visibility"] for status in rig.instance.own()] == [ours]


def test_a_content_warning_is_kept_and_counted(rig: MastodonRig) -> None:
    one = asked(rig, spoiler_text="Injury")
    assert one.subject == "Injury"
    rig.channel.send(rig.account, reply(one, "On Friday."))
    assert [status["spoiler_text"] for status in rig.instance.own()] == ["Injury"]
    shown = rig.channel.preview(rig.account, reply(one, "On Friday."))
    assert shown.used == len("On Friday.") + len("Injury")
    assert shown.notes
    linked = rig.channel.preview(rig.account, reply(one, "See https://council.example/roads"))
    assert "card of its page" in linked.notes[-1]


@pytest.mark.parametrize("name", ["@sam@elsewhere.example", "@sam", "(@Sam)"])
def test_a_private_answer_that_names_somebody_else_is_stopped(rig: MastodonRig, name: str) -> None:
    one = asked(rig, visibility="direct")
    leaving = reply(one, f"We asked {name} about it.")
    assert "would then see this private message" in rig.channel.preview(rig.account, leaving).problems[0]
    with pytest.raises(ChannelError):
        rig.channel.send(rig.account, leaving)
    assert rig.sent() == []


def test_a_private_answer_may_name_the_two_who_talk_and_an_email_address(rig: MastodonRig) -> None:
    one = asked(rig, visibility="direct")
    leaving = reply(one, f"{PAT} write to help@council.example or @borough again.")
    assert rig.channel.preview(rig.account, leaving).problems == []


def test_a_thread_that_broke_half_way_is_finished_not_begun_again(rig: MastodonRig) -> None:
    one = asked(rig)
    leaving = reply(one, "A long answer. " * 90)
    shown = list(rig.channel.preview(rig.account, leaving).parts)
    assert len(shown) == 3
    rig.instance.knows_keys = False  # as servers other than Mastodon
    rig.instance.faults["send"].clear()
    _break_on(rig, 2)
    with pytest.raises(ChannelError):
        rig.channel.send(rig.account, leaving)
    receipt = rig.channel.send(rig.account, reply(one, "A long answer. " * 90, attempt=2))
    assert rig.sent() == shown
    assert len(receipt.parts) == 3
    chain = [status["in_reply_to_id"] for status in rig.instance.own()]
    assert chain == [one.message_id, *receipt.parts[:2]]


def _break_on(rig: MastodonRig, number: int) -> None:
    """The request of that number to post something gets no answer, though it was taken."""
    served, count = rig.instance.serve, iter(range(1, 1000))

    def serve(request: Asked) -> Said | None:
        if rig.instance.kind(request) == "send" and next(count) == number:
            rig.instance.breaks("send", 0, after=True)
        return served(request)

    rig.instance.serve = serve  # type: ignore[method-assign]  # of this one double


def test_what_its_author_deleted_cannot_be_answered_and_says_so(rig: MastodonRig) -> None:
    one = asked(rig)
    rig.instance.deletes(one.message_id)
    with pytest.raises(ChannelError, match="deleted") as caught:
        rig.channel.send(rig.account, reply(one, "On Friday."))
    assert caught.value.permanent


def test_likes_and_boosts_are_counts_and_a_quote_opens_a_conversation(rig: MastodonRig) -> None:
    ours = rig.instance._status(US, "<p>On Friday.</p>", "public", None, {})
    for kind in ("favourite", "reblog"):
        rig.instance.notify(kind, ours)
    quote = rig.instance._status(
        {"id": "2", "acct": "pat@elsewhere.example", "username": "pat"},
        "<p>Really?</p>",
        "public",
        None,
        {"quote": {"quoted_status": ours}},
    )
    rig.instance.notify("quote", quote)
    like, share, quoted = read(rig, rig.take())
    assert isinstance(like, Change)
    assert isinstance(share, Change)
    assert isinstance(quoted, Incoming)
    assert (like.what, like.message_id, share.what) == (What.LIKED, ours["id"], What.SHARED)
    assert (quoted.text, quoted.folded, quoted.starts_anew) == ("Really?", "On Friday.", True)


def test_a_new_account_looks_back_a_day_and_no_further(rig: MastodonRig) -> None:
    for hours in (60, 30, 3, 2):
        moment = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        rig.instance.writes(f"{hours} hours ago")
        rig.instance.notifications[-1]["created_at"] = moment
    told = [one.text for one in incoming(rig)]
    assert [text.rpartition("@borough ")[2] for text in told] == ["3 hours ago", "2 hours ago"]


def test_many_that_waited_are_read_in_pages_and_in_order(rig: MastodonRig) -> None:
    first = rig.resident_writes("The first")
    rig.take()
    written = [rig.instance.writes(f"Number {at}") for at in range(1000)]
    batches = list(CHANNEL.receive(rig.account, rig.cursor))
    told = [rig.channel.read(rig.account, one.raw).message_id for batch in batches for one in batch.arrived]
    assert told == written
    assert max(len(batch.arrived) for batch in batches) <= 80
    assert first not in told


def test_a_file_is_described_and_fetched_from_the_instance(rig: MastodonRig) -> None:
    media = [{"type": "image", "url": f"{rig.instance.base}/media/hole.jpg", "description": "A deep hole"}]
    rig.instance.writes("See the picture.", media_attachments=media)
    (arrived,) = rig.take()
    one = rig.channel.read(rig.account, arrived.raw)
    assert isinstance(one, Incoming)
    assert [(file.name, file.alt) for file in one.attachments] == [("hole.jpg", "A deep hole")]
    with pytest.raises(ChannelError):  # the double keeps no files
        rig.channel.attachment(rig.account, arrived.raw, "0")


def test_a_file_at_an_address_inside_is_not_fetched(rig: MastodonRig) -> None:
    rig.instance.writes("Look.", media_attachments=[{"type": "image", "url": "http://169.254.169.254/latest/"}])
    (arrived,) = rig.take()
    with pytest.raises(ChannelError, match="nowhere in public"):
        rig.channel.attachment(rig.account, arrived.raw, "0")


def test_words_of_a_link_stay_beside_its_address() -> None:
    assert to_text('<a href="https://a.example/x">I want to complain</a>') == "I want to complain (https://a.example/x)"
    assert to_text('<a href="https://a.example/xy">a.example/x…</a>') == "https://a.example/xy"


def test_each_part_of_a_long_direct_answer_names_whom_it_is_for(rig: MastodonRig) -> None:
    text = f"{'We mend it on Friday. ' * 30} Yours, for @pat@far.example"
    leaving = Outgoing(to="@pat@far.example", text=text, private=True)
    parts = statuses(rig.account, leaving)
    assert len(parts) > 1
    assert all("@pat@far.example" in part for part in parts)


def test_two_signs_in_a_row_name_somebody_too(rig: MastodonRig) -> None:
    leaving = Outgoing(to="@pat@far.example", text="ask @@bob@far.example", private=True)
    assert "@bob@far.example" in problems(rig.account, leaving)[0]


def test_the_stream_wakes_us_for_what_matters(rig: MastodonRig) -> None:
    rig.instance.events = ["filters_changed"]
    assert not rig.channel.listen(rig.account, 1)
    rig.instance.events = ["notification"]
    assert rig.channel.listen(rig.account, 1)


def test_where_the_instance_speaks_websocket_alone_we_listen_there(rig: MastodonRig) -> None:
    with Socket(token=TOKEN) as socket:
        there = replace(rig.account, settings={**rig.account.settings, "instance": socket.base})
        socket.says = ["no json", '{"stream": ["user"], "event": "filters_changed"}']
        assert not rig.channel.listen(there, 0.3)
        socket.says = ['{"stream": ["user"], "event": "notification", "payload": "{}"}']
        assert rig.channel.listen(there, 30)
        assert set(socket.asked) == {"/api/v1/streaming?stream=user"}


def test_a_picture_goes_out_with_the_first_status_and_its_description(
    rig: MastodonRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_BETWEEN", 0)
    rig.instance.slow_media = 2
    one = asked(rig)
    rig.channel.send(rig.account, reply(one, "word " * 150, files=[MAP]))
    first, second = rig.instance.own()
    assert [(file["description"], file["content"]) for file in first["media_attachments"]] == [
        (MAP.alt, base64.b64encode(MAP.content).decode())
    ]
    assert second["media_attachments"] == []


def test_a_picture_that_the_instance_does_not_finish_is_tried_again(
    rig: MastodonRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_BETWEEN", 0)
    monkeypatch.setattr(files, "_PATIENCE", 0.05)
    rig.instance.slow_media = 1_000_000
    with pytest.raises(ChannelError, match="still working") as caught:
        rig.channel.send(rig.account, reply(asked(rig), "Here is the map.", files=[MAP]))
    assert not caught.value.permanent
    assert rig.instance.own() == []


def test_the_same_words_without_their_picture_are_not_what_was_lost(rig: MastodonRig) -> None:
    one = asked(rig)
    rig.channel.send(rig.account, reply(one, "Here is the map."))
    assert rig.channel.read_back(rig.account, reply(one, "Here is the map.")) is not None
    assert rig.channel.read_back(rig.account, reply(one, "Here is the map.", files=[MAP])) is None


def test_where_there_is_no_stream_it_is_time_to_ask_again(rig: MastodonRig) -> None:
    with Socket(token="of somebody else") as socket:
        there = replace(rig.account, settings={**rig.account.settings, "instance": socket.base})
        assert rig.channel.listen(there, 0.05)


def test_a_stream_that_breaks_off_is_said(rig: MastodonRig) -> None:
    with Socket(token=TOKEN) as socket:
        socket.breaks = True
        there = replace(rig.account, settings={**rig.account.settings, "instance": socket.base})
        with pytest.raises(ChannelError, match="broke off"):
            rig.channel.listen(there, 30)


def test_a_host_of_its_own_for_streaming_is_used(rig: MastodonRig) -> None:
    elsewhere = replace(rig.account, settings={**rig.account.settings, "streaming": "wss://streaming.social.example"})
    assert listening._base(elsewhere) == "https://streaming.social.example"
    assert listening._base(rig.account) == rig.instance.base


def test_signing_in_registers_us_and_learns_the_limits() -> None:
    instance = Instance(most=1234)
    account = AccountView(1, "mastodon", "@borough@social.example", "Borough", {"instance": instance.base})
    try:
        url, kept = CHANNEL.sign_in(account, "https://pt.example/back")
        assert url.startswith(f"{instance.base}/oauth/authorize?")
        signed = CHANNEL.signed_in(account, "https://pt.example/back", kept, {"code": CODE, "state": kept["state"]})
        with pytest.raises(ChannelError, match="did not allow"):
            CHANNEL.signed_in(account, "https://pt.example/back", kept, {"code": CODE, "state": "another"})
        with pytest.raises(ChannelError, match="did not allow"):
            CHANNEL.signed_in(account, "https://pt.example/back", kept, {"error": "access_denied"})
    finally:
        instance.stop()
    assert signed.address == "@borough@social.example"
    assert signed.credentials["access_token"] == TOKEN
    assert (signed.settings["max_characters"], signed.settings["account_id"]) == (1234, "1")


def test_the_connections_test_says_where_messages_are_thrown_away(rig: MastodonRig) -> None:
    rig.instance.policy = "filter"
    assert [line.words for line in rig.channel.test(rig.account) if not line.works] == []
    rig.instance.policy = "drop"
    assert [line.words for line in rig.channel.test(rig.account) if not line.works] == [
        "The instance throws some people's messages away. Let it accept or filter them: Preferences, Notifications."
    ]


def test_what_the_instance_holds_back_from_strangers_is_read(rig: MastodonRig) -> None:
    rig.instance.policy = "filter"
    rig.resident_writes("My neighbour needs help.", private=True)
    assert [one.text for one in incoming(rig)] == ["@borough My neighbour needs help."]


def test_an_account_that_is_not_signed_in_says_what_to_press() -> None:
    bare = AccountView(1, "mastodon", "@borough@social.example", "Borough")
    with pytest.raises(ChannelError, match="Sign in at the network"):
        list(CHANNEL.receive(bare, {}))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ('<p>See <a href="https://a.example/long"><span class="invisible">https://</span>a.ex…</a></p>',
         "See https://a.example/long"),
        ('<p><a class="u-url mention" href="x">@<span>pat</span></a> &lt;3</p>', "@pat <3"),
        ('<a class="mention hashtag" href="x">#<span>snow</span></a>', "#snow"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_status_reads_as_it_was_written(content: str, text: str) -> None:
    assert to_text(content) == text


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("https://example.org/" + "x" * 100, 23),
        ("@pat@elsewhere.example hello", 10),
        ("help@council.example", 20),
        ("\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}", 1),
    ],
)
def test_lengths_are_counted_as_mastodon_does(text: str, signs: int) -> None:
    assert length(text) == signs


def test_a_notification_without_a_status_is_passed_over(rig: MastodonRig) -> None:
    rig.instance.notifications.append({"id": "50", "type": "mention", "created_at": _now(), "status": None})
    rig.resident_writes("Potholes.")
    assert len(incoming(rig)) == 1


def test_raw_words_hold_everything_that_reading_needs(rig: MastodonRig) -> None:
    rig.resident_writes("Potholes.")
    (one,) = rig.take()
    assert isinstance(one, Arrived)
    assert json.loads(one.raw)["status"]["account"]["acct"] == "pat@elsewhere.example"


def _now() -> str:
    return datetime.now(UTC).isoformat()


def test_what_came_while_we_were_away_for_days_is_read_although_nothing_came_before(rig: MastodonRig) -> None:
    assert incoming(rig) == []
    with time_machine.travel(datetime.now(UTC) + timedelta(days=5)):
        rig.instance.writes("Written while you were away")
        rig.instance.notifications[-1]["created_at"] = (datetime.now(UTC) - timedelta(days=3)).isoformat()
        assert len(incoming(rig)) == 1


def test_a_busy_first_day_is_read_whole(rig: MastodonRig) -> None:
    written = [rig.instance.writes(f"Number {at}") for at in range(450)]
    assert [one.message_id for one in incoming(rig)] == written


def test_the_same_words_as_last_week_are_another_post(rig: MastodonRig, instance: Instance) -> None:
    leaving = to_everybody(rig)
    rig.channel.send(rig.account, leaving)
    (old,) = instance.own()
    old["created_at"] = "2026-01-01T00:00:00Z"
    again = to_everybody(rig)
    assert rig.channel.read_back(rig.account, again) is None
    receipt = rig.channel.send(rig.account, replace(again, attempt=2))
    assert receipt.external_id != old["id"]
    assert rig.channel.read_back(rig.account, again) == receipt
    assert len(instance.own()) == 2
