"""A small public body: four teams, somebody of every role, five services, and accounts on networks that misbehave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection

from putthrough.audit.chain import GENESIS
from putthrough.audit.models import Head
from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.directory import actions
from putthrough.directory.models import Service, Team, User
from putthrough.directory.queries import organisation, triage_team
from putthrough.routing.actions import save_rule
from putthrough.routing.models import Rule
from tests.doubles import unruly as scripted

POTHOLE, BIN, DAMP = "pothole", "wheelie", "mould"
SERVICES = (None, None, "potholes", "lamps", "bins", "damp", "elsewhere")


@dataclass
class World:
    """Teams, services, people and accounts by their short names."""

    teams: dict[str, Team]
    services: dict[str, Service]
    people: dict[str, User]
    accounts: dict[str, Account]


def build() -> World:
    """Put the body into an empty database."""
    scripted.register()
    scripted.network.reset()
    organisation()
    teams = _teams()
    services = _services(teams)
    people = _people(teams)
    _rules(people["tess"], services)
    return World(teams, services, people, _accounts(teams))


def _teams() -> dict[str, Team]:
    teams = {"triage": triage_team()}
    for key in ("highways", "waste", "housing", "idle"):
        teams[key] = actions.save_team(Team(key=key, name=key.capitalize()))
    teams["comms"] = actions.save_team(Team(key="comms", name="Communications", kind=Team.Kind.COMMS))
    return teams


def _services(teams: dict[str, Team]) -> dict[str, Service]:
    rows = {
        "potholes": ("highways", 10),
        "lamps": ("highways", None),
        "bins": ("waste", 2),
        "damp": ("housing", 5),
        "elsewhere": (None, None),
    }
    return {
        key: actions.save_service(
            Service(key=f"ours:{key}", name=key.capitalize(), team=teams[team] if team else None, target_days=days)
        )
        for key, (team, days) in rows.items()
    }


def _people(teams: dict[str, Team]) -> dict[str, User]:
    role = User.Role
    rows = {
        "tess": (role.TRIAGER, ["triage"]),
        "harriet": (role.RESPONDER, ["highways"]),
        "hugh": (role.RESPONDER, ["highways"]),
        "wilf": (role.RESPONDER, ["waste"]),
        "hana": (role.RESPONDER, ["housing"]),
        "otto": (role.RESPONDER, ["idle"]),
        "clem": (role.COMMS_LEAD, ["comms"]),
        "ivy": (role.INFORMATION_GOVERNANCE, []),
        "ada": (role.ADMINISTRATOR, ["highways"]),
    }
    return {
        key: actions.save_user(
            User(email=f"{key}@council.example", name=key.capitalize(), role=has),
            teams=[teams[team] for team in among],
        )
        for key, (has, among) in rows.items()
    }


def _rules(by: User, services: dict[str, Service]) -> None:
    for word, key in ((POTHOLE, "potholes"), (BIN, "bins"), (DAMP, "damp")):
        save_rule(Rule(name=key.capitalize(), conditions={"words": [word]}, service=services[key]), by=by)
    save_rule(Rule(name="Advertising", conditions={"words": ["advertising"]}, closes=True), by=by)


def _accounts(teams: dict[str, Team]) -> dict[str, Account]:
    rows = {
        "ford": ("rehearsal", "@ford", None),
        "alpha": ("unruly", "@alpha", None),
        "beta": ("unruly", "@beta", "waste"),
        "mute": ("mute", "@mute", None),
    }
    return {
        key: save_account(
            Account(
                channel=channel,
                address=address,
                name=key.capitalize(),
                team=teams[team] if team else None,
                settings={"poll_seconds": 0},
            )
        )
        for key, (channel, address, team) in rows.items()
    }


def load() -> World:
    """The body that another process has put into the database."""
    scripted.register()
    return World(
        {team.key: team for team in Team.objects.all()},
        {service.key.removeprefix("ours:"): service for service in Service.objects.all()},
        {person.name.lower(): person for person in User.objects.all()},
        {account.name.lower(): account for account in Account.objects.all()},
    )


@pytest.fixture
def built(transactional_db: None) -> Iterator[World]:
    """The body in a database that is emptied afterwards by hand, search index included."""
    Head.objects.get_or_create(pk=1, defaults={"hash": GENESIS})
    yield build()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO message_words(message_words) VALUES ('delete-all')")
        else:
            cursor.execute("TRUNCATE message_words")
