"""What must be true at every moment, asked of the rows alone and worked out here a second time.

The numbers are those of the invariants in the product's architecture: 1 kept once, 2 one owner, 3 clocks, 4 sent once,
5 nobody speaks unapproved, 6 who sees what, 7 the chain, 8 set aside with a reason, 9 a life at risk is never closed
or answered by a machine alone.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db.models import Count, F, Q

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
from putthrough.routing.models import KindFound, Lesson
from tests.body import BIN, DAMP, POTHOLE, World
from tests.doubles import scripted
from tests.oversight.recount import figures_are_what_was_recorded

COMMON = "please"  # every message of a random history has it, so that one search finds all that somebody may see
_WORDS = (COMMON, POTHOLE, BIN, DAMP)
_FILED_AS = {Arrival.State.FILED: 1, Arrival.State.NEW: 0, Arrival.State.ECHO: 0, Arrival.State.ASIDE: 0}
_R = User.Role


def hold(world: World) -> None:
    """Every law that holds between any two steps; who sees what again where something may have changed it."""
    kept_once(world)
    nothing_disappears()
    lives_first()
    one_owner()
    clocks_only_shorten(world)
    sent_once(world)
    written = (Entry.objects.count(), Message.objects.count())
    if written != world.seen_at:
        seen_by_theirs_alone()
        world.seen_at = written
    private_words_stay_private()
    drafts_kept(world)
    nobody_unapproved_speaks(world)
    lessons_say_what_they_know()
    chain_whole()
    figures_are_what_was_recorded()


def at_rest(world: World) -> None:
    """What holds besides when the steps have run and nothing is due: everything has got where it goes."""
    hold(world)
    assert not Arrival.objects.filter(state=Arrival.State.NEW).exists()
    for account in world.accounts.values():
        handed = {scripted.external_id(raw) for raw in world.network.posts.get(account.address, [])}
        assert handed <= set(Arrival.objects.filter(account=account).values_list("external_id", flat=True))


def lessons_say_what_they_know() -> None:
    """Right or wrong is known of what routing did by itself, and of nothing else; what was put or confirmed has a
    service."""
    for lesson in Lesson.objects.all():
        assert (lesson.right is None) == (lesson.routed_id is None), lesson
        assert lesson.service_id is not None or lesson.how in (Lesson.How.DECLINED, Lesson.How.NOBODYS), lesson


def lives_first() -> None:
    """9: what may mean a risk to life is marked so until a person says that it is none, and only people close it."""
    said = KindFound.objects.filter(kind="risk_to_life").exclude(state=KindFound.State.REJECTED)
    for found in said.select_related("conversation"):
        row = found.conversation
        assert row.at_risk, f"{row.pk} is not on top"
        if row.state == Conversation.State.CLOSED:
            closings = Entry.objects.filter(thing=f"conversation:{row.pk}", verb="conversation.closed")
            assert closings.exists(), f"nobody closed {row.pk}"


def kept_once(world: World) -> None:
    """1: what is before the cursor was handed over and is kept, once, as one message, an echo, or set aside."""
    kept = Counter(Arrival.objects.values_list("account", "external_id"))
    assert not kept or max(kept.values()) == 1
    for account in world.accounts.values():
        account.refresh_from_db(fields=["cursor"])
        handed = world.network.posts.get(account.address, [])[: int(account.cursor.get("seen", 0))]
        lost = {scripted.external_id(raw) for raw in handed} - {key for pk, key in kept if pk == account.pk}
        assert not lost, f"handed over and not kept: {lost}"
    for arrival in Arrival.objects.annotate(messages=Count("message")):
        assert arrival.messages == _FILED_AS[Arrival.State(arrival.state)], f"{arrival.state}: {arrival.messages}"


def nothing_disappears() -> None:
    """8: what could not be filed says why, and whoever triages sees it."""
    aside = Arrival.objects.filter(state=Arrival.State.ASIDE)
    assert not aside.filter(reason="").exists()
    for tess in User.objects.filter(role=_R.TRIAGER):
        assert access.visible(tess, Arrival).count() == aside.count()
    forlorn = Conversation.objects.filter(state=Conversation.State.CLOSED, unanswered=True)
    assert not forlorn.exists(), "the resident wrote last and the conversation is closed: nobody's list has it"


def one_owner() -> None:
    """2: one owner; whoever holds it belongs there; an open handover is to the owner; none is open and empty."""
    offered = Handover.objects.filter(state=Handover.State.OFFERED)
    to = {given.conversation_id: given.to_id for given in offered}
    assert len(to) == len(offered)
    for row in Conversation.objects.select_related("owner").prefetch_related("holder__teams"):
        assert row.owner.pk
        assert row.holder is None or row.owner in row.holder.teams.all(), "held by somebody of another team"
        assert to.get(row.pk, row.owner_id) == row.owner_id, "offered to a team that does not have it"
    bare = Conversation.objects.annotate(said=Count("messages")).filter(said=0)
    assert not bare.exclude(state=Conversation.State.CLOSED).exists(), "an open conversation without a message"


def clocks_only_shorten(world: World) -> None:
    """3: no running clock was moved later or started anew, and conversations say what their clocks say."""
    running: dict[int, datetime] = {}
    for clock in Deadline.objects.filter(stopped_at=None):
        started, due = world.clocks.get(clock.pk, (clock.started_at, clock.due_at))
        assert clock.started_at == started, "a clock was started anew"
        assert clock.due_at <= due, "a deadline was moved later"
        world.clocks[clock.pk] = (clock.started_at, clock.due_at)
        if clock.paused_at is None:
            first = running.get(clock.conversation_id, clock.due_at)
            running[clock.conversation_id] = min(first, clock.due_at)
    timed = Conversation.objects.exclude(due_at=None)
    assert dict(timed.values_list("pk", "due_at")) == running, "conversations and their clocks do not say the same"
    assert not timed.filter(state=Conversation.State.CLOSED).exists()


def sent_once(world: World) -> None:
    """4: the network has each answer at most once, and what we call sent it has; what is held it has not."""
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


def seen_by_theirs_alone() -> None:
    """6: lists, details and search show each person exactly what the rows say is theirs."""
    rows = list(Conversation.objects.all())
    watchers: dict[int, set[int]] = {}
    for pk, team in Watcher.objects.values_list("conversation", "team"):
        watchers.setdefault(pk, set()).add(team)
    messages = list(Message.objects.all())
    for viewer in User.objects.prefetch_related("teams"):
        teams = {team.pk for team in viewer.teams.all()}
        theirs = {row.pk for row in rows if _is_theirs(row, viewer, teams, watchers.get(row.pk, set()))}
        assert set(access.visible(viewer, Conversation).values_list("pk", flat=True)) == theirs, viewer
        assert {row.pk for row in rows if access.sees(viewer, row)} == theirs, viewer
        _search_agrees(viewer, messages, theirs)


def _search_agrees(viewer: User, messages: list[Message], theirs: set[int]) -> None:
    for word in _WORDS:
        found = {message.pk for message in queries.search(viewer, word, limit=10_000)}
        has = {message.pk for message in messages if message.conversation_id in theirs and word in _words(message)}
        assert found == has, f"search and rows disagree for {viewer} about {word}"


def _words(message: Message) -> set[str]:
    return set(f"{message.subject} {message.text}".lower().split())


def _is_theirs(row: Conversation, viewer: User, teams: set[int], watching: set[int]) -> bool:
    if viewer.role == _R.ADMINISTRATOR:
        return False
    if viewer.role == _R.INFORMATION_GOVERNANCE or row.owner_id in teams or watching & teams:
        return True
    if viewer.role == _R.COMMS_LEAD and row.escalated_at is not None:
        return True
    return not row.private and viewer.role in (_R.COMMS_LEAD, _R.TRIAGER)


def private_words_stay_private() -> None:
    """What somebody wrote to us directly never stands where the public can be answered, nor the other way about."""
    received = Message.objects.filter(direction="in").exclude(private=F("conversation__private"))
    assert not received.exists(), "a private message in a public conversation, or the other way about"


def drafts_kept(world: World) -> None:
    """What somebody wrote and did not throw away is still there, whoever has the conversation now."""
    for (conversation, author), text in world.drafts.items():
        kept = Reply.objects.filter(conversation=conversation, author=author)
        words = kept.filter(Q(text=text) | Q(reviews__before=text))  # a reviewer's change keeps what it changed
        assert words.exists(), f"the draft {text!r} is gone"


def nobody_unapproved_speaks(world: World) -> None:
    """5: what the network has had since we last looked was let go by somebody who might; the histories keep count."""
    heard, world.heard = world.network.texts[world.heard :], len(world.network.texts)
    unapproved = [text for text in heard if text not in world.cleared]
    assert not unapproved, f"spoken and approved by nobody: {unapproved}"


def chain_whole() -> None:
    """7; and the chain holds none of the residents' words."""
    verdict = verify()
    assert verdict.broken_at is None, verdict.words
    assert not Entry.objects.filter(sentence__contains=COMMON).exists(), "a sentence quotes a message"
