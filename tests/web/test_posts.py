"""The screens of posts to everybody, as the team of an incident, its approver and others meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.channels.rehearsal import network
from putthrough.channels.rehearsal.models import Post as Shown
from putthrough.handover.incidents.models import Incident
from putthrough.kit.time import now
from putthrough.replies.posts.models import Post, Publication
from tests.cast import Cast, let_it_arrive, signed_in_as

LINE = "Hello {name}, the main is being mended. Water is back by 4pm."
TOLD = "Hello everybody, the main is being mended. Water is back by 4pm."


@pytest.fixture
def incident(cast: Cast) -> Incident:
    moment = now()
    values = {"title": "Burst main", "owner": cast.triage, "state": "open", "wordings": [LINE]}
    return Incident.objects.create(key="i1", opened_at=moment, last_at=moment, **values)


def begun(cast: Cast, incident: Incident) -> Post:
    signed_in_as(cast.tess).post(reverse("web:post-new"), {"incident": incident.pk})
    return Post.objects.get()


def act(cast: Cast, post: Post, who: str, verb: str, **data: object) -> object:
    url = reverse("web:post-act", args=[post.pk, verb])
    return signed_in_as(getattr(cast, who)).post(url, {"accounts": cast.account.pk, **data}, follow=True)


def page(cast: Cast, who: str, url: str, *args: int) -> str:
    return signed_in_as(getattr(cast, who)).get(reverse(url, args=args)).content.decode()


def seen(cast: Cast, post: Post) -> str:
    """What the approver's form holds."""
    return page(cast, "clem", "web:post", post.pk).partition('name="seen" value="')[2].partition('"')[0]


def test_from_the_agreed_line_to_the_answers(cast: Cast, incident: Incident) -> None:
    assert "Write one post for everybody" in page(cast, "tess", "web:incident", incident.pk)
    post = begun(cast, incident)
    drafted = page(cast, "tess", "web:post", post.pk)
    assert TOLD in drafted
    assert "Everybody on the rehearsal network will see this." in drafted
    act(cast, post, "tess", "save", text=TOLD, then="submit")
    waits = page(cast, "tess", "web:post", post.pk)
    assert "somebody else approves it" in waits
    assert "Approve it: it may leave" not in waits
    assert "Waits to be approved" in page(cast, "clem", "web:posts")
    approved = act(cast, post, "clem", "approve", seen=seen(cast, post))
    assert "It is about to leave" in approved.content.decode()
    Post.objects.update(leaves_at=now())
    let_it_arrive()
    shown = Shown.objects.get(text=TOLD)
    out = page(cast, "tess", "web:incident", incident.pk)
    assert f"/rehearsal/#post-{shown.pk}" in out
    network.post("@nora", "Thank you! And the school?", name="Nora Newby", parent=shown.pk)
    let_it_arrive()
    inside = page(cast, "tess", "web:incident", incident.pk)
    assert "1 conversation came as answers" in inside
    assert "Answered our post" in inside


def test_what_was_typed_stays_where_something_is_wrong_with_it(cast: Cast, incident: Incident) -> None:
    post = begun(cast, incident)
    half = act(cast, post, "tess", "save", text="Back soon.", day="2027-03-25")
    assert half.status_code == 422
    assert "both a day and a time" in half.content.decode()
    assert "Back soon." in half.content.decode()
    refused = act(cast, post, "tess", "save", text="Hello {name}", then="submit")
    assert refused.status_code == 409
    assert "braces" in refused.content.decode()
    assert "Hello {name}" in refused.content.decode()


def test_a_time_is_londons(cast: Cast, incident: Incident) -> None:
    post = begun(cast, incident)
    act(cast, post, "tess", "save", text=TOLD, day="2027-07-01", time="09:30")
    post.refresh_from_db()
    assert post.wanted_at is not None
    assert post.wanted_at.isoformat() == "2027-07-01T08:30:00+00:00"
    assert 'value="09:30"' in page(cast, "tess", "web:post", post.pk)


def test_each_network_may_have_its_own_words(cast: Cast, incident: Incident) -> None:
    other = save_account(Account(channel="rehearsal", address="@parks", name="Westmoor Parks"))
    post = begun(cast, incident)
    both = [cast.account.pk, other.pk]
    act(cast, post, "tess", "save", text=TOLD, accounts=both, **{f"own_{other.pk}": "Parks are open."})
    shown = page(cast, "tess", "web:post", post.pk)
    assert shown.count("How it will appear on Rehearsal") == 2
    assert "Parks are open." in shown


def test_it_goes_back_with_a_reason_that_its_writer_reads(cast: Cast, incident: Incident) -> None:
    post = begun(cast, incident)
    act(cast, post, "tess", "save", text=TOLD, then="submit")
    assert act(cast, post, "clem", "return", reason="").status_code == 409
    act(cast, post, "clem", "return", reason="Say which streets.")
    assert "Say which streets." in page(cast, "tess", "web:post", post.pk)


def test_what_was_approved_can_be_stopped(cast: Cast, incident: Incident) -> None:
    post = begun(cast, incident)
    act(cast, post, "tess", "save", text=TOLD, then="submit")
    act(cast, post, "clem", "approve", seen=seen(cast, post))
    act(cast, post, "clem", "stop")
    post.refresh_from_db()
    assert (post.state, post.clearance) == ("submitted", "")
    act(cast, post, "tess", "take-back")
    act(cast, post, "tess", "withdraw")
    assert "Withdrawn" in page(cast, "tess", "web:posts")


def test_what_is_in_doubt_is_settled_by_a_person(cast: Cast, incident: Incident) -> None:
    post = begun(cast, incident)
    Post.objects.update(state="leaving")
    Publication.objects.update(state="uncertain", next_attempt_at=now() + timedelta(hours=1), words="The line broke.")
    shown = page(cast, "tess", "web:post", post.pk)
    assert "Perhaps published" in shown
    assert "It is not there: send it" in shown
    signed_in_as(cast.tess).post(
        reverse("web:publication-settle", args=[post.publications.get().pk]), {"outcome": "there"}
    )
    post.refresh_from_db()
    assert post.state == "out"


def test_the_list_takes_as_many_statements_for_many_as_for_few(cast: Cast, django_assert_max_num_queries) -> None:
    for number in range(12):
        post = Post.objects.create(author=cast.tess, text=f"Number {number}", state="out", cleared_by=cast.clem)
        Publication.objects.create(post=post, account=cast.account, state="sent", public_id=str(number))
    client = signed_in_as(cast.clem)
    with django_assert_max_num_queries(12):
        assert "Number 11" in client.get(reverse("web:posts")).content.decode()
