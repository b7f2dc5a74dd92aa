"""The same against Bluesky's own servers: an account's server, the directory of identities, the view of all posts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from putthrough.channels.actions import save_account
from putthrough.channels.bluesky import CHANNEL
from putthrough.channels.contract import AccountView, Change, ChannelError, Incoming, Outgoing, What
from putthrough.channels.models import Account
from putthrough.handover.incidents.models import Incident, Membership
from putthrough.kit.cutting import graphemes
from putthrough.kit.time import now
from putthrough.replies.posts.actions import begin, save, submit
from putthrough.replies.posts.approving import approve
from putthrough.replies.posts.clearing import version
from putthrough.replies.posts.models import Post, Publication
from tests.cast import Cast, let_it_arrive
from tests.parts import BLUESKY, POSTGRES, REDIS, need
from tests.parts.bluesky import TOKEN_SECRET, Network, Person, mentions, network, until

LINK = "https://www.council.example/roads/potholes/report-a-pothole?from=bluesky"
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def there() -> Iterator[Network]:
    for part in (POSTGRES, REDIS, BLUESKY):
        need(part)
    with network() as servers:
        yield servers


@pytest.fixture(scope="module")
def borough(there: Network) -> Person:
    return there.person("borough")


@pytest.fixture(scope="module")
def account(there: Network, borough: Person) -> AccountView:
    return there.account(borough, borough.app_password("Putthrough"))


@pytest.fixture(scope="module")
def pat(there: Network) -> Person:
    return there.person("pat")


def arrived(account: AccountView, cursor: Mapping[str, Any] = {}) -> list[Incoming | Change]:
    batches = list(CHANNEL.receive(account, cursor))
    return [CHANNEL.read(account, one.raw) for batch in batches for one in batch.arrived]


def arrives(account: AccountView, words: str) -> Incoming:
    """What was written with these words, as soon as the network tells of it."""
    found: list[Incoming] = []

    def told() -> bool:
        found.extend(one for one in arrived(account) if isinstance(one, Incoming) and words in one.text)
        return bool(found)

    until(told)
    return found[0]


def answer(account: AccountView, one: Incoming, text: str) -> Outgoing:
    key = CHANNEL.message_id(account)
    return Outgoing(to=one.handle, text=text, private=one.private, message_id=key, in_reply_to=one.message_id)


def seen(person: Person, address: str) -> dict[str, Any]:
    """A post as the network shows it, once it does."""
    posts: list[dict[str, Any]] = []

    def shown() -> bool:
        posts.extend(person.asks("app.bsky.feed.getPosts", uris=address)["posts"])
        return bool(posts)

    until(shown)
    return posts[0]


def test_every_line_of_the_connections_test_works(account: AccountView) -> None:
    lines = CHANNEL.test(account)
    assert [line.works for line in lines] == [True, True, True]
    assert lines[0].words == "Signed in as @borough.test."


def test_a_mention_is_answered_and_the_thanks_stay_in_the_thread(
    account: AccountView, borough: Person, pat: Person
) -> None:
    shown = "www.council.example/roads/potho…"
    place = len("@borough.test Potholes: ")
    link = {
        "index": {"byteStart": place, "byteEnd": place + len(shown.encode())},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": LINK}],
    }
    post = mentions(borough, f"Potholes: {shown}")
    first = pat.writes(**(post | {"facets": [*post["facets"], link]}))
    one = arrives(account, "Potholes")
    assert (one.text, one.handle) == (f"@borough.test Potholes: {LINK}", "@pat.test")
    assert (one.message_id, one.private, one.own, one.starts_anew) == (first["uri"], False, False, True)
    ours = seen(pat, CHANNEL.send(account, answer(account, one, "We mend it on Friday.")).external_id)
    assert ours["record"]["reply"] == {"root": first, "parent": first}
    this = {"uri": ours["uri"], "cid": ours["cid"]}
    pat.writes("Thanks to all of you!", reply={"root": first, "parent": this})
    thanks = arrives(account, "Thanks to all")
    assert list(thanks.refers_to) == [this["uri"], first["uri"]]
    again = seen(pat, CHANNEL.send(account, answer(account, thanks, "A pleasure.")).external_id)
    assert again["record"]["reply"]["root"] == first
    assert again["record"]["reply"]["parent"]["uri"] == thanks.message_id


def test_likes_and_reposts_count_and_a_quote_opens_with_what_it_quotes(
    account: AccountView, borough: Person, pat: Person
) -> None:
    ours = borough.writes("The bridge is closed on Sunday.")
    pat.likes(ours)
    pat.reposts(ours)
    embed = {"$type": "app.bsky.embed.record", "record": ours}
    pat.writes("Every Sunday?", embed=embed)
    quote = arrives(account, "Every Sunday?")
    assert (quote.folded, quote.starts_anew) == ("The bridge is closed on Sunday.", True)
    counted = {one.what for one in arrived(account) if isinstance(one, Change) and one.message_id == ours["uri"]}
    assert counted == {What.LIKED, What.SHARED}


def test_names_and_links_after_signs_of_many_bytes_are_where_they_should_be(
    there: Network, account: AccountView, borough: Person, pat: Person
) -> None:
    sam = there.person("sam")
    pat.writes(**mentions(borough, "Who mends bridges?"))
    one = arrives(account, "Who mends bridges?")
    text = f"{FAMILY} Wŷr: ask @sam.test, not @nobody.test or @council.example: {LINK}"
    post = seen(pat, CHANNEL.send(account, answer(account, one, text)).external_id)["record"]
    content = post["text"].encode()
    marked = {
        content[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in post["facets"]
    }
    assert marked["@sam.test"]["did"] == sam.did
    assert marked["www.council.example/roads/potho…"]["uri"] == LINK
    assert len(marked) == 2
    told = sam.asks("app.bsky.notification.listNotifications")["notifications"]
    assert [one["reason"] for one in told] == ["mention"]


def test_a_long_answer_is_a_thread_and_is_found_again_instead_of_sent_twice(
    account: AccountView, borough: Person, pat: Person
) -> None:
    first = pat.writes(**mentions(borough, "Please explain the budget."))
    leaving = answer(account, arrives(account, "explain the budget"), f"The budget {FAMILY} is long. " * 40)
    assert CHANNEL.read_back(account, leaving) is None
    parts = list(CHANNEL.send(account, leaving).parts)
    posts = [seen(pat, address) for address in parts]
    assert len(posts) > 2
    assert max(graphemes(post["record"]["text"]) for post in posts) <= 300
    before = [first["uri"], *parts[:-1]]
    assert [post["record"]["reply"]["parent"]["uri"] for post in posts] == before
    assert {post["record"]["reply"]["root"]["uri"] for post in posts} == {first["uri"]}
    found = CHANNEL.read_back(account, leaving)
    assert found is not None
    assert list(found.parts) == parts
    assert list(CHANNEL.send(account, replace(leaving, attempt=2)).parts) == parts


def test_a_picture_comes_in_with_its_description(account: AccountView, borough: Person, pat: Person) -> None:
    blob = pat.does("com.atproto.repo.uploadBlob", PIXEL, kind="image/png")["blob"]
    embed = {"$type": "app.bsky.embed.images", "images": [{"alt": "A deep hole", "image": blob}]}
    pat.writes(**mentions(borough, "See this hole.", embed=embed))
    one = arrives(account, "See this hole.")
    (file,) = one.attachments
    assert (file.name, file.media_type, file.size) == ("picture-1.png", "image/png", len(PIXEL))
    assert file.alt == "A deep hole"
    raw = next(each.raw for batch in CHANNEL.receive(account, {}) for each in batch.arrived if b"hole." in each.raw)
    assert CHANNEL.attachment(account, raw, file.part) == PIXEL


def test_what_its_author_deletes_is_told_and_cannot_be_answered(
    account: AccountView, borough: Person, pat: Person
) -> None:
    kept = pat.writes(**mentions(borough, "This stays."))
    pat.writes(**mentions(borough, "Forget this one."))
    one = arrives(account, "Forget this one.")
    arrives(account, "This stays.")
    looked_for = [kept["uri"], one.message_id]
    assert list(CHANNEL.follow(account, looked_for)) == []
    pat.deletes(one.message_id)
    until(lambda: bool(CHANNEL.follow(account, looked_for)))
    (gone,) = [CHANNEL.read(account, each.raw) for each in CHANNEL.follow(account, looked_for)]
    assert isinstance(gone, Change)
    assert (gone.message_id, gone.what) == (one.message_id, What.WITHDRAWN)
    with pytest.raises(ChannelError, match="not there any more") as caught:
        CHANNEL.send(account, answer(account, one, "We answer."))
    assert caught.value.permanent


def test_what_we_write_ourselves_opens_nothing(account: AccountView, borough: Person, pat: Person) -> None:
    ours = borough.writes(**mentions(borough, "We talk of ourselves."))
    borough.writes("And go on.", reply={"root": ours, "parent": ours})
    pat.writes(**mentions(borough, "Written after it."))
    arrives(account, "Written after it.")
    words = [one.text for one in arrived(account) if isinstance(one, Incoming) and not one.own]
    assert not [text for text in words if "ourselves" in text or "And go on" in text]


def test_what_was_read_is_not_read_again(account: AccountView, borough: Person, pat: Person) -> None:
    pat.writes(**mentions(borough, "Read me once."))
    arrives(account, "Read me once.")
    *_, last = CHANNEL.receive(account, {})
    assert arrived(account, last.cursor) == []
    pat.writes(**mentions(borough, "Read me next."))
    until(lambda: bool(arrived(account, last.cursor)))
    (new,) = arrived(account, last.cursor)
    assert isinstance(new, Incoming)
    assert new.text.endswith("Read me next.")


def test_what_a_slow_clock_dates_before_what_was_read_arrives(
    account: AccountView, borough: Person, pat: Person
) -> None:
    pat.writes(**mentions(borough, "By the right clock."))
    arrives(account, "right clock")
    *_, last = CHANNEL.receive(account, {})
    slow = (datetime.now(UTC) - timedelta(minutes=20)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    pat.writes(**mentions(borough, "By a slow clock.", createdAt=slow))
    until(lambda: bool(arrived(account, last.cursor)))
    (late,) = arrived(account, last.cursor)
    assert isinstance(late, Incoming)
    assert late.text.endswith("By a slow clock.")


def test_strangers_are_heard_where_the_owner_looks_at_people_they_follow_alone(
    account: AccountView, borough: Person, pat: Person
) -> None:
    borough.does("app.bsky.notification.putPreferences", {"priority": True})
    until(lambda: bool(borough.asks("app.bsky.notification.listNotifications")["priority"]))
    assert borough.asks("app.bsky.notification.listNotifications")["notifications"] == []
    pat.writes(**mentions(borough, "Hear a stranger."))
    arrives(account, "Hear a stranger.")
    borough.does("app.bsky.notification.putPreferences", {"priority": False})


def run_out(token: str) -> str:
    """The same token, as if two hours had passed since it was given."""
    head, body, _ = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    body = _packed(json.dumps(claims | {"exp": int(time.time()) - 60}).encode())
    return f"{head}.{body}.{_packed(hmac.digest(TOKEN_SECRET, f'{head}.{body}'.encode(), hashlib.sha256))}"


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def having(account: AccountView, *without: str, **secrets: str) -> AccountView:
    kept = {name: value for name, value in account.credentials.items() if name not in without}
    return replace(account, credentials=kept | secrets)


def test_a_sign_in_is_kept_and_renewed_without_the_password(account: AccountView) -> None:
    assert CHANNEL.refresh(account) == {}
    stale = having(account, "app_password", access_jwt=run_out(account.credentials["access_jwt"]))
    fresh = CHANNEL.refresh(stale)
    assert fresh["refresh_jwt"] != stale.credentials["refresh_jwt"]
    renewed = having(stale, **fresh)
    assert all(line.works for line in CHANNEL.test(renewed))
    assert CHANNEL.refresh(having(renewed, access_jwt=stale.credentials["access_jwt"]))["did"] == fresh["did"]


def test_a_token_that_the_server_says_has_run_out_is_renewed_on_the_way(account: AccountView) -> None:
    stale = having(account, "app_password", access_jwt=run_out(account.credentials["access_jwt"]))
    assert all(line.works for line in CHANNEL.test(stale))


def test_an_app_password_that_was_taken_back_or_mistyped_says_what_to_do(
    there: Network, account: AccountView, borough: Person
) -> None:
    taken = there.account(borough, borough.app_password("Soon gone"))
    borough.does("com.atproto.server.revokeAppPassword", {"name": "Soon gone"})
    stale = having(taken, access_jwt=run_out(taken.credentials["access_jwt"]))
    wrong = having(account, "access_jwt", "refresh_jwt", app_password="abcd-efgh-ijkl-mnop")
    for one in (stale, wrong):
        with pytest.raises(ChannelError, match="does not accept the app password") as caught:
            list(CHANNEL.receive(one, {}))
        assert caught.value.permanent


def test_a_token_that_the_server_does_not_know_says_what_to_do(account: AccountView) -> None:
    strange = having(account, access_jwt=f"{account.credentials['access_jwt'][:-6]}strange")
    with pytest.raises(ChannelError, match="Put a new app password") as caught:
        list(CHANNEL.receive(strange, {}))
    assert caught.value.permanent


def test_an_app_password_without_private_messages_reads_posts_and_says_what_to_do(
    there: Network, borough: Person, pat: Person
) -> None:
    public = there.account(borough, borough.app_password("Public only", private=False))
    pat.writes(**mentions(borough, "In public."))
    arrives(public, "In public.")
    (wrong,) = [line for line in CHANNEL.test(public) if not line.works]
    assert "Allow access to your direct messages" in wrong.words


def test_a_private_message_is_answered_through_the_accounts_own_server(
    there: Network, account: AccountView, borough: Person, pat: Person
) -> None:
    there.chat.us, there.chat.pat = borough.profile, pat.profile
    there.chat.says("My street light is out. Number 4.")
    one = arrives(account, "street light")
    assert (one.private, one.handle) == (True, "@pat.test")
    CHANNEL.send(account, answer(account, one, "Thank you, we come."))
    assert there.chat.chat[-1]["text"] == "Thank you, we come."
    assert there.chat.chat[-1]["sender"] == {"did": borough.did}


@pytest.mark.django_db
def test_a_post_of_our_own_is_published_and_its_answers_come_into_the_incident(
    account: AccountView, pat: Person, cast: Cast
) -> None:
    row = Account(channel="bluesky", address=account.address, name=account.name, settings=dict(account.settings))
    row, moment = save_account(row, credentials=dict(account.credentials)), now()
    values = {"title": "Burst main", "owner": cast.triage, "state": "open"}
    incident = Incident.objects.create(key="i1", opened_at=moment, last_at=moment, **values)
    line = "The main in Mill Lane is being mended. Water is back by 4pm. " * 8
    post = save(begin(incident, by=cast.tess), line, by=cast.tess, accounts=[row])
    submit(post, by=cast.tess)
    approve(post, by=cast.clem, seen=version(post))
    Post.objects.update(leaves_at=now())
    let_it_arrive()
    published = Publication.objects.get()
    assert published.state == "sent"
    assert published.url == f"https://bsky.app/profile/borough.test/post/{published.public_id.rpartition('/')[2]}"
    first, second = (seen(pat, one.public_id) for one in published.appearances.order_by("pk"))
    reply = {"root": _named(first), "parent": _named(second)}  # under the thread's last part
    pat.writes("Thank you! And the school?", reply=reply)
    until(lambda: bool(let_it_arrive() or Membership.objects.exists()))
    member = Membership.objects.get()
    assert (member.incident, member.how, member.conversation.account) == (incident, "answered", row)


def _named(post: dict[str, Any]) -> dict[str, str]:
    return {"uri": post["uri"], "cid": post["cid"]}
