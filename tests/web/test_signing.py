from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern
from django.urls.converters import IntConverter

from putthrough.directory.models import Organisation, User
from putthrough.web import urls
from tests.cast import PASSWORD, POTHOLE, Cast, resident_writes, signed_in_as

OPEN_TO_ALL = {"sign-in", "sign-in-demo", "sign-out", "by-mail", "calendar-feed", "alert-link"}


def screens() -> list[tuple[str, str]]:
    """Every screen's name and an address of it."""
    found = []
    for pattern in urls.urlpatterns:
        if isinstance(pattern, URLPattern):
            filled = {
                name: "1" if isinstance(kind, IntConverter) else "claim"
                for name, kind in pattern.pattern.converters.items()
            }
            address = re.sub(r"<\w+:(\w+)>", lambda hit, values=filled: values[hit[1]], str(pattern.pattern))
            found.append((str(pattern.name), f"/{address}"))
    return found


def test_signing_in_leads_to_the_inbox(cast: Cast) -> None:
    answer = Client().post("/sign-in", {"username": cast.harriet.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_an_unknown_address_and_a_wrong_password_look_the_same(cast: Cast) -> None:
    def said(email: str, password: str) -> str:
        page = Client().post("/sign-in", {"username": email, "password": password}).content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(email, "")

    wrong = said(cast.harriet.email, "not the password")
    assert wrong == said("nobody@westmoor.example", "not the password")
    assert "do not belong together" in wrong


def test_somebody_who_left_cannot_sign_in(cast: Cast) -> None:
    User.objects.filter(pk=cast.harriet.pk).update(is_active=False)
    answer = Client().post("/sign-in", {"username": cast.harriet.email, "password": PASSWORD})
    assert "do not belong together" in answer.content.decode()


@pytest.mark.parametrize(("wanted", "led_to"), [("/search?q=a", "/search?q=a"), ("https://elsewhere.example/", "/")])
def test_next_leads_nowhere_else(cast: Cast, wanted: str, led_to: str) -> None:
    fields = {"username": cast.harriet.email, "password": PASSWORD, "next": wanted}
    assert Client().post("/sign-in", fields)["Location"] == led_to


def press(person: User, **headers: str) -> HttpResponse:
    return Client(**headers).post("/sign-in/demo", {"person": person.pk})


@pytest.fixture
def demonstration(cast: Cast) -> Cast:
    Organisation.objects.update(demo=True)
    User.objects.filter(pk=cast.harriet.pk).update(demo=True)
    return cast


def test_on_a_demonstration_one_press_signs_in_as_a_demo_person(demonstration: Cast) -> None:
    page = Client().get("/sign-in").content.decode()
    assert "Harriet Lowe</button>" in page
    assert "Wilf" not in page
    assert press(demonstration.harriet)["Location"] == "/"


def test_the_press_is_for_demo_people_of_a_demonstration_on_this_machine_alone(demonstration: Cast) -> None:
    harriet, wilf = demonstration.harriet, demonstration.wilf
    assert press(wilf).status_code == 404
    for elsewhere in ({"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}):
        assert press(harriet, **elsewhere).status_code == 404
        assert "Harriet" not in Client(**elsewhere).get("/sign-in").content.decode()
    Organisation.objects.update(demo=False)
    assert press(harriet).status_code == 404


def test_signing_out_takes_a_post(cast: Cast) -> None:
    client = signed_in_as(cast.harriet)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(("name", "address"), [one for one in screens() if one[0] not in OPEN_TO_ALL])
def test_a_stranger_sees_nothing(cast: Cast, name: str, address: str) -> None:
    resident_writes(POTHOLE)
    for answer in (Client().get(address), Client().post(address)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in")


def test_what_was_written_before_the_session_ended_is_handed_back(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    answer = Client().post(f"/conversations/{row.pk}/reply", {"verb": "send", "text": "A long and careful answer."})
    assert answer.status_code == 403
    assert "A long and careful answer." in answer.content.decode()


def test_keys_are_off_until_somebody_turns_them_on(cast: Cast) -> None:
    client = signed_in_as(cast.harriet)
    assert 'data-keys="off"' in client.get("/").content.decode()
    client.post("/preferences", {"keys": "on"})
    assert 'data-keys="on"' in client.get("/").content.decode()
    answer = client.post("/preferences/keys", {"keys": "off"}, headers={"referer": "http://testserver/search"})
    assert answer["Location"] == "http://testserver/search"
    assert 'data-keys="off"' in client.get("/preferences").content.decode()
