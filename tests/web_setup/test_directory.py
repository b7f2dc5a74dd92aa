"""Services, teams, people and the organisation: what is saved, what is refused in words, who gets in."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from putthrough.audit.models import Entry
from putthrough.directory.access import NotAllowed
from putthrough.directory.actions import CannotBeSaved, load_services, put_into_team, save_service, save_team, save_user
from putthrough.directory.models import Organisation, Service, Team, User
from putthrough.web.forms_setup.parts import Lines
from tests.cast import PASSWORD, resident_writes, signed_in_as

SERVICE = {"name": "Grit bins", "key": "other:grit", "synonyms": "salt bin\nsalt bin\n\nicy  road", "active": "on"}
PERSON = {"name": "Nell Orr", "email": "nell@westmoor.example", "role": "responder", "is_active": "on"}
TEAM = {"name": "Parks", "key": "parks"}


def said(answer):
    return answer.content.decode()


def test_a_service_that_is_added_is_what_messages_are_routed_by(cast):
    client = signed_in_as(cast.clem)
    filled = {**SERVICE, "team": cast.waste.pk, "target_days": "3", "phone": "01632 960 222", "words": "Ring them."}
    assert client.post(reverse("web:setup-service-new"), filled).status_code == 302
    row = Service.objects.get(key="other:grit")
    assert (row.synonyms, row.team, row.target_days) == (["salt bin", "icy road"], cast.waste, 3)
    assert row.signposts.get().phone == "01632 960 222"
    assert resident_writes("The salt bin is empty and the salt bin lid is gone.").owner == cast.waste
    assert Entry.objects.filter(verb="service.saved", by=cast.clem.name).exists()


def test_changing_a_service_keeps_one_signpost_and_can_take_it_away(cast):
    client, url = signed_in_as(cast.clem), reverse("web:setup-service", args=[cast.mains.pk])
    page = said(client.get(url))
    assert "Westwater" in page
    assert "01632 960 111" in page
    filled = {"name": "Burst mains", "key": "other:mains", "whose": "Westwater", "synonyms": "burst water main"}
    client.post(url, {**filled, "phone": "01632 960 333"})
    assert [post.phone for post in cast.mains.signposts.all()] == ["01632 960 333"]
    client.post(url, filled)
    cast.mains.refresh_from_db()
    assert (cast.mains.name, cast.mains.active, cast.mains.signposts.count()) == ("Burst mains", False, 0)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Name: Fill this in."),
        ({"key": "grit"}, "such as nhs:maternity"),
        ({"key": "lgsl:597"}, "has this key already"),
        ({"synonyms": "x" * 121}, "longer than 120"),
        ({"target_days": "soon"}, "whole number"),
    ],
)
def test_what_is_wrong_with_a_service_is_said_and_nothing_is_saved(cast, wrong, words):
    answer = signed_in_as(cast.clem).post(reverse("web:setup-service-new"), {**SERVICE, **wrong})
    assert answer.status_code == 422
    assert words in said(answer)
    assert not Service.objects.filter(name="Grit bins").exists()


def test_services_are_found_by_what_residents_say_and_read_page_by_page(cast, monkeypatch):
    client, url = signed_in_as(cast.clem), reverse("web:setup-services")
    assert "Missed bin collections" in said(client.get(url, {"q": "bin day"}))
    assert "Potholes" not in said(client.get(url, {"q": "bin day"}))
    monkeypatch.setattr("putthrough.web.views.setup.services.PAGE", 1)
    names, after = [], {}
    for _ in range(3):
        page = client.get(url, after).context
        names += [row["title"] for row in page["rows"]]
        after = {"after": page["older_url"].rpartition("=")[2]}
    assert names == sorted(names)
    assert len(set(names)) == 3
    assert page["older_url"] == ""


def test_a_team_is_added_and_who_is_in_it_is_the_administrators_business(cast):
    lead, administrator = signed_in_as(cast.clem), signed_in_as(cast.ada)
    assert lead.post(reverse("web:setup-team-new"), TEAM).status_code == 302
    parks = Team.objects.get(key="parks")
    url = reverse("web:setup-team", args=[parks.pk])
    lead.post(url, {**TEAM, "people": [cast.clem.pk]})
    assert list(parks.people.all()) == []
    administrator.post(url, {**TEAM, "people": [cast.wilf.pk, cast.tess.pk]})
    assert set(parks.people.all()) == {cast.wilf, cast.tess}
    assert Entry.objects.filter(verb="team.people", sentence__contains="Tess Quill, Wilf Tarn").exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"key": "highways"}, "has this key already"),
        ({"key": "our parks"}, "small letters, digits and hyphens"),
        ({"away_until": "2026-12-24"}, "Choose who covers"),
        ({"away_until": "Christmas"}, "Write the date"),
    ],
)
def test_what_is_wrong_with_a_team_is_said(cast, wrong, words):
    answer = signed_in_as(cast.clem).post(reverse("web:setup-team-new"), {**TEAM, **wrong})
    assert answer.status_code == 422
    assert words in said(answer)
    assert not Team.objects.filter(name="Parks").exists()


def test_a_team_away_names_its_cover_in_the_list(cast):
    filled = {"name": "Highways", "key": "highways", "cover": cast.waste.pk, "away_until": "2099-01-05"}
    client = signed_in_as(cast.clem)
    client.post(reverse("web:setup-team", args=[cast.highways.pk]), filled)
    assert "covered by Waste and recycling" in said(client.get(reverse("web:setup-teams")))


def test_a_person_is_added_with_a_password_that_works(cast):
    filled = {**PERSON, "password": "harbour violin 44", "teams": [cast.waste.pk]}
    assert signed_in_as(cast.ada).post(reverse("web:setup-person-new"), filled).status_code == 302
    nell = User.objects.get(email=PERSON["email"])
    assert list(nell.teams.all()) == [cast.waste]
    assert authenticate(username=PERSON["email"], password="harbour violin 44") == nell


def test_a_person_without_a_password_cannot_sign_in_by_one_and_keeps_the_one_they_have(cast):
    client = signed_in_as(cast.ada)
    client.post(reverse("web:setup-person-new"), PERSON)
    assert not User.objects.get(email=PERSON["email"]).has_usable_password()
    filled = {"name": "Wilf Tarn", "email": cast.wilf.email, "role": "triager", "is_active": "on"}
    client.post(reverse("web:setup-person", args=[cast.wilf.pk]), filled)
    wilf = authenticate(username=cast.wilf.email, password=PASSWORD)
    assert wilf is not None
    assert wilf.role == "triager"


def test_a_password_is_never_shown_again(cast):
    answer = signed_in_as(cast.ada).post(
        reverse("web:setup-person-new"), {**PERSON, "name": "", "password": "secret horse 77"}
    )
    assert answer.status_code == 422
    assert "secret horse 77" not in said(answer)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "WILF@westmoor.example"}, "has this address already"),
        ({"password": "short"}, "too short"),
        ({"role": "king"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_a_person_is_said(cast, wrong, words):
    answer = signed_in_as(cast.ada).post(reverse("web:setup-person-new"), {**PERSON, **wrong})
    assert answer.status_code == 422
    assert words in said(answer)
    assert not User.objects.filter(name="Nell Orr").exists()


@pytest.mark.parametrize("change", [{"role": "responder", "is_active": "on"}, {"role": "administrator"}])
def test_the_last_administrator_stays_one(cast, change):
    filled = {"name": cast.ada.name, "email": cast.ada.email, **change}
    answer = signed_in_as(cast.ada).post(reverse("web:setup-person", args=[cast.ada.pk]), filled)
    assert answer.status_code == 422
    assert "the only administrator" in said(answer)
    cast.ada.refresh_from_db()
    assert (cast.ada.role, cast.ada.is_active) == ("administrator", True)


def test_an_administrator_who_is_not_the_last_may_go(cast):
    cast.clem.role = User.Role.ADMINISTRATOR
    save_user(cast.clem)
    cast.ada.is_active = False
    assert save_user(cast.ada, by=cast.clem).is_active is False


def test_the_organisation_is_changed(cast):
    filled = {"name": "Eastmoor", "nation": "wales", "target_days": "7", "quiet_days": "10", "undo_seconds": "0"}
    assert signed_in_as(cast.clem).post(reverse("web:setup-organisation"), filled).status_code == 302
    row = Organisation.objects.get()
    assert (row.name, row.nation, row.target_days, row.quiet_days) == ("Eastmoor", "wales", 7, 10)
    assert (row.undo_seconds, row.split_on_topic) == (0, False)


def test_the_actions_themselves_refuse_whoever_lacks_the_verb(cast):
    with pytest.raises(NotAllowed):
        save_team(cast.waste, by=cast.harriet)
    with pytest.raises(NotAllowed):
        save_service(cast.bins, by=cast.tess)
    with pytest.raises(NotAllowed):
        save_user(cast.wilf, by=cast.clem)
    with pytest.raises(NotAllowed):
        put_into_team(cast.waste, [cast.clem], by=cast.clem)
    with pytest.raises(NotAllowed):
        load_services([], by=cast.clem)


def test_nobody_is_left_to_administer_is_refused_by_the_action_too(cast):
    cast.ada.role = User.Role.RESPONDER
    with pytest.raises(CannotBeSaved):
        save_user(cast.ada, by="A script")


@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=30), max_size=20))
def test_lines_are_tidied_once_and_for_all(lines):
    field = Lines(required=False)
    once = field.clean("\n".join(lines))
    assert field.clean("\r\n".join(once)) == once
    assert len(set(once)) == len(once)
    assert all(line == " ".join(line.split()) and line for line in once)
