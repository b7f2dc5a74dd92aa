"""Lists of Set-up cost the same number of statements however long they are, and show only what one may open."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.directory.actions import save_service, save_team
from putthrough.directory.models import Place, Service, Team, User
from putthrough.directory.places import save_area_teams, save_place
from putthrough.routing.actions import save_rule
from putthrough.routing.models import Rule
from tests.cast import person, signed_in_as


def _grow(cast):
    for number in range(12):
        team = save_team(Team(key=f"team-{number}", name=f"Team {number}"))
        service = save_service(Service(key=f"other:s{number}", name=f"Service {number}", team=team))
        person(f"Person{number} Extra", User.Role.RESPONDER, team, cast.waste)
        conditions = {"words": [f"word{number}"], "account": cast.account.pk}
        save_rule(Rule(name=f"Rule {number}", conditions=conditions, service=service), by=cast.tess)
        save_place(Place(name=f"Larch Road {number}", ward="Eastfield", area=f"Area {number}"))
        save_area_teams(service, {f"Area {number}": team})
        save_account(Account(channel="rehearsal", address=f"@extra{number}", name=f"Extra {number}", team=team))


@pytest.mark.parametrize(
    "name",
    ["setup-services", "setup-teams", "setup-people", "setup-rules", "setup-accounts", "setup-health", "setup-places"],
)
def test_a_list_takes_the_same_statements_however_long(cast, name):
    client, url = signed_in_as(cast.ada), reverse(f"web:{name}")

    def statements():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    statements()
    few = statements()
    _grow(cast)
    statements()
    assert statements() == few


def test_the_way_in_shows_each_what_they_may_open(cast):
    def offered(user):
        answer = signed_in_as(user).get(reverse("web:setup"))
        return [line["label"] for line in answer.context["lines"]]

    assert offered(cast.tess) == ["Rules"]
    assert "People" in offered(cast.ada)
    assert "People" not in offered(cast.clem)


def test_every_part_that_is_offered_can_be_opened(cast):
    for user in (cast.tess, cast.clem, cast.ada):
        client = signed_in_as(user)
        for line in client.get(reverse("web:setup")).context["lines"]:
            assert client.get(line["url"]).status_code == 200, (user, line)
