from __future__ import annotations

import re

from pytest_django import DjangoAssertNumQueries

from putthrough.channels.contract import Arrived
from putthrough.channels.rehearsal import network
from putthrough.conversations.models import Conversation
from putthrough.intake.actions import keep
from putthrough.intake.models import Arrival
from tests.cast import (
    POTHOLE,
    UNPLAIN,
    UNSURE,
    Cast,
    let_it_arrive,
    resident_writes,
    residents_write,
    signed_in_as,
)

TRIAGE_QUERIES = 19


def page(cast: Cast, query: str = "") -> str:
    answer = signed_in_as(cast.tess).get(f"/triage{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_best_guesses_are_one_key_each(cast: Cast) -> None:
    row = resident_writes(UNSURE)
    assert row.owner == cast.triage
    text = page(cast)
    guesses = re.findall(r'name="to" value="([^"]+)" data-key="(\d)" data-key-words="([^"]+)"', text)
    assert [key for _, key, _ in guesses] == ["1", "2"]
    assert {(value, label) for value, _, label in guesses} == {
        ("service:lgsl:597", "Send to Highways"),
        ("service:other:mains", "Answer: it is Westwater&#x27;s"),
    }
    assert "“pothole”" in text


def test_one_press_sorts_it_and_comes_back(cast: Cast) -> None:
    row = resident_writes(UNSURE)
    answer = signed_in_as(cast.tess).post(
        f"/conversations/{row.pk}/pass-on", {"to": "service:lgsl:597", "from": "triage"}, follow=True
    )
    assert answer.redirect_chain == [("/triage", 302)]
    assert Conversation.objects.get(pk=row.pk).owner == cast.highways
    assert "Nothing to sort" in answer.content.decode()


def test_without_a_guess_one_looks_for_it(cast: Cast) -> None:
    row = resident_writes(UNPLAIN)
    assert "A person has to say whose it is" in page(cast)
    offered = signed_in_as(cast.tess).post(f"/conversations/{row.pk}/pass-on", {"q": "pothole", "from": "triage"})
    assert '<input type="hidden" name="from" value="triage">' in offered.content.decode()


def test_only_those_who_sort_come_in(cast: Cast) -> None:
    answer = signed_in_as(cast.harriet).get("/triage")
    assert answer.status_code == 403
    assert "Those who can: comms lead, triager" in answer.content.decode()
    assert 'href="/triage"' not in signed_in_as(cast.harriet).get("/").content.decode()


def test_the_comms_lead_sorts_what_is_public(cast: Cast) -> None:
    resident_writes(UNSURE, private=False)
    resident_writes(UNPLAIN, handle="@tom")
    text = signed_in_as(cast.clem).get("/triage").content.decode()
    assert "burst water main" in text
    assert "library" not in text


def test_what_could_not_be_read_is_set_aside_and_read_again(cast: Cast) -> None:
    post = network.post("@rosa", POTHOLE, to="@westmoor")
    keep([(cast.account.pk, Arrived("odd", b"not a post"))])
    let_it_arrive()
    aside = Arrival.objects.get(state="aside")
    text = page(cast)
    assert "This is not a post of the rehearsal network." in text
    client = signed_in_as(cast.tess)
    Arrival.objects.filter(pk=aside.pk).update(raw=network.as_raw(post))
    client.post(f"/arrivals/{aside.pk}/read-again")
    let_it_arrive()
    assert not Arrival.objects.filter(state="aside").exists()
    assert client.post(f"/arrivals/{aside.pk}/read-again").status_code == 404
    assert signed_in_as(cast.harriet).post(f"/arrivals/{aside.pk}/read-again").status_code == 403


def test_as_many_statements_for_fifty_as_for_five(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in_as(cast.tess)
    for number in (5, 50):
        residents_write(number, UNSURE)
        with django_assert_max_num_queries(TRIAGE_QUERIES):
            text = client.get("/triage").content.decode()
    assert text.count("data-row") == 20
    assert "The next ones" in text
