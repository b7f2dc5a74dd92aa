"""A small public body: its teams, somebody of every role, services, and accounts on networks that misbehave."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.directory.actions import save_organisation, save_service, save_team, save_user
from putthrough.directory.models import Service, Team, User
from putthrough.directory.queries import organisation, triage_team
from putthrough.replies.models import Trust
from putthrough.replies.trusting import begin
from putthrough.routing.actions import save_rule
from putthrough.routing.models import Rule
from tests.doubles import scripted

POTHOLE, BIN, DAMP = "pothole", "wheelie", "mould"
PUBLIC, DIRECT, WASTE, PRACTICE = "@alpha", "@mute", "@beta", "@practice"
_R = User.Role


@dataclass
class World:
    """Teams, services, people and accounts by their short names, and what the history has shown so far.

    ``steps`` are people's steps of trust, ``cleared`` who let which words go, ``heard`` how many the network has had.
    """

    network: scripted.Network
    teams: dict[str, Team]
    services: dict[str, Service]
    people: dict[str, User]
    accounts: dict[str, Account]
    drafts: dict[tuple[int, int], str] = field(default_factory=dict)
    clocks: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    seen_at: tuple[int, int] = (0, 0)
    steps: dict[int, str] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)
    heard: int = 0

    def user(self, key: str) -> User:
        """As a request loads them: nothing remembered from before."""
        return User.objects.get(pk=self.people[key].pk)


def build() -> World:
    """Put the body into an empty database, on a network with nothing on it."""
    network = scripted.fresh()
    body = organisation()
    body.name, body.undo_seconds = "Ashcombe Council", 10
    save_organisation(body)
    teams = _teams()
    services = _services(teams)
    people = _people(teams)
    _rules(people["tess"], services)
    return World(network, teams, services, people, _accounts(teams))


def _teams() -> dict[str, Team]:
    teams = {"triage": triage_team()}
    for key in ("highways", "waste", "housing", "idle"):
        teams[key] = save_team(Team(key=key, name=key.capitalize()))
    teams["comms"] = save_team(Team(key="comms", name="Communications", kind=Team.Kind.COMMS))
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
        key: save_service(
            Service(key=f"ours:{key}", name=key.capitalize(), team=teams[team] if team else None, target_days=days)
        )
        for key, (team, days) in rows.items()
    }


def _people(teams: dict[str, Team]) -> dict[str, User]:
    rows = {
        "tess": (_R.TRIAGER, ["triage"]),
        "harriet": (_R.RESPONDER, ["highways"]),
        "hugh": (_R.RESPONDER, ["highways", "housing"]),
        "wilf": (_R.RESPONDER, ["waste"]),
        "hana": (_R.RESPONDER, ["housing"]),
        "otto": (_R.RESPONDER, ["idle"]),
        "clem": (_R.COMMS_LEAD, ["comms"]),
        "ivy": (_R.INFORMATION_GOVERNANCE, []),
        "ada": (_R.ADMINISTRATOR, ["highways"]),
    }
    people = {
        key: save_user(
            User(email=f"{key}@ashcombe.example", name=key.capitalize(), role=role),
            teams=[teams[team] for team in among],
        )
        for key, (role, among) in rows.items()
    }
    for user in people.values():
        begin(user, Trust.Step.TRUSTED)
    return people


def _rules(by: User, services: dict[str, Service]) -> None:
    for word, key in ((POTHOLE, "potholes"), (BIN, "bins"), (DAMP, "damp")):
        save_rule(Rule(name=key.capitalize(), conditions={"words": [word]}, service=services[key]), by=by)
    save_rule(Rule(name="Advertising", conditions={"words": ["advertising"]}, closes=True), by=by)


def _accounts(teams: dict[str, Team]) -> dict[str, Account]:
    rows = {
        "alpha": ("scripted", PUBLIC, None),
        "mute": ("deaf", DIRECT, None),
        "beta": ("scripted", WASTE, "waste"),
        "practice": ("rehearsal", PRACTICE, None),
    }
    return {
        key: save_account(
            Account(channel=channel, address=address, name=key.capitalize(), team=teams[team] if team else None)
        )
        for key, (channel, address, team) in rows.items()
    }
