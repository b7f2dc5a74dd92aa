from __future__ import annotations

import re

import pytest

from putthrough.conversations.models import Conversation
from putthrough.handover.models import Handover
from tests.cast import POTHOLE, Cast, resident_writes, signed_in_as


def owner(row: Conversation) -> str:
    return Conversation.objects.get(pk=row.pk).owner.name


def test_without_scripts_it_is_words_then_a_choice(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    offered = client.post(f"/conversations/{row.pk}/pass-on", {"q": "bin", "note": "Heaps of rubbish there."})
    text = offered.content.decode()
    assert offered.status_code == 200
    assert 'value="service:lgsl:524"' in text
    assert "Heaps of rubbish there." in text
    assert owner(row) == "Highways"
    answer = client.post(
        f"/conversations/{row.pk}/pass-on",
        {"q": "bin", "to": "service:lgsl:524", "note": "Heaps of rubbish there."},
        follow=True,
    )
    assert owner(row) == "Waste and recycling"
    assert "went to Waste and recycling" in answer.content.decode()
    assert "Heaps of rubbish there." in signed_in_as(cast.wilf).get(f"/conversations/{row.pk}").content.decode()


def test_it_can_be_undone(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    text = client.post(f"/conversations/{row.pk}/pass-on", {"to": "service:lgsl:524"}, follow=True).content.decode()
    undo = re.search(r'action="(/handovers/\d+/undo)"', text)
    assert undo is not None
    client.post(undo[1])
    assert owner(row) == "Highways"
    assert Handover.objects.get().state == "undone"
    late = client.post(undo[1])
    assert late.status_code == 409
    assert "too late to take that back" in late.content.decode()


def test_nobody_undoes_what_another_passed_on(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    signed_in_as(cast.harriet).post(f"/conversations/{row.pk}/pass-on", {"to": "service:lgsl:524"})
    assert signed_in_as(cast.wilf).post(f"/handovers/{Handover.objects.get().pk}/undo").status_code == 404
    assert owner(row) == "Waste and recycling"


def test_passing_it_to_who_has_it_is_refused_in_words(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    answer = client.post(f"/conversations/{row.pk}/pass-on", {"to": "service:lgsl:597", "note": "For you."})
    assert answer.status_code == 409
    assert "Highways has this already" in answer.content.decode()
    assert "For you." in answer.content.decode()


def test_a_choice_that_names_nothing_passes_nothing_on(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    for to in ("service:none", "team:999", "team:x", "whatever"):
        assert client.post(f"/conversations/{row.pk}/pass-on", {"to": to}).status_code == 200
    assert owner(row) == "Highways"


def test_what_is_another_body_s_leads_to_an_answer_that_says_so(cast: Cast) -> None:
    row, client = resident_writes(POTHOLE), signed_in_as(cast.harriet)
    answer = client.post(f"/conversations/{row.pk}/pass-on", {"to": "service:other:mains"}, follow=True)
    shown = answer.context["reply"]["form"]["text"].value()
    assert shown.startswith("Burst mains are Westwater's")
    assert "01632 960 111" in shown
    assert owner(row) == "Highways"


def test_the_finds_come_while_typing(cast: Cast) -> None:
    client = signed_in_as(cast.harriet)
    said = client.get("/services/find", {"q": "bin"}).content.decode()
    assert "Missed bin collections" in said
    assert "they find out whose it is" in said
    assert client.get("/services/find", {"q": " "}).content.decode().strip() == ""


class TestTwoMatters:
    BOTH = "There is a pothole in the road surface, a bad one. And on bin day we had a missed bin."

    def test_it_is_offered_and_done_with_one_press(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("putthrough.routing.matters._PLAIN", 0.5)
        row = resident_writes(self.BOTH)
        browser = signed_in_as(cast.harriet if row.owner == cast.highways else cast.tess)
        page = browser.get(f"/conversations/{row.pk}").content.decode()
        assert "This seems to be about two things" in page
        assert "Give that part to Waste and recycling" in page
        done = browser.post(f"/conversations/{row.pk}/divide", {"service": "lgsl:524"}, follow=True)
        assert "That part has a conversation of its own now" in done.content.decode()
        assert "This seems to be about two things" not in done.content.decode()
        other = Conversation.objects.exclude(pk=row.pk).get()
        assert (other.owner, other.contact) == (cast.waste, row.contact)

    def test_it_is_not_done_for_another_service_than_was_offered(self, cast: Cast):
        row = resident_writes(POTHOLE)
        done = signed_in_as(cast.harriet).post(f"/conversations/{row.pk}/divide", {"service": "lgsl:524"})
        assert done.status_code == 409
        assert Conversation.objects.count() == 1
