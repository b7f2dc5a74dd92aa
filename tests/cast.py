"""The cast: a small public body, its people by their roles, and messages that came the way real ones come.

Harriet has highways, Wilf has waste, Tess sorts in triage, Clem leads communications, Ada administers and
Ivy looks after information governance. Nobody here is real.
All are trusted to answer by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.channels.rehearsal import network
from putthrough.conversations.models import Conversation
from putthrough.directory.actions import save_organisation, save_service, save_team, save_user
from putthrough.directory.models import Service, Signpost, Team, User
from putthrough.directory.queries import organisation, triage_team
from putthrough.jobs.steps import sweep
from putthrough.kit.time import now
from putthrough.replies.models import Reply, Trust
from putthrough.replies.trusting import begin
from putthrough.routing.actions import save_rule
from putthrough.routing.known import forget
from putthrough.routing.models import Rule

PASSWORD = "lantern otter nine"
ADDRESS = "@westmoor"
# The first two are routed by a rule, so that no test here hangs on how sure the directory's words are.
POTHOLE = "There are potholes on Mill Rise, deep enough to lose a wheel in."
MISSED_BIN = "You forgot Quarry Lane again, our bin is still full."
UNSURE = "Is it a pothole or is it a burst water main? Either way the lane is under water."
UNPLAIN = "Who do I even talk to about the thing behind the library?"
_R = User.Role


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, their teams and services, and the account that residents write to."""

    highways: Team
    waste: Team
    triage: Team
    comms: Team
    harriet: User
    wilf: User
    tess: User
    clem: User
    ada: User
    ivy: User
    potholes: Service
    bins: Service
    mains: Service
    account: Account


def raise_the_curtain() -> Cast:
    """Make the small body. Potholes are highways', missed bins are waste's, burst mains are the water company's."""
    forget()
    body = organisation()
    body.name = "Westmoor Council"
    save_organisation(body)
    highways, waste = _team("highways", "Highways"), _team("waste", "Waste and recycling")
    comms, triage = _team("communications", "Communications", Team.Kind.COMMS), triage_team()
    potholes = _service("lgsl:597", "Potholes and road surface", highways, ["pothole", "road surface"])
    bins = _service("lgsl:524", "Missed bin collections", waste, ["missed bin", "bin day"])
    tess = person("Tess Quill", _R.TRIAGER, triage)
    for words, service in (("Mill Rise", potholes), ("Quarry Lane", bins)):
        save_rule(Rule(name=words, conditions={"words": [words]}, service=service), by=tess)
    return Cast(
        highways=highways,
        waste=waste,
        triage=triage,
        comms=comms,
        harriet=person("Harriet Lowe", _R.RESPONDER, highways),
        wilf=person("Wilf Tarn", _R.RESPONDER, waste),
        tess=tess,
        clem=person("Clem Ardern", _R.COMMS_LEAD, comms),
        ada=person("Ada Marsh", _R.ADMINISTRATOR),
        ivy=person("Ivy Penhale", _R.INFORMATION_GOVERNANCE),
        potholes=potholes,
        bins=bins,
        mains=_not_ours(),
        account=save_account(Account(channel="rehearsal", address=ADDRESS, name="Westmoor Council")),
    )


def _team(key: str, name: str, kind: Team.Kind = Team.Kind.SERVICE) -> Team:
    return save_team(Team(key=key, name=name, kind=kind))


def person(name: str, role: User.Role, *teams: Team) -> User:
    email = f"{name.split()[0].lower()}@westmoor.example"
    user = save_user(User(email=email, name=name, role=role), password=PASSWORD, teams=teams)
    begin(user, Trust.Step.TRUSTED)
    return user


def _service(key: str, name: str, team: Team, synonyms: list[str]) -> Service:
    lgsl = int(key.partition(":")[2])
    return save_service(Service(key=key, lgsl=lgsl, name=name, team=team, synonyms=synonyms))


def _not_ours() -> Service:
    mains = Service(key="other:mains", name="Burst water mains", whose="Westwater", synonyms=["burst water main"])
    service = save_service(mains)
    words = "Burst mains are Westwater's, who send somebody day and night."
    Signpost.objects.create(service=service, words=words, phone="01632 960 111")
    return service


def resident_writes(text: str, *, handle: str = "@rosa", name: str = "Rosa Penn", private: bool = True) -> Conversation:
    """A resident posts on the rehearsal network, and the journey takes it in. Returns where it was filed."""
    network.post(handle, text if private else f"{ADDRESS} {text}", name=name, to=ADDRESS if private else "")
    let_it_arrive()
    found = Conversation.objects.order_by("-last_at", "-pk").first()
    assert found is not None
    return found


def residents_write(number: int, text: str = POTHOLE) -> None:
    """So many residents, each with a conversation of their own."""
    for one in range(number):
        network.post(f"@resident{one}", f"{text} This is number {one}.", name=f"Resident {one}", to=ADDRESS)
    let_it_arrive()


def let_it_arrive() -> None:
    """Everything that is due, done; the network is asked afresh."""
    Account.objects.update(next_attempt_at=None)
    sweep()


def undo_time_is_over() -> None:
    """What is held leaves now."""
    Reply.objects.filter(state=Reply.State.HELD).update(send_at=now())
    let_it_arrive()


def signed_in_as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
