"""Loading places changes what the file names, all of it or nothing, and twice is once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from putthrough.directory.access import NotAllowed
from putthrough.directory.actions import CannotBeSaved, save_service, save_team, save_user
from putthrough.directory.models import AreaTeam, Place, Service, Team, User
from putthrough.directory.placefile import PlaceEntry, PlaceFile
from putthrough.directory.places import (
    Unknown,
    clear_places,
    delete_place,
    load_places,
    mistakes,
    save_area_teams,
    save_place,
)
from putthrough.directory.queries import areas, directory_version, places_as_entries, places_page

pytestmark = pytest.mark.django_db

MILL = PlaceEntry(2, "Mill Lane", "Eastfield", "North")
ROWS = (MILL, PlaceEntry(3, "", "Westgate", "South", "Grass cutting", "grounds-south"))


@pytest.fixture
def grass() -> Service:
    grounds = save_team(Team(key="grounds", name="Grounds"))
    save_team(Team(key="grounds-south", name="Grounds south"))
    return save_service(Service(key="lgsl:589", name="Grass cutting", team=grounds))


def kept() -> list[tuple[str, str, str]]:
    return list(Place.objects.values_list("name", "ward", "area"))


def test_places_and_teams_are_added_once(grass: Service):
    first, second = load_places(ROWS), load_places(ROWS)
    assert (first.added, first.changed, list(first.teams)) == (2, 0, ["Grass cutting in South: Grounds south"])
    assert (second.added, second.changed, second.unchanged, list(second.teams)) == (0, 0, 2, [])
    assert kept() == [("Mill Lane", "Eastfield", "North"), ("Westgate", "", "South")]
    assert AreaTeam.objects.get().team.key == "grounds-south"


def test_a_second_time_is_no_change_of_the_directory(grass: Service):
    load_places(ROWS)
    before = directory_version()
    load_places(ROWS)
    assert directory_version() == before


def test_a_dry_run_changes_nothing(grass: Service):
    before = directory_version()
    assert load_places(ROWS, dry_run=True).added == 2
    assert (kept(), AreaTeam.objects.count(), directory_version()) == ([], 0, before)


def test_another_spelling_is_the_same_place(grass: Service):
    load_places(ROWS)
    done = load_places([replace(MILL, street="Mill Ln", area="South")])
    assert (done.added, done.changed, list(done.altered)) == (0, 1, ["Mill Ln, Eastfield: South"])
    assert Place.objects.count() == 2


def test_an_area_is_written_as_it_was_first(grass: Service):
    load_places(ROWS)
    load_places([PlaceEntry(2, "Larch Road", "", "NORTH")])
    assert [(area.name, area.places, area.teams) for area in areas()] == [
        ("North", 2, ()),
        ("South", 1, ("Grounds south",)),
    ]


def test_what_there_is_not_is_named_by_its_line_and_nothing_is_loaded(grass: Service):
    rows = (MILL, replace(ROWS[1], team="nobody"), PlaceEntry(4, "A Street", "", "North", "dragons", "grounds"))
    with pytest.raises(Unknown):
        load_places(rows)
    assert kept() == []
    assert [(one.line, one.words.split(":")[0]) for one in mistakes(PlaceFile(rows))] == [
        (3, "There is no team “nobody”"),
        (4, "There is no service “dragons”"),
    ]


def test_what_is_kept_is_a_file_that_changes_nothing(grass: Service):
    load_places(ROWS)
    assert not load_places(places_as_entries()).does_anything


def test_one_place_is_changed_and_taken_out(grass: Service):
    load_places(ROWS)
    row = Place.objects.get(name="Mill Lane")
    row.area = "south"
    save_place(row)
    assert kept()[0] == ("Mill Lane", "Eastfield", "South")
    with pytest.raises(CannotBeSaved, match="in the list already"):
        save_place(Place(name="mill ln", ward="EASTFIELD", area="North"))
    delete_place(row)
    assert kept() == [("Westgate", "", "South")]


def test_clearing_keeps_who_provides_what(grass: Service):
    load_places(ROWS)
    assert clear_places() == 2
    assert (kept(), AreaTeam.objects.count()) == ([], 1)


def test_the_teams_of_a_service_take_the_place_of_those_before(grass: Service):
    load_places(ROWS)
    grounds = Team.objects.get(key="grounds")
    save_area_teams(grass, {"south": grounds, "West": grounds})
    assert {one.area: one.team for one in AreaTeam.objects.all()} == {"South": grounds, "West": grounds}


def test_who_may_not_import_may_not():
    wilf = save_user(User(email="wilf@westmoor.example", name="Wilf"))
    for change in (lambda: load_places([MILL], by=wilf), lambda: clear_places(by=wilf)):
        with pytest.raises(NotAllowed):
            change()


def test_pages_go_on_where_the_last_one_ended():
    load_places([PlaceEntry(2, "Church Road", f"Ward {number}", "North") for number in range(5)])
    first = places_page(limit=3)
    rest = places_page(after=first[-1])
    assert [one.ward for one in (*first, *rest)] == [f"Ward {number}" for number in range(5)]
    assert len(places_page("ward 3")) == 1
