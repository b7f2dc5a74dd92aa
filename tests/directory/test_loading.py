"""Loading a directory file changes what it names, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from putthrough.directory.actions import load_services, save_service, save_team
from putthrough.directory.models import Service, Signpost, Team
from putthrough.directory.queries import directory_version
from putthrough.directory.servicefile import ServiceEntry, SignpostEntry

POST = SignpostEntry("https://westmoor.example/roads", "01632 960 001", "9 to 5", "Ring the road team.")
ENTRY = ServiceEntry("lgsl:597", "Potholes", 597, "highways", "Holes", ("pothole",), "", POST)

pytestmark = pytest.mark.django_db


def posts():
    return [SignpostEntry(p.page, p.phone, p.hours, p.words) for p in Signpost.objects.order_by("pk")]


def test_a_service_is_added_with_its_team_and_signpost():
    loaded = load_services([ENTRY])
    service = Service.objects.select_related("team").get()
    assert (loaded.added, loaded.changed, loaded.unchanged, list(loaded.new_teams)) == (1, 0, 0, ["highways"])
    assert (service.name, service.lgsl, service.team.key) == ("Potholes", 597, "highways")
    assert posts() == [POST]


def test_a_second_time_changes_nothing():
    load_services([ENTRY])
    loaded = load_services([ENTRY])
    assert (loaded.added, loaded.changed, loaded.unchanged) == (0, 0, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Holes in roads"},
        {"description": "Deep ones"},
        {"synonyms": ("pothole", "crater")},
        {"whose": "Westmoor Highways Ltd"},
        {"team": "roads"},
        {"signpost": replace(POST, phone="01632 960 002")},
        {"lgsl": 598},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_change_is_seen_tried_and_made(change):
    load_services([ENTRY])
    altered = replace(ENTRY, **change)
    assert load_services([altered], dry_run=True).changed == 1
    assert load_services([ENTRY], dry_run=True).changed == 0, "a dry run changed something"
    assert load_services([altered]).changed == 1
    assert load_services([altered]).unchanged == 1
    assert posts() == [altered.signpost]


def test_what_the_file_does_not_name_stays():
    load_services([ENTRY])
    roads = save_team(Team(key="roads", name="Roads"))
    service = Service.objects.get()
    service.team = roads
    save_service(service)
    load_services([replace(ENTRY, name="Holes in roads", team="", signpost=None)])
    service.refresh_from_db()
    assert (service.name, service.team) == ("Holes in roads", roads)
    assert posts() == [POST]


def test_routing_hears_of_it_only_when_it_is_done():
    before = directory_version()
    load_services([ENTRY], dry_run=True)
    assert (directory_version(), Service.objects.count(), Team.objects.filter(key="highways").count()) == (before, 0, 0)
    load_services([ENTRY])
    assert directory_version() > before
