"""Ticking rows of a list and doing one thing to all of them, as a plain form."""

from __future__ import annotations

from django.urls import reverse

from putthrough.conversations.models import Conversation, Tag
from putthrough.handover.batches import actions
from putthrough.handover.batches.models import Batch
from tests.cast import POTHOLE, UNSURE, Cast, let_it_arrive, resident_writes, residents_write, signed_in_as


def did(cast: Cast, who: str, **data: object) -> str:
    """The page that somebody comes to."""
    client = signed_in_as(getattr(cast, who))
    return client.post(reverse("web:batch-begin"), {"next": "/?holder=nobody", **data}, follow=True).content.decode()


def test_a_list_has_boxes_and_what_can_be_done_with_them(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    page = signed_in_as(cast.harriet).get(reverse("web:inbox")).content.decode()
    assert f'name="conversation" value="{row.pk}" form="bulk"' in page
    for words in (
        "Take in hand",
        "Pass on",
        "What came of it",
        "All on this page (1)",
        "All in this list, 500 at most",
    ):
        assert words in page
    assert 'id="bulk"' not in signed_in_as(cast.ivy).get(reverse("web:inbox")).content.decode()


def test_ticked_rows_are_closed_with_an_outcome_and_opened_again(cast: Cast) -> None:
    residents_write(3)
    rows = list(Conversation.objects.order_by("pk"))
    Conversation.objects.filter(pk=rows[0].pk).update(at_risk=True)
    page = did(cast, "harriet", conversation=[r.pk for r in rows[:2]], verb="close", outcome="no answer is wanted")
    assert "1 conversation: closed" in page
    assert "1 conversation: could not be done" in page
    assert "It may be about a risk to life" in page
    assert 'href="/?holder=nobody"' in page
    client = signed_in_as(cast.harriet)
    closed = client.get(reverse("web:inbox"), {"state": "closed"}).content.decode()
    assert "No answer is wanted (1)" in closed
    batch = Batch.objects.get()
    after = client.post(reverse("web:batch-undo", args=[batch.pk]), follow=True).content.decode()
    assert "1 conversation: taken back" in after
    assert not Conversation.objects.filter(state="closed").exists()


def test_all_of_a_page_or_of_a_list_can_be_taken(cast: Cast) -> None:
    residents_write(4)
    pks = [row.pk for row in Conversation.objects.all()]
    assert "2 conversations: taken in hand" in did(cast, "harriet", all="page", shown=pks[:2], verb="claim")
    page = did(cast, "harriet", all="list", like="holder=nobody", verb="pass_on", to=cast.waste.pk)
    assert "Passed on to Waste and recycling" in page
    assert "2 conversations: passed on" in page


def test_what_is_missing_is_asked_for(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    assert "Choose the team that they go to." in did(cast, "harriet", conversation=row.pk, verb="pass_on")
    assert "Choose what came of them." in did(cast, "harriet", conversation=row.pk, verb="close")
    assert "Tick at least one conversation first." in did(cast, "harriet", verb="claim")
    assert "Choose what to do with them." in did(cast, "harriet", conversation=row.pk, verb="burn")
    assert "There is no tag “Flood” yet." in did(cast, "harriet", conversation=row.pk, verb="tag", tag="Flood")
    assert not Batch.objects.exists()


def test_many_show_how_far_they_are(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    residents_write(3)
    page = did(cast, "harriet", all="list", verb="claim")
    assert "1 of 3 have had their turn." in page
    let_it_arrive()
    url = reverse("web:batch", args=[Batch.objects.get().pk])
    assert "3 conversations: taken in hand" in signed_in_as(cast.harriet).get(url).content.decode()


def test_triage_and_search_have_boxes_too(cast: Cast) -> None:
    row = resident_writes(UNSURE)
    client = signed_in_as(cast.tess)
    assert f'value="{row.pk}" form="bulk"' in client.get(reverse("web:triage")).content.decode()
    assert f'value="{row.pk}" form="bulk"' in client.get(reverse("web:search"), {"q": "pothole"}).content.decode()


def test_tags_are_shown_set_and_searched_by(cast: Cast) -> None:
    row, tess = resident_writes(UNSURE), signed_in_as(cast.tess)
    resident_writes(f"{UNSURE} Again.", handle="@tom")
    tess.post(reverse("web:act", args=[row.pk, "tags"]), {"new": "Flooding"})
    tag = Tag.objects.get()
    assert "Flooding" in tess.get(reverse("web:conversation", args=[row.pk])).content.decode()
    listed = tess.get(reverse("web:inbox"), {"tag": tag.pk}).content.decode()
    assert "1 conversation is here" in listed
    found = tess.get(reverse("web:search"), {"q": "pothole", "tag": tag.pk}).content.decode()
    assert found.count("pt-result") == 1
    tess.post(reverse("web:act", args=[row.pk, "tags"]), {})
    assert not row.taggings.exists()
