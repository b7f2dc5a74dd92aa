"""The incident screens, as a triager, a comms lead and somebody who has nothing to do with it see them."""

from __future__ import annotations

from django.urls import reverse

from putthrough.channels.rehearsal import network
from putthrough.conversations.models import Conversation
from putthrough.handover.incidents.models import Incident, Membership
from putthrough.replies.bulk.models import Bulk
from putthrough.replies.models import Reply
from tests.cast import ADDRESS, Cast, let_it_arrive, signed_in_as, undo_time_is_over

LINE = "Hello {name}, the main is being mended. Water is back by 4pm."
PLEA = "No water in Mill Rise and my nan has collapsed, please help"


def burst(number: int = 8) -> Incident:
    """So many people write in public about one burst pipe; one of them asks for help."""
    for one in range(number):
        network.post(f"@w{one}", f"{ADDRESS} Still no water in Fern Hollow Lane, street {one}", name=f"Writer {one}")
    network.post("@plea", f"{ADDRESS} {PLEA.replace('Mill Rise', 'Fern Hollow Lane')}", name="Pat Plea")
    let_it_arrive()
    return Incident.objects.get()


def confirmed(cast: Cast) -> Incident:
    row = burst()
    client = signed_in_as(cast.tess)
    client.post(reverse("web:incident-act", args=[row.pk, "confirm"]), {"title": "Burst main", "team": cast.triage.pk})
    client.post(reverse("web:incident-act", args=[row.pk, "line"]), {"wording_0": LINE})
    row.refresh_from_db()
    return row


def test_a_burst_is_listed_and_its_page_shows_what_was_written(cast: Cast) -> None:
    row = burst()
    client = signed_in_as(cast.tess)
    page = client.get(reverse("web:incidents")).content.decode()
    assert "Suggested" in page
    assert row.title in page
    assert "9 conversations" in page
    shown = client.get(reverse("web:incident", args=[row.pk])).content.decode()
    assert "Is this an incident?" in shown
    assert "Fern Hollow Lane" in shown


def test_from_suggestion_to_answers(cast: Cast) -> None:
    row, client = confirmed(cast), signed_in_as(cast.tess)
    assert (row.title, row.state) == ("Burst main", "open")
    page = client.get(reverse("web:incident", args=[row.pk])).content.decode()
    assert "8 get the line and 1 are left out" in page
    assert "asks for help for a person in danger" in page
    client.post(reverse("web:incident-act", args=[row.pk, "start"]), {"late": "wait"})
    undo_time_is_over()
    undo_time_is_over()
    told = client.get(reverse("web:incident-progress", args=[row.pk])).content.decode()
    assert "8 of 8 are answered" in told
    assert "1 are left out" in told
    assert Reply.objects.filter(state="sent").count() == 8


def test_each_answer_can_be_previewed(cast: Cast) -> None:
    row = confirmed(cast)
    one = Membership.objects.filter(incident=row, why="").latest("pk").conversation
    page = signed_in_as(cast.tess).get(reverse("web:incident-preview", args=[row.pk, one.pk])).content.decode()
    assert f"Hello {one.contact}, the main" in page


def test_a_line_that_cannot_be_filled_in_comes_back_as_it_was_typed(cast: Cast) -> None:
    row = burst()
    client = signed_in_as(cast.tess)
    client.post(reverse("web:incident-act", args=[row.pk, "confirm"]), {"title": "Burst", "team": cast.triage.pk})
    answer = client.post(reverse("web:incident-act", args=[row.pk, "line"]), {"wording_0": "Dear {customer}, soon."})
    assert answer.status_code == 422
    assert "Dear {customer}, soon." in answer.content.decode()


def test_beginning_twice_is_refused_with_words(cast: Cast) -> None:
    row, client = confirmed(cast), signed_in_as(cast.tess)
    url = reverse("web:incident-act", args=[row.pk, "start"])
    client.post(url, {"late": "wait"})
    again = client.post(url, {"late": "wait"})
    assert again.status_code == 409
    assert "going out already" in again.content.decode()
    assert Bulk.objects.count() == 1


def test_a_conversation_says_which_incident_it_may_belong_to(cast: Cast) -> None:
    row = burst()
    one = row.memberships.latest("pk").conversation
    client = signed_in_as(cast.tess)
    page = client.get(reverse("web:conversation", args=[one.pk])).content.decode()
    assert "This may belong to" in page
    assert row.title in page
    client.post(reverse("web:incident-place", args=[one.pk]), {"incident": row.pk, "verb": "remove"})
    assert not row.memberships.exclude(how="removed").filter(conversation=one).exists()


def test_a_team_that_sees_none_of_it_is_not_told(cast: Cast) -> None:
    row = burst()
    client = signed_in_as(cast.wilf)
    assert row.title not in client.get(reverse("web:incidents")).content.decode()
    for url in ("web:incident", "web:incident-progress"):
        assert client.get(reverse(url, args=[row.pk])).status_code == 404
    assert client.post(reverse("web:incident-act", args=[row.pk, "dismiss"])).status_code == 404


def test_the_list_takes_as_many_statements_for_many_as_for_few(cast: Cast, django_assert_max_num_queries) -> None:
    burst()
    for number in range(6):
        Incident.objects.create(
            key=f"k{number}",
            title=f"Event {number}",
            owner=cast.triage,
            state="open",
            opened_at="2026-01-01T00:00Z",
            last_at="2026-01-01T00:00Z",
        )
    client = signed_in_as(cast.tess)
    with django_assert_max_num_queries(12):
        client.get(reverse("web:incidents"))


def test_a_page_takes_as_many_statements_for_many_conversations_as_for_few(
    cast: Cast, django_assert_max_num_queries
) -> None:
    row = confirmed(cast)
    for number in range(20):
        network.post(f"@more{number}", f"{ADDRESS} no water in Fern Hollow Lane either", name=f"More {number}")
    let_it_arrive()
    assert Conversation.objects.count() > 25
    client = signed_in_as(cast.tess)
    with django_assert_max_num_queries(30):
        assert client.get(reverse("web:incident", args=[row.pk])).status_code == 200
