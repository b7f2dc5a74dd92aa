"""A small public body, the accounts that people write to, and what must be true of its rows at every moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F

from putthrough.audit.models import Entry
from putthrough.audit.queries import verify
from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation, Message, Watcher
from putthrough.conversations.queries import search
from putthrough.deadlines.models import Deadline
from putthrough.delivery.models import Delivery
from putthrough.directory import access
from putthrough.directory.actions import save_organisation, save_service, save_team, save_user
from putthrough.directory.models import Service, Team, User
from putthrough.directory.queries import organisation, triage_team
from putthrough.handover.models import Handover
from putthrough.intake.models import Arrival
from putthrough.jobs.steps import sweep
from putthrough.replies.models import Reply
from putthrough.routing.actions import save_rule
from putthrough.routing.models import Rule
from tests.doubles import scripted

PUBLIC, DIRECT, ROADS, PRACTICE = "@council", "@helpdesk", "@roads", "@practice"
COMMON = "please"  # every message has it, so that one search finds all that somebody may see
Role = User.Role


@dataclass
class World:
    """The body and what its history has shown so far. Make one with ``build``."""

    network: scripted.Network
    teams: dict[str, Team]
    users: dict[str, User]
    services: dict[str, Service]
    accounts: dict[str, Account]
    drafts: dict[tuple[int, int], str] = field(default_factory=dict)
    clocks: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    seen_at: tuple[int, int] = (0, 0)

    def user(self, key: str) -> User:
        """As a request loads them: nothing remembered from before."""
        return User.objects.get(pk=self.users[key].pk)


def build() -> World:
    """Rows for a new world on an empty database, and a network with nothing on it."""
    network = scripted.fresh()
    body = organisation()
    body.name, body.undo_seconds = "Ashcombe Council", 10
    save_organisation(body)
    teams = {key: save_team(Team(key=key, name=key.title())) for key in ("bins", "roads", "housing")}
    teams["comms"] = save_team(Team(key="comms", name="Communications", kind=Team.Kind.COMMS))
    teams["triage"] = triage_team()
    services = {
        key: save_service(Service(key=f"test:{key}", name=name, team=teams[key], target_days=days))
        for key, name, days in (("bins", "Bins", 3), ("roads", "Potholes", 10), ("housing", "Repairs", 1))
    }
    users = _people(teams)
    for key, word in (("bins", "bin"), ("roads", "pothole"), ("housing", "damp")):
        rule = Rule(name=f"About {key}", conditions={"words": [word]}, service=services[key])
        save_rule(rule, by=users["lena"])
    return World(network, teams, users, services, _accounts(teams))


def _people(teams: dict[str, Team]) -> dict[str, User]:
    cast = {
        "tess": (Role.TRIAGER, ["triage"]),
        "bob": (Role.RESPONDER, ["bins"]),
        "ruth": (Role.RESPONDER, ["roads"]),
        "rosa": (Role.RESPONDER, ["roads", "housing"]),
        "lena": (Role.COMMS_LEAD, ["comms"]),
        "ines": (Role.INFORMATION_GOVERNANCE, []),
        "adam": (Role.ADMINISTRATOR, ["bins"]),
    }
    return {
        key: save_user(User(email=f"{key}@ashcombe.example", name=key.title(), role=role), teams=[teams[t] for t in of])
        for key, (role, of) in cast.items()
    }


def _accounts(teams: dict[str, Team]) -> dict[str, Account]:
    made = [
        Account(channel="scripted", address=PUBLIC, name="Ashcombe Council"),
        Account(channel="deaf", address=DIRECT, name="Ashcombe Help"),
        Account(channel="scripted", address=ROADS, name="Ashcombe Roads", team=teams["roads"]),
        Account(channel="rehearsal", address=PRACTICE, name="Practice"),
    ]
    return {row.address: save_account(row) for row in made}


def settle(*, most: int = 20) -> None:
    """Sweep until nothing is due any more. Fails when the steps never come to rest."""
    for _ in range(most):
        if sweep() == 0:
            return
    raise AssertionError("the steps find work again and again")


def due_now() -> None:
    """Every account may be asked again at once (its minute is over)."""
    Account.objects.update(next_attempt_at=None)


def check(world: World) -> None:
    """Every invariant, on the rows as they are now; who sees what again where something may have changed it."""
    kept_once(world)
    nothing_disappears()
    one_owner()
    clocks_only_shorten(world)
    sent_once(world)
    written = (Entry.objects.count(), Message.objects.count())
    if written != world.seen_at:
        seen_by_theirs_alone(world)
        world.seen_at = written
    private_words_stay_private()
    drafts_kept(world)
    chain_whole()


def kept_once(world: World) -> None:
    """What is before the cursor was handed over and is kept; nothing is kept twice (invariant 1)."""
    kept = Counter(Arrival.objects.values_list("account", "external_id"))
    assert not kept or max(kept.values()) == 1
    for account in Account.objects.all():
        handed = world.network.posts.get(account.address, [])[: int(account.cursor.get("seen", 0))]
        lost = {scripted.external_id(raw) for raw in handed} - {key for pk, key in kept if pk == account.pk}
        assert not lost, f"handed over and not kept: {lost}"
    made = Counter(Message.objects.filter(arrival__isnull=False).values_list("arrival", flat=True))
    assert not made or max(made.values()) == 1, "an arrival became two messages"
    filed = set(Arrival.objects.filter(state=Arrival.State.FILED).values_list("pk", flat=True))
    assert filed == set(made), "an arrival is filed without its message, or has one without being filed"


def nothing_disappears() -> None:
    """What could not be filed says why, and whoever triages sees it (invariant 8)."""
    aside = Arrival.objects.filter(state=Arrival.State.ASIDE)
    assert not aside.filter(reason="").exists()
    for tess in User.objects.filter(role=Role.TRIAGER):
        assert access.visible(tess, Arrival).count() == aside.count()
    forlorn = Conversation.objects.filter(state=Conversation.State.CLOSED, unanswered=True)
    assert not forlorn.exists(), "the resident wrote last and the conversation is closed: nobody's list has it"


def one_owner() -> None:
    """One owner; whoever holds it belongs there; an open handover is to the owner (invariant 2)."""
    offered = Handover.objects.filter(state=Handover.State.OFFERED)
    to = {given.conversation_id: given.to_id for given in offered}
    assert len(to) == len(offered)
    for row in Conversation.objects.select_related("owner").prefetch_related("holder__teams"):
        assert row.owner.pk
        assert row.holder is None or row.owner in row.holder.teams.all(), "held by somebody of another team"
        assert to.get(row.pk, row.owner_id) == row.owner_id, "offered to a team that does not have it"


def clocks_only_shorten(world: World) -> None:
    """No running clock was moved later or started anew, and conversations say what their clocks say (3)."""
    running: dict[int, datetime] = {}
    for clock in Deadline.objects.filter(stopped_at=None):
        started, due = world.clocks.get(clock.pk, (clock.started_at, clock.due_at))
        assert clock.started_at == started, "a clock was started anew"
        assert clock.due_at <= due, "a deadline was moved later"
        world.clocks[clock.pk] = (clock.started_at, clock.due_at)
        running[clock.conversation_id] = clock.due_at
    said = {row.pk: row.due_at for row in Conversation.objects.exclude(due_at=None)}
    assert said == running, "conversations and their clocks do not say the same"


def sent_once(world: World) -> None:
    """The network has each answer at most once, and what we call sent it has (invariant 4)."""
    twice = {key: count for key, count in world.network.taken.items() if count > 1}
    assert not twice, f"sent more than once: {twice}"
    for row in Delivery.objects.exclude(reply__conversation__channel="rehearsal"):
        taken = world.network.taken[row.recipient, row.external_id]
        if row.state == Delivery.State.SENT:
            assert taken == 1, "called sent, and the network does not have it"
        if row.state == Delivery.State.DUE:
            assert taken == 0, "the network has it, and it is about to be sent again"
    ours = Message.objects.filter(direction="out").exclude(message_id="").values_list("account", "message_id")
    assert len(set(ours)) == len(ours), "the same answer stands in a conversation twice"


def seen_by_theirs_alone(world: World) -> None:
    """Lists, details and search show each person exactly what the rows say is theirs."""
    rows = list(Conversation.objects.all())
    watchers: dict[int, set[int]] = {}
    for pk, team in Watcher.objects.values_list("conversation", "team"):
        watchers.setdefault(pk, set()).add(team)
    texts = list(Message.objects.filter(text__contains=COMMON).values_list("pk", "conversation"))
    for viewer in User.objects.prefetch_related("teams"):
        teams = {team.pk for team in viewer.teams.all()}
        theirs = {row.pk for row in rows if _is_theirs(row, viewer, teams, watchers.get(row.pk, set()))}
        assert set(access.visible(viewer, Conversation).values_list("pk", flat=True)) == theirs, viewer
        found = {message.pk for message in search(viewer, COMMON, limit=10_000)}
        assert found == {pk for pk, conversation in texts if conversation in theirs}, (
            f"search and rows disagree for {viewer}"
        )


def private_words_stay_private() -> None:
    """What somebody wrote to us directly never stands where the public can be answered, nor the other way about."""
    received = Message.objects.filter(direction="in").exclude(private=F("conversation__private"))
    assert not received.exists(), "a private message in a public conversation, or the other way about"


def _is_theirs(row: Conversation, viewer: User, teams: set[int], watching: set[int]) -> bool:
    if viewer.role == Role.ADMINISTRATOR:
        return False
    if viewer.role == Role.INFORMATION_GOVERNANCE or row.owner_id in teams or watching & teams:
        return True
    if viewer.role == Role.COMMS_LEAD and row.escalated_at is not None:
        return True
    return not row.private and viewer.role in (Role.COMMS_LEAD, Role.TRIAGER)


def drafts_kept(world: World) -> None:
    """What somebody wrote and did not throw away is still there, whoever has the conversation now."""
    for (conversation, author), text in world.drafts.items():
        kept = Reply.objects.filter(conversation=conversation, author=author, text=text)
        assert kept.exists(), f"the draft {text!r} is gone"


def chain_whole() -> None:
    verdict = verify()
    assert verdict.broken_at is None, verdict.words
    assert not Entry.objects.filter(sentence__contains=COMMON).exists(), "a sentence quotes a message"


def state_of(conversation: int) -> dict[str, Any]:
    """All that passing on may change, for comparing before with after."""
    row = Conversation.objects.get(pk=conversation)
    return {
        "row": {
            f: getattr(row, f) for f in ("owner_id", "holder_id", "service_id", "due_at", "passes", "escalated_at")
        },
        "scope": row.scope,
        "watchers": set(row.watchers.values_list("team_id", flat=True)),
        "clocks": set(Deadline.objects.filter(conversation=row).values_list("pk", "due_at", "days", "stopped_at")),
        "decision": row.decisions.order_by("-pk").values_list("pk", flat=True).first(),
    }
