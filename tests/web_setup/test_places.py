"""Places in Set-up: listed and found, from a CSV and back into one, and who provides what where."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from putthrough.directory.models import AreaTeam, Place
from putthrough.directory.placefile import uploaded_places
from putthrough.directory.places import save_area_teams, save_place
from putthrough.routing.known import known
from tests.cast import Cast, resident_writes, signed_in_as

GOOD = b"street,ward,area,service,team\nMill Rise,Eastfield,North,lgsl:597,waste\nLarch Road,,South,,\n"
LIST = "web:setup-places"


def page(client: Client, name: str = LIST, **asked: str) -> str:
    answer = client.get(reverse(name), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def upload(client: Client, raw: bytes, name: str = "places.csv"):
    return client.post(reverse("web:setup-places-import"), {"file": SimpleUploadedFile(name, raw)})


@pytest.fixture
def ada(cast: Cast) -> Client:
    return signed_in_as(cast.ada)


def test_an_empty_list_says_what_to_do(ada: Client):
    text = page(ada)
    assert "There is no place yet" in text
    assert "Download a sample" in text


def test_a_file_is_shown_first_and_then_imported(ada: Client, cast: Cast):
    answer = upload(ada, GOOD)
    shown = answer.content.decode()
    for words in ("2 to be added", "Mill Rise, Eastfield: North", "Potholes and road surface in North: Waste and"):
        assert words in shown
    assert not Place.objects.exists()
    kept = re.search(r'name="kept" value="([^"]+)"', shown)
    assert kept
    done = ada.post(reverse("web:setup-places-import"), {"kept": kept[1]}, follow=True).content.decode()
    assert "Imported places.csv: 2 places added, 0 changed, 0 as before." in done
    assert "There are 2 places in 2 areas." in done
    assert AreaTeam.objects.get().team == cast.waste


def test_all_that_is_wrong_is_said_at_once(ada: Client):
    answer = upload(ada, GOOD + b",,North,,\nElm Rise,,North,dragons,waste\n")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 4:" in text
    assert "There is no service “dragons”" in text
    assert 'name="kept"' not in text


def test_what_was_not_shown_cannot_be_imported(ada: Client):
    answer = ada.post(reverse("web:setup-places-import"), {"kept": "made-up"}, follow=True)
    assert "nothing was imported" in answer.content.decode()


def test_places_are_found_by_street_ward_and_area(ada: Client):
    for name, ward, area in (("Mill Rise", "Eastfield", "North"), ("Larch Road", "Westgate", "South")):
        save_place(Place(name=name, ward=ward, area=area))
    for words in ("larch", "westg", "south"):
        text = page(ada, q=words)
        assert "Larch Road" in text
        assert "Mill Rise" not in text
    assert "No place fits" in page(ada, q="zzz")


def test_a_long_list_goes_on(ada: Client):
    Place.objects.bulk_create(Place(key=f"p {n}/", name=f"Place {n:03}", area="North") for n in range(130))
    text = page(ada)
    assert "Place 099" in text
    assert "Place 100" not in text
    after = re.search(r"after=(\d+)", text)
    assert after
    assert "Place 129" in page(ada, after=after[1])


def test_one_is_added_changed_and_taken_out(ada: Client):
    made = {"name": "Mill Lane", "ward": " Eastfield ", "area": "North"}
    ada.post(reverse("web:setup-place-new"), made)
    row = Place.objects.get(ward="Eastfield")
    assert "in the list already" in ada.post(reverse("web:setup-place-new"), made).content.decode()
    ada.post(reverse("web:setup-place", args=[row.pk]), {**made, "area": "South"})
    row.refresh_from_db()
    assert row.area == "South"
    ada.post(reverse("web:setup-place-delete", args=[row.pk]))
    assert not Place.objects.exists()
    assert ada.post(reverse("web:setup-place-new"), {**made, "name": "12"}).status_code == 422
    assert ada.get(reverse("web:setup-place", args=[row.pk])).status_code == 404


def test_taking_all_out_asks_first(ada: Client):
    save_place(Place(name="Mill Lane", area="North"))
    assert "Take all places out of the list" in page(ada, "web:setup-places-clear")
    assert Place.objects.exists()
    done = ada.post(reverse("web:setup-places-clear"), follow=True).content.decode()
    assert "1 place is no longer in the list." in done
    assert not Place.objects.exists()


def test_what_is_downloaded_can_be_imported(ada: Client, cast: Cast):
    save_place(Place(name="Élan Row", ward="Eastfield", area="North"))
    save_area_teams(cast.potholes, {"North": cast.waste})
    found = uploaded_places("places.csv", ada.get(reverse("web:setup-places-file")).content)
    assert [(one.name, one.area, one.service, one.team) for one in found.entries] == [
        ("Élan Row", "North", "", ""),
        ("", "North", "lgsl:597", "waste"),
    ]
    sample = ada.get(reverse("web:setup-places-sample"))
    assert uploaded_places("s.csv", sample.content).problems == ()
    assert sample["Content-Disposition"] == 'attachment; filename="places-sample.csv"'


def test_the_lead_sees_places_but_imports_none(cast: Cast):
    text = page(signed_in_as(cast.clem))
    assert "Add a place" in text
    assert "Import from a CSV" not in text


class TestTeamsByArea:
    def save(self, cast: Cast, lines: str):
        row = cast.potholes
        data = {"name": row.name, "key": row.key, "synonyms": "pothole", "team": row.team_id, "active": "on"}
        url = reverse("web:setup-service", args=[row.pk])
        return signed_in_as(cast.ada).post(url, {**data, "area_teams": lines})

    def test_they_are_written_one_a_line_and_shown_again(self, cast: Cast):
        assert self.save(cast, "North: Waste and recycling\nSouth: highways").status_code == 302
        assert {one.area: one.team for one in AreaTeam.objects.all()} == {"North": cast.waste, "South": cast.highways}
        url = reverse("web:setup-service", args=[cast.potholes.pk])
        assert "North: Waste and recycling\nSouth: Highways" in signed_in_as(cast.ada).get(url).content.decode()
        assert known().by_id[cast.potholes.pk].areas["north"] == (cast.waste.pk, "Waste and recycling")

    def test_without_lines_there_are_none(self, cast: Cast):
        save_area_teams(cast.potholes, {"North": cast.waste})
        assert self.save(cast, "").status_code == 302
        assert not AreaTeam.objects.exists()

    @pytest.mark.parametrize(
        ("lines", "words"),
        [
            ("North", "as an area, a colon and a team"),
            ("North: nobody", "There is no team “nobody”"),
            ("North: waste\nnorth: highways", "stands there twice"),
        ],
    )
    def test_what_cannot_be_is_said(self, cast: Cast, lines: str, words: str):
        answer = self.save(cast, lines)
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_why_it_is_here_shows_the_place(cast: Cast):
    save_place(Place(name="Mill Rise", ward="Eastfield", area="North"))
    save_area_teams(cast.potholes, {"North": cast.waste})
    row = resident_writes("There are potholes on Mill Rise, deep enough to lose a wheel in.")
    assert row.owner == cast.waste
    text = signed_in_as(cast.wilf).get(reverse("web:why", args=[row.pk])).content.decode()
    assert "Mill Rise is in the area North, which Waste and recycling looks after." in text
    assert "Without the place “Mill Rise” it would go to Highways" in text
