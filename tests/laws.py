"""What must be true at every moment, asked of the rows alone and worked out here a second time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from django.db.models import Count
from django.http import Http404

from putthrough.audit.models import Entry
from putthrough.audit.queries import verify
from putthrough.conversations import queries
from putthrough.conversations.models import Conversation, Message, Watcher
from putthrough.deadlines.models import Deadline
from putthrough.delivery.models import Delivery
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.models import Handover
from putthrough.intake.models import Arrival
from putthrough.replies.models import Reply
from tests.body import BIN, DAMP, POTHOLE, World
from tests.doubles.unruly import network

WORDS = (POTHOLE, BIN, DAMP, "quibble")
_FILES = {Arrival.State.FILED: 1, Arrival.State.NEW: 0, Arrival.State.ECHO: 0, Arrival.State.ASIDE: 0}


def hold(world: World, who: Sequence[str] | None = None) -> None:
    """Every law that needs no rest: it holds between any two steps. ``who`` look at theirs (None: everybody)."""
    kept_once()
    one_owner()
    clocks_agree()
    left_at_most_once()
    chain_is_whole()
    these_see_their_own([world.people[key] for key in (world.people if who is None else who)])


def at_rest(world: World) -> None:
    """What holds besides when the steps have run and nothing is due: everything has got where it goes."""
    hold(world)
    nothing_disappears(world)
    assert not Deadline.objects.filter(stopped_at=None, conversation__due_at=None).exists()


def kept_once() -> None:
    """1 and 8: an arrival is one message, or an echo, or set aside with a reason, or still waits."""
    for arrival in Arrival.objects.annotate(messages=Count("message")):
        assert arrival.messages == _FILES[Arrival.State(arrival.state)], f"{arrival.state}: {arrival.messages}"
        assert arrival.reason or arrival.state != Arrival.State.ASIDE


def nothing_disappears(world: World) -> None:
    """1: whatever the networks handed over is kept, and is no longer waiting."""
    for account in world.accounts.values():
        if account.channel not in ("unruly", "mute"):
            continue
        handed = Counter(json.loads(raw)["id"] for raw in network.inbox(account.address))
        kept = Counter(Arrival.objects.filter(account=account).values_list("external_id", flat=True))
        assert set(kept) == set(handed)
        assert set(kept.values()) <= {1}
    assert not Arrival.objects.filter(state=Arrival.State.NEW).exists()


def one_owner() -> None:
    """2: one owner, which an open handover names, too. (That there is an owner at all, the schema says.)"""
    for given in Handover.objects.filter(state=Handover.State.OFFERED).select_related("conversation"):
        assert given.conversation.owner_id == given.to_id
    bare = Conversation.objects.annotate(n=Count("messages")).filter(n=0).exclude(state=Conversation.State.CLOSED)
    assert not bare.exists(), "an open conversation without a message"


def clocks_agree() -> None:
    """3: what a list shows is the nearest running clock; a conversation that shows none is answered or closed."""
    running: dict[int, list[Deadline]] = {}
    for clock in Deadline.objects.filter(stopped_at=None):
        running.setdefault(clock.conversation_id, []).append(clock)
    for row in Conversation.objects.exclude(due_at=None):
        assert row.state != Conversation.State.CLOSED
        assert row.due_at == min(clock.due_at for clock in running.get(row.pk, [])), f"conversation {row.pk}"


def left_at_most_once() -> None:
    """4: the network has each answer at most once per recipient, and exactly once where we say sent."""
    taken = Counter((one["text"], one["to"]) for one in network.taken())
    assert all(count == 1 for count in taken.values()), taken
    for delivery in Delivery.objects.select_related("reply__conversation"):
        if delivery.reply.conversation.channel in ("unruly", "mute"):
            there = taken[delivery.reply.text, delivery.recipient]
            assert there or delivery.state != Delivery.State.SENT
            assert not there or delivery.state not in (Delivery.State.DUE, Delivery.State.FAILED)
    unsent = Reply.objects.filter(state__in=[Reply.State.DRAFT, Reply.State.HELD]).exclude(text="")
    assert not {reply.text for reply in unsent} & {text for text, _ in taken}


def chain_is_whole() -> None:
    """7; and the chain holds none of the residents' words."""
    verdict = verify()
    assert verdict.broken_at is None, verdict.words
    said = " ".join(f"{entry.sentence} {entry.data}" for entry in Entry.objects.all())
    assert "quibble" not in said


def these_see_their_own(people: Sequence[User]) -> None:
    """Lists, single conversations and search tell each person the same, and no more than is theirs."""
    rows = list(Conversation.objects.all())
    watchers = set(Watcher.objects.values_list("conversation_id", "team_id"))
    messages = list(Message.objects.all())
    for person in people:
        theirs = {row.pk for row in rows if _is_theirs(person, row, watchers)}
        assert set(access.visible(person, Conversation).values_list("pk", flat=True)) == theirs, person
        _details_agree(person, rows, theirs)
        for word in WORDS:
            found = {message.pk for message in queries.search(person, word, limit=1000)}
            assert found == {m.pk for m in messages if m.conversation_id in theirs and word in _words(m)}, (
                person,
                word,
            )


def _is_theirs(person: User, row: Conversation, watchers: set[tuple[int, int]]) -> bool:
    if person.role == User.Role.ADMINISTRATOR:
        return False
    teams = list(person.teams.values_list("pk", flat=True)) if not hasattr(person, "mine") else person.mine
    person.mine = teams  # type: ignore[attr-defined]  # a memo of the test's own
    return (
        person.role == User.Role.INFORMATION_GOVERNANCE
        or row.owner_id in teams
        or any((row.pk, team) in watchers for team in teams)
        or (not row.private and person.role in (User.Role.COMMS_LEAD, User.Role.TRIAGER))
        or (row.escalated_at is not None and person.role == User.Role.COMMS_LEAD)
    )


def _details_agree(person: User, rows: list[Conversation], theirs: set[int]) -> None:
    if not rows:
        return
    row = rows[hash(person.pk) % len(rows)]
    try:
        queries.conversation(person, row.pk)
    except Http404:
        assert row.pk not in theirs
    else:
        assert row.pk in theirs


def _words(message: Message) -> set[str]:
    return set(message.text.lower().split()) | set(message.subject.lower().split())
