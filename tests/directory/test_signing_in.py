"""Who gets in: how often it may be tried, how passwords are kept, and when a session is over."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from putthrough.audit.models import Entry
from putthrough.directory import tries
from putthrough.directory.access import NotVisible
from putthrough.directory.actions import save_user
from putthrough.directory.browsers import in_words
from putthrough.directory.models import Sitting, Tries, User
from putthrough.directory.proxies import address_of
from putthrough.directory.sittings import end, end_all, forget, sittings
from putthrough.directory.tries import OF_AN_ACCOUNT, OF_AN_ADDRESS, WINDOW, TooManyTries, take
from putthrough.kit.time import now
from tests.cast import PASSWORD, Cast, signed_in_as

KEPT = ["putthrough.directory.hashing.Argon2id", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"


def tries_to_sign_in(email: str, password: str = "wrong", **more: str) -> tuple[int, str]:
    answer = Client(**more).post("/sign-in", {"username": email, "password": password})
    words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return answer.status_code, words.replace(email, "")


def refused(email: str, address: str) -> bool:
    try:
        take(email, address)
    except TooManyTries:
        return True
    return False


def verbs(person: User) -> list[str]:
    rows = Entry.objects.filter(thing=f"user:{person.pk}", verb__startswith="user.sign").order_by("number")
    return list(rows.values_list("verb", flat=True))


@override_settings(PASSWORD_HASHERS=KEPT)
def test_passwords_are_kept_as_argon2id(cast: Cast) -> None:
    save_user(cast.harriet, password=PASSWORD)
    assert cast.harriet.password.startswith("argon2$argon2id$")


@override_settings(PASSWORD_HASHERS=KEPT)
def test_a_password_kept_in_an_older_way_is_kept_anew_at_sign_in(cast: Cast) -> None:
    User.objects.filter(pk=cast.harriet.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    assert tries_to_sign_in(cast.harriet.email, PASSWORD)[0] == 302
    assert identify_hasher(User.objects.get(pk=cast.harriet.pk).password).algorithm == "argon2"


@override_settings(PASSWORD_HASHERS=["tests.doubles.counting_hasher.Counting"])
def test_whoever_it_is_a_password_is_worked_out_once(cast: Cast) -> None:
    from tests.doubles.counting_hasher import worked

    User.objects.update(password=make_password(PASSWORD))
    User.objects.filter(pk=cast.wilf.pk).update(is_active=False)
    User.objects.filter(pk=cast.tess.pk).update(password="!never")
    for email in (cast.harriet.email, "nobody@westmoor.example", cast.wilf.email, cast.tess.email):
        worked.clear()
        assert tries_to_sign_in(email)[0] == 200
        assert len(worked) == 1, email


def test_after_too_many_tries_even_the_right_password_waits_its_turn(cast: Cast) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        said = [tries_to_sign_in(cast.harriet.email) for _ in range(OF_AN_ACCOUNT)]
        assert {status for status, _ in said} == {200}
        status, words = tries_to_sign_in(cast.harriet.email, PASSWORD)
        assert status == 429
        assert "Wait 15 minutes" in words
        assert tries_to_sign_in(cast.wilf.email, PASSWORD)[0] == 302
        clock.shift(WINDOW)
        assert tries_to_sign_in(cast.harriet.email, PASSWORD)[0] == 302


def test_an_address_that_nobody_has_is_refused_in_the_same_words(cast: Cast) -> None:
    def last(email: str) -> tuple[int, str]:
        return [tries_to_sign_in(email) for _ in range(OF_AN_ACCOUNT + 1)][-1]

    assert last(cast.harriet.email) == last("nobody@westmoor.example")


def test_many_accounts_cannot_be_tried_from_one_address_nor_from_its_neighbours(db: None) -> None:
    assert not any(refused(f"p{n}@westmoor.example", f"2001:db8::{n:x}") for n in range(OF_AN_ADDRESS))
    assert refused("last@westmoor.example", "2001:db8::ffff")
    assert not refused("last@westmoor.example", "2001:db8:0:1::1")


def test_signing_in_rightly_starts_anew(cast: Cast) -> None:
    for _ in range(3):
        for _ in range(OF_AN_ACCOUNT - 1):
            tries_to_sign_in(cast.harriet.email)
        assert tries_to_sign_in(cast.harriet.email, PASSWORD)[0] == 302


def test_what_is_counted_names_nobody_and_is_forgotten(cast: Cast) -> None:
    tries_to_sign_in(cast.harriet.email)
    assert not any("harriet" in row.key or "127" in row.key for row in Tries.objects.all())
    assert tries.forget() == 0
    with time_machine.travel(now() + WINDOW):
        assert tries.forget() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_do_not_slip_through() -> None:
    start, let_in = Barrier(4), []

    def hammer() -> None:
        start.wait()
        let_in.extend(not refused("one@westmoor.example", "192.0.2.1") for _ in range(OF_AN_ACCOUNT))
        connection.close()

    threads = [Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let_in.count(True) == OF_AN_ACCOUNT


def test_every_sign_in_and_refusal_is_recorded_without_what_was_typed(cast: Cast) -> None:
    with time_machine.travel(now(), tick=False):
        for _ in range(OF_AN_ACCOUNT + 3):
            tries_to_sign_in(cast.harriet.email, "secret words")
        tries_to_sign_in(cast.wilf.email, PASSWORD)
        tries_to_sign_in("my-password@typed.example", "secret words")
    # The refusals that follow the first say nothing new, and must not fill the record.
    assert verbs(cast.harriet) == ["user.sign_in_refused"] * (OF_AN_ACCOUNT + 1)
    assert verbs(cast.wilf) == ["user.signed_in"]
    written = " ".join(f"{entry.sentence} {entry.data}" for entry in Entry.objects.all())
    assert "somebody unknown" in written
    assert not re.search("secret words|my-password|lantern", written)


def test_the_session_has_another_key_after_signing_in(cast: Cast) -> None:
    client = Client()
    planted = client.session
    planted.save()
    client.cookies["sessionid"] = planted.session_key
    client.post("/sign-in", {"username": cast.harriet.email, "password": PASSWORD})
    assert client.cookies["sessionid"].value != planted.session_key
    assert not Session.objects.filter(session_key=planted.session_key).exists()


def test_signing_out_takes_the_browser_off_the_list(cast: Cast) -> None:
    signed_in_as(cast.harriet).post("/sign-out")
    assert not sittings(cast.harriet)
    assert verbs(cast.harriet) == ["user.signed_out"]


def test_a_list_of_browsers_and_signing_out_of_one(cast: Cast) -> None:
    here, there, other = (signed_in_as(one) for one in (cast.harriet, cast.harriet, cast.wilf))
    page = here.get("/preferences/signed-in").content.decode()
    assert page.count("Sign out there") == 1
    mine = Sitting.objects.get(session=there.session.session_key)
    assert other.post(f"/preferences/signed-in/{mine.pk}").status_code == 404
    assert here.post(f"/preferences/signed-in/{mine.pk}").status_code == 302
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == other.get("/").status_code == 200
    with pytest.raises(NotVisible):
        end(mine.pk, by=cast.harriet)


def test_signing_out_everywhere_is_everywhere(cast: Cast) -> None:
    clients = [signed_in_as(cast.harriet) for _ in range(3)]
    assert clients[0].post("/preferences/signed-in/everywhere")["Location"] == "/sign-in"
    assert [client.get("/").status_code for client in clients] == [302] * 3
    assert verbs(cast.harriet) == ["user.signed_out_everywhere"]
    assert end_all(cast.harriet, by="a test") == 0


def test_a_new_password_or_being_shut_out_ends_every_session(cast: Cast) -> None:
    for change in ({"password": "another otter ten"}, {"password": None}):
        client = signed_in_as(cast.harriet)
        cast.harriet.is_active = change["password"] is not None
        save_user(cast.harriet, by=cast.ada, **change)
        assert client.get("/").status_code == 302
        assert not Sitting.objects.filter(user=cast.harriet).exists()


def test_a_machine_that_was_left_alone_is_signed_out(cast: Cast) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        client = signed_in_as(cast.harriet)
        clock.shift(timedelta(minutes=29))
        assert client.get("/").status_code == 200
        clock.shift(timedelta(minutes=29))
        assert client.get("/").status_code == 200
        clock.shift(timedelta(minutes=30))
        assert client.get("/").status_code == 302
        assert "You were signed out" in client.get("/sign-in").content.decode()
        client.post("/sign-in", {"username": cast.harriet.email, "password": PASSWORD})
        client.post("/sign-out")
        assert "You were signed out" not in client.get("/sign-in").content.decode()


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(cast: Cast) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        client = signed_in_as(cast.harriet)
        asks = {"hx-request": "true", "hx-current-url": "http://testserver/search?q=a"}
        for _ in range(2):
            assert client.get("/arrived", headers=asks).status_code == 204
            clock.shift(timedelta(minutes=15))
        answer = client.get("/arrived", headers=asks)
        assert answer["HX-Redirect"] == "/sign-in?next=/search%3Fq%3Da"


def test_however_busy_a_session_does_not_last_for_ever(cast: Cast) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        client = signed_in_as(cast.harriet)
        for _ in range(35):
            clock.shift(timedelta(minutes=20))
            assert client.get("/preferences").status_code == 200
        clock.shift(timedelta(minutes=20))
        assert client.get("/preferences").status_code == 302


def test_what_is_over_is_swept_away_and_what_lasts_is_not(cast: Cast) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        signed_in_as(cast.harriet)
        clock.shift(timedelta(minutes=20))
        lasts = signed_in_as(cast.wilf)
        clock.shift(timedelta(minutes=12))
        assert forget() == 1
        assert forget() == 0
        assert not sittings(cast.harriet)
        assert lasts.get("/").status_code == 200


def test_a_page_costs_no_write_for_it_within_the_minute(cast: Cast) -> None:
    client = signed_in_as(cast.harriet)
    client.get("/preferences/signed-in")
    before = Session.objects.get(session_key=client.session.session_key).session_data
    client.get("/preferences/signed-in")
    assert Session.objects.get(session_key=client.session.session_key).session_data == before


@pytest.mark.parametrize(
    ("agent", "words"),
    [(FIREFOX, "Firefox on Windows"), (EDGE, "Edge on Windows"), ("", "A browser"), ("curl/8", "A browser")],
)
def test_browsers_in_words(agent: str, words: str) -> None:
    assert in_words(agent) == words


@given(st.lists(st.sampled_from(["203.0.113.9", "evil", "127.0.0.1", "198.51.100.2"]), max_size=4))
def test_what_a_stranger_writes_into_the_header_changes_no_address(written: list[str]) -> None:
    header = ", ".join([*written, "192.0.2.7"])
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=header)
    with override_settings(PROXIES=1):
        assert address_of(request) == "192.0.2.7"
    with override_settings(PROXIES=0):
        assert address_of(request) == "127.0.0.1"
