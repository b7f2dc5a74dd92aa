"""Putting the fictional body into an empty database. Doing it again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.channels.queries import accounts
from putthrough.demo import body
from putthrough.directory import actions, queries
from putthrough.directory.models import Team, User
from putthrough.directory.placefile import uploaded_places
from putthrough.directory.places import load_places
from putthrough.directory.servicefile import starter
from putthrough.handover.alerts.models import OnCall, Policy
from putthrough.handover.alerts.setting import save_on_call, save_policy
from putthrough.replies.trusting import begin

BY = "Demo set-up"
SERVICE_EMAIL = "service.account@ambleford.example"


@dataclass(frozen=True, slots=True)
class Seeded:
    """``fresh`` is true when the body was put in just now; ``token`` is the demo's API key, then only."""

    fresh: bool
    token: str


def seed() -> Seeded:
    """The body's directory, people and accounts, and an API key."""
    organisation = queries.organisation()
    if organisation.demo:
        return Seeded(False, "")
    organisation.name, organisation.demo = body.NAME, True
    actions.save_organisation(organisation, by=BY)
    triage = queries.triage_team()
    actions.load_services(starter(), by=BY)
    _places()
    _name_teams()
    _people(triage)
    _on_call()
    _accounts()
    return Seeded(True, _token())


def _places() -> None:
    """The town's streets, and a team for the parks of its north."""
    actions.save_team(Team(key="parks-north", name="Parks north"), by=BY)
    raw = files("putthrough.demo").joinpath("places.csv").read_bytes()
    load_places(uploaded_places("places.csv", raw).entries, by=BY)


def _name_teams() -> None:
    for team in queries.teams():
        team.name = body.NAMES.get(team.key, team.name)
        if team.key in ("communications", "hospital-comms"):
            team.kind = Team.Kind.COMMS
        actions.save_team(team, by=BY)


def _people(triage: Team) -> None:
    by_key = {team.key: team for team in queries.teams()} | {"triage": triage}
    taken = {key for person in body.PEOPLE for key in person.teams}
    rest = tuple(sorted(set(by_key) - taken))
    cass = body.Person(*body.REST, "responder", rest)
    for person in (*body.PEOPLE, cass):
        user = User(email=person.email, name=person.name, role=person.role, demo=True)
        teams = [by_key[key] for key in person.teams if key in by_key]
        actions.save_user(user, by=BY, password=person.password, teams=teams)
        begin(user, person.step, by=BY)


def _on_call() -> None:
    """Who is told when a life may be at risk: the demo has no text messages, so by email alone."""
    ada = User.objects.get(email=body.ADMINISTRATOR)
    team = Team.objects.get(key=body.ON_CALL)
    save_policy(Policy(team=team), by=ada)
    for position, user in enumerate(team.people.order_by("name"), 1):
        save_on_call(OnCall(team=team, user=user, position=position), by=ada)


def _accounts() -> None:
    smtp = {
        "incoming": "smtp",
        "smtp_host": "127.0.0.1",
        "smtp_port": "25",
        "smtp_security": "none",
        "smtp_auth": "none",
    }
    pals = queries.teams().filter(key="pals").first()
    for address, name, team in (
        (body.ENQUIRIES, "Ambleford Council", None),
        (body.HOSPITAL, "Ambleford Hospitals", pals),
    ):
        row = Account(channel="email", address=address, name=name, team=team, settings=dict(smtp))
        save_account(row, by=BY)
    save_account(Account(channel="rehearsal", address=body.REHEARSAL, name="Ambleford Council"), by=BY)


def _token() -> str:
    user = User(email=SERVICE_EMAIL, name="Demo service account", role=User.Role.INFORMATION_GOVERNANCE, demo=True)
    actions.save_user(user, by=BY)
    return actions.make_token(user, "demo", by=BY)


def send_through(host: str, port: int) -> None:
    """Answers by email leave by this SMTP server."""
    for row in accounts():
        if row.channel == "email" and (row.settings.get("smtp_host"), row.settings.get("smtp_port")) != (
            host,
            str(port),
        ):
            row.settings = {**row.settings, "smtp_host": host, "smtp_port": str(port)}
            save_account(row, by=BY)


def everybody() -> list[body.Person]:
    """The demo's people, for printing."""
    return [*body.PEOPLE, body.Person(*body.REST, "responder")]
