"""Incidents: suggested by themselves, decided by people, seen only as their conversations are."""

from __future__ import annotations

import pytest

from putthrough.audit.models import Entry
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.directory.access import NotAllowed, NotVisible
from putthrough.directory.actions import save_team
from putthrough.directory.models import Team
from putthrough.handover.incidents import queries, step
from putthrough.handover.incidents.actions import add, agree, close, confirm, dismiss, remove
from putthrough.handover.incidents.humans import DANGER
from putthrough.handover.incidents.models import Incident, Membership
from putthrough.handover.incidents.moving import bring_together
from putthrough.handover.incidents.pools import pool_of
from tests.body import WASTE, World, build
from tests.story import filed, posted, settle, written

pytestmark = pytest.mark.django_db

NO_WATER = (
    "No water in Mill Lane since 6",
    "no water mill lane, what is going on?",
    "Burst pipe in Mill Lane, water everywhere",
    "is it just us with no water in Mill Lane?",
    "Still no water in Mill Lane!!",
    "the water is off in mill lane again",
    "there is no water here either, Mill Lane",
)


@pytest.fixture
def town() -> World:
    return build()


def burst(*, private: bool = False, to: str = "@alpha") -> Incident:
    """Seven people write about one burst pipe."""
    for number, text in enumerate(NO_WATER):
        posted(text, by=f"@w{number}", private=private, to=to)
    filed()
    settle()
    return Incident.objects.get()


def test_a_burst_is_suggested_with_what_belongs_to_it(town: World) -> None:
    written("You forgot our wheelie bin in Quarry Lane", private=False)
    row = burst()
    assert (row.state, row.owner) == (Incident.State.SUGGESTED, None)
    assert "water" in row.title.lower()
    assert "Mill Lane" in row.title
    assert queries.count(town.user("tess"), row) == len(NO_WATER)
    assert Entry.objects.filter(verb="incident.suggested", thing=f"incident:{row.pk}").count() == 1


def test_two_people_are_no_burst(town: World) -> None:
    for number, text in enumerate(NO_WATER[:2]):
        posted(text, by=f"@w{number}", private=False)
    filed()
    assert not Incident.objects.exists()


def test_one_person_who_writes_again_and_again_is_no_burst(town: World) -> None:
    for text in NO_WATER:
        posted(text, by="@same", private=False)
    filed()
    assert not Incident.objects.exists()


def test_gathering_again_after_a_start_changes_nothing(town: World) -> None:
    row = burst()
    before = set(Membership.objects.values_list("conversation", flat=True))
    step.forget()
    settle()
    assert Incident.objects.get().pk == row.pk
    assert set(Membership.objects.values_list("conversation", flat=True)) == before


def test_who_writes_later_joins_it(town: World) -> None:
    row = burst()
    late = written("mill lane here too, not a drop of water", by="@late", private=False)
    assert late.memberships.get().incident == row


def test_a_message_that_asks_for_help_is_marked(town: World) -> None:
    row = burst()
    plea = written("No water in Mill Lane and my nan has collapsed, please help", by="@plea", private=False)
    assert plea.memberships.get(incident=row).why == DANGER


def test_a_person_confirms_it_and_names_who_answers(town: World) -> None:
    row = confirm(burst(), by=town.user("tess"), owner=town.teams["highways"], title="Burst main, Mill Lane")
    assert (row.state, row.owner, row.title) == ("open", town.teams["highways"], "Burst main, Mill Lane")
    with pytest.raises(CannotBeDone):
        confirm(row, by=town.user("tess"), owner=town.teams["waste"])
    assert close(row, by=town.user("harriet")).state == "closed"


def test_what_was_dismissed_is_not_suggested_again(town: World) -> None:
    dismiss(burst(), by=town.user("tess"))
    written("still no water in Mill Lane", by="@late", private=False)
    step.forget()
    settle()
    assert Incident.objects.get().state == "dismissed"
    assert not Membership.objects.exclude(how="removed").exists()


def test_a_person_puts_one_in_and_takes_one_out_for_good(town: World) -> None:
    row, tess = burst(), town.user("tess")
    other = written("Is the library open?", by="@other", private=False)
    add(row, other, by=tess)
    out = row.memberships.exclude(conversation=other).first()
    assert out is not None
    remove(row, out.conversation, by=tess)
    step.forget()
    settle()
    inside = set(row.memberships.exclude(how="removed").values_list("conversation", flat=True))
    assert other.pk in inside
    assert out.conversation_id not in inside


def test_whoever_sees_none_of_its_conversations_sees_no_incident(town: World) -> None:
    row = burst(private=True, to=WASTE)
    assert queries.incident(town.user("wilf"), row.pk) == row
    for stranger in ("harriet", "tess", "ada"):
        assert row not in queries.incidents(town.user(stranger))
        with pytest.raises(NotVisible):
            queries.incident(town.user(stranger), row.pk)
        with pytest.raises(NotAllowed):
            dismiss(row, by=town.user(stranger))


def test_a_viewer_is_shown_only_the_conversations_that_they_see(town: World) -> None:
    row = burst()
    written("No water in Mill Lane, Waste depot", by="@z", private=True, to=WASTE)
    assert queries.count(town.user("tess"), row) == len(NO_WATER)
    assert queries.count(town.user("wilf"), row) == 1


def test_an_offices_letters_never_gather_with_others(town: World) -> None:
    office = save_team(Team(key="cllr-ash", name="Councillor Ash", kind="office"))
    assert pool_of(office) not in ("", pool_of(save_team(Team(key="cllr-elm", name="Councillor Elm", kind="office"))))
    row = burst()
    theirs = written("no water in Mill Lane", by="@ward", private=True, to=WASTE)
    Conversation.objects.filter(pk=theirs.pk).update(owner=office)
    theirs.memberships.all().delete()
    step.forget()
    settle()
    assert not theirs.memberships.exists()
    with pytest.raises((CannotBeDone, NotVisible)):
        add(row, theirs, by=town.user("tess"))


def test_what_other_teams_have_is_passed_to_the_team_that_answers_but_nothing_that_may_mean_danger(town: World) -> None:
    tess = town.user("tess")
    row = burst()
    plea = written("No water in Mill Lane and my nan has collapsed, please help", by="@plea", private=False)
    row = confirm(row, by=tess, owner=town.teams["highways"])
    went, why = bring_together(row, by=tess)
    assert (went, why) == (len(NO_WATER), "")
    plea.refresh_from_db()
    assert plea.owner == town.teams["triage"]
    owners = row.memberships.exclude(conversation=plea).values_list("conversation__owner__key", flat=True)
    assert set(owners) == {"highways"}


@pytest.mark.parametrize("line", ["Hello {someone}", "Hello {", "Hello {name.first}", ""])
def test_a_line_that_cannot_be_filled_in_is_refused(town: World, line: str) -> None:
    row = burst()
    with pytest.raises(CannotBeDone):
        agree(row, [line], by=town.user("tess"))
    assert agree(row, ["Hello {name}, we are on it."], by=town.user("tess")).wordings


def test_gathering_takes_as_many_statements_for_many_as_for_few(
    town: World, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    burst()
    for number in range(40):
        posted(f"No water in Mill Lane, flat {number}", by=f"@m{number}", private=False)
    filed()
    step.forget()
    with django_assert_max_num_queries(20):  # type: ignore[operator]  # a context manager of pytest-django
        step.gather()
